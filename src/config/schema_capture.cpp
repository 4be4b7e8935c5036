// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array<std::string_view, 3> kModes{"af-packet", "tap", "nfqueue"};  // as CaptureMode
constexpr std::array<std::string_view, 2> kFail{"open", "closed"};                // as FailPolicy

constexpr std::array kOptions{
    Option{.key = "capture.mode",
           .type = choice,
           .standard = "af-packet",
           .choices = kModes,
           .about = "af-packet: the engine is the bridge between the interfaces of each pair. tap: it looks on at "
                    "interfaces and holds up nothing. nfqueue: the kernel asks it for a verdict by queues.",
           .set = set_member<[](Config& c) -> auto& { return c.capture.mode; }>},
    Option{.key = "capture.pairs",
           .type = pairs,
           .standard = "[]",
           .about = "For af-packet: pairs of interfaces between which frames are carried, one on each side.",
           .example = "[{a: eth0, b: eth1}]",
           .set = set_member<[](Config& c) -> auto& { return c.capture.pairs; }>},
    Option{.key = "capture.interfaces",
           .type = interfaces,
           .standard = "[]",
           .about = "For tap: the interfaces to look at.",
           .example = "[eth2]",
           .set = set_member<[](Config& c) -> auto& { return c.capture.interfaces; }>},
    Option{.key = "capture.nfqueue.queues",
           .type = queues,
           .standard = "0",
           .about = "For nfqueue: a queue number, or the first and the last.",
           .example = "0-3",
           .set = set_member<[](Config& c) -> auto& { return c.capture.nfqueue.queues; }>},
    Option{.key = "capture.nfqueue.fail",
           .type = choice,
           .standard = "open",
           .choices = kFail,
           .about = "For nfqueue: what the kernel does with packets when a queue is full: pass them on (open) or drop "
                    "them (closed).",
           .set = set_member<[](Config& c) -> auto& { return c.capture.nfqueue.fail; }>},
    Option{.key = "capture.nfqueue.length",
           .type = integer,
           .standard = "8192",
           .bounds = {64, 1'000'000},
           .about = "For nfqueue: packets that may wait in each queue.",
           .set = set_member<[](Config& c) -> auto& { return c.capture.nfqueue.length; }>},
    Option{.key = "capture.workers",
           .type = integer,
           .standard = "0",
           .bounds = {0, 256},
           .about = "Threads that inspect packets. 0: one for each processor.",
           .example = "2",
           .set = set_member<[](Config& c) -> auto& { return c.capture.workers; }>},
};

}  // namespace

const Section kCaptureSection{"capture", "Where packets come from and go back to.", kOptions};

}  // namespace gatehouse::config
