// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr Duration kLongest = seconds(7 * 24 * 3600);

constexpr std::array kOptions{
    Option{.key = "flow.timeouts.tcp.new",
           .type = duration,
           .standard = "60s",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long a TCP session may be silent before both sides have answered.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.tcp.fresh; }>},
    Option{.key = "flow.timeouts.tcp.established",
           .type = duration,
           .standard = "10m",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long a TCP session may be silent.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.tcp.established; }>},
    Option{.key = "flow.timeouts.tcp.closed",
           .type = duration,
           .standard = "60s",
           .bounds = time_bounds(seconds(0), kLongest),
           .about = "How long a TCP session is remembered after its end.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.tcp.closed; }>},
    Option{.key = "flow.timeouts.udp.new",
           .type = duration,
           .standard = "30s",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long a UDP flow may be silent before both sides have answered.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.udp.fresh; }>},
    Option{.key = "flow.timeouts.udp.established",
           .type = duration,
           .standard = "5m",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long a UDP flow may be silent.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.udp.established; }>},
    Option{.key = "flow.timeouts.icmp.new",
           .type = duration,
           .standard = "30s",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long an ICMP flow may be silent before both sides have answered.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.icmp.fresh; }>},
    Option{.key = "flow.timeouts.icmp.established",
           .type = duration,
           .standard = "5m",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long an ICMP flow may be silent.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.icmp.established; }>},
    Option{.key = "flow.timeouts.other.new",
           .type = duration,
           .standard = "30s",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long a flow of another protocol may be silent before both sides have answered.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.other.fresh; }>},
    Option{.key = "flow.timeouts.other.established",
           .type = duration,
           .standard = "5m",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long a flow of another protocol may be silent.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.other.established; }>},
    Option{
        .key = "flow.timeouts.emergency.new",
        .type = duration,
        .standard = "10s",
        .bounds = time_bounds(seconds(1), kLongest),
        .about =
            "How long any flow while the flow table is short of memory may be silent before both sides have answered.",
        .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.emergency.fresh; }>},
    Option{.key = "flow.timeouts.emergency.established",
           .type = duration,
           .standard = "100s",
           .bounds = time_bounds(seconds(1), kLongest),
           .about = "How long any flow while the flow table is short of memory may be silent.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.emergency.established; }>},
    Option{.key = "flow.timeouts.emergency.closed",
           .type = duration,
           .standard = "0s",
           .bounds = time_bounds(seconds(0), kLongest),
           .about = "How long any flow while the flow table is short of memory is remembered after its end.",
           .set = set_member<[](Config& c) -> auto& { return c.flow.timeouts.emergency.closed; }>},
};

}  // namespace

const Section kFlowSection{"flow", "How long silent flows are remembered.", kOptions};

}  // namespace gatehouse::config
