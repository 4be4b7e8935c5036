// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

// As StreamOverlap.
constexpr std::array<std::string_view, 14> kOverlap{"bsd",        "bsd-right", "linux", "old-linux", "solaris",
                                                    "hpux10",     "hpux11",    "irix",  "macos",     "windows",
                                                    "windows2k3", "vista",     "first", "last"};

constexpr std::array kOptions{
    Option{.key = "stream.midstream",
           .type = boolean,
           .standard = "true",
           .about = "Take up sessions whose beginning was not seen: those that were open when the engine started. false: "
                    "they are not read, and in line they do not pass (drop reason 'stream midstream').",
           .set = set_member<[](Config& c) -> auto& { return c.stream.midstream; }>},
    Option{.key = "stream.async-oneside",
           .type = boolean,
           .standard = "true",
           .about = "Take up sessions of which only one side is seen.",
           .set = set_member<[](Config& c) -> auto& { return c.stream.async_oneside; }>},
    Option{.key = "stream.overlap",
           .type = choice,
           .standard = "bsd",
           .choices = kOverlap,
           .about = "Which bytes stand where segments overlap, when the engine only looks on. In line, the first copy "
                    "that was inspected stands, and a different one does not pass.",
           .example = "linux",
           .set = set_member<[](Config& c) -> auto& { return c.stream.overlap; }>},
    Option{.key = "stream.depth",
           .type = size,
           .standard = "0",
           .bounds = {0, 1024 * kGiB},
           .about = "How many bytes of each direction of a session are inspected; 0: all of them.",
           .example = "1MiB",
           .set = set_member<[](Config& c) -> auto& { return c.stream.depth; }>},
    Option{.key = "stream.waiting",
           .type = size,
           .standard = "1MiB",
           .bounds = {16 * kKiB, 1 * kGiB},
           .about = "How many bytes of one direction of a session may wait for what is missing before them.",
           .set = set_member<[](Config& c) -> auto& { return c.stream.waiting; }>},
    Option{.key = "stream.segments",
           .type = integer,
           .standard = "512",
           .bounds = {8, 65536},
           .about = "In how many pieces they may wait.",
           .set = set_member<[](Config& c) -> auto& { return c.stream.segments; }>},
};

}  // namespace

const Section kStreamSection{"stream", "How TCP sessions are followed and put together.", kOptions};

}  // namespace gatehouse::config
