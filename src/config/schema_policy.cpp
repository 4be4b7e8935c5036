// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;

constexpr std::array kOptions{
    Option{.key = "policy.file",
           .type = path,
           .standard = "policy.yaml",
           .restart = Restart::not_needed,
           .about = "The file with zones and rules, beside this one unless its path is absolute. An empty text turns "
                    "the firewall off: everything passes.",
           .example = "/etc/gatehouse/policy.yaml",
           .set = set_member<[](Config& c) -> auto& { return c.policy.file; }>},
};

}  // namespace

const Section kPolicySection{"policy", "The layer-7 firewall.", kOptions};

}  // namespace gatehouse::config
