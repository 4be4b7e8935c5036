// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

// As DefragOverlap.
constexpr std::array<std::string_view, 7> kDefragOverlap{"first", "last",    "bsd",    "bsd-right",
                                                         "linux", "solaris", "windows"};

constexpr std::array kOptions{
    Option{.key = "decode.verify-checksums",
           .type = boolean,
           .standard = "true",
           .about = "Verify the checksums of IPv4, TCP, UDP and ICMP; packets that fail are dropped, as their receiver "
                    "would drop them. Packets that the kernel vouches for are not verified again.",
           .set = set_member<[](Config& c) -> auto& { return c.decode.verify_checksums; }>},
    Option{.key = "decode.defrag.overlap",
           .type = choice,
           .standard = "bsd",
           .choices = kDefragOverlap,
           .about = "Which bytes stand where fragments overlap: as the receivers do it.",
           .example = "linux",
           .set = set_member<[](Config& c) -> auto& { return c.decode.defrag.overlap; }>},
    Option{.key = "decode.defrag.timeout",
           .type = duration,
           .standard = "60s",
           .bounds = time_bounds(seconds(1), seconds(600)),
           .about = "How long fragments wait for the rest of their packet.",
           .set = set_member<[](Config& c) -> auto& { return c.decode.defrag.timeout; }>},
    Option{.key = "decode.defrag.trackers",
           .type = integer,
           .standard = "2048",
           .bounds = {16, 1'000'000},
           .about = "How many packets may wait for their fragments at once, in each worker.",
           .set = set_member<[](Config& c) -> auto& { return c.decode.defrag.trackers; }>},
};

}  // namespace

const Section kDecodeSection{"decode", "How frames become packets.", kOptions};

}  // namespace gatehouse::config
