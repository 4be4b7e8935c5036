// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array kOptions{
    Option{.key = "log.eve",
           .type = path,
           .standard = "/var/log/gatehouse/eve.json",
           .about = "The log: EVE JSON, one record a line. To rotate it, move it away and send SIGHUP: the engine "
                    "opens it anew.",
           .set = set_member<[](Config& c) -> auto& { return c.log.eve; }>},
    Option{.key = "log.types",
           .type = names,
           .standard = "[]",
           .about = "The event types to log: alert, anomaly, device, drop, fileinfo, flow, stats, and those of "
                    "protocols, such as dns. Empty: all.",
           .example = "[alert, drop, flow]",
           .set = set_member<[](Config& c) -> auto& { return c.log.types; }>},
    Option{.key = "log.extended",
           .type = boolean,
           .standard = "false",
           .about = "Records of protocols that the published schema of EVE does not know stand at the top, as all others "
                    "do, and not within \"ndpi\", where that schema leaves room.",
           .set = set_member<[](Config& c) -> auto& { return c.log.extended; }>},
    Option{.key = "log.stats-interval",
           .type = duration,
           .standard = "60s",
           .bounds = time_bounds(seconds(0), seconds(24 * 3600)),
           .about = "How often a record of all counters is written; 0: only at the end.",
           .set = set_member<[](Config& c) -> auto& { return c.log.stats_interval; }>},
};

}  // namespace

const Section kLogSection{"log", "What is written down, and where.", kOptions};

}  // namespace gatehouse::config
