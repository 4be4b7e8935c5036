// SPDX-License-Identifier: GPL-3.0-or-later
// A policy as it is held in memory. Made by read_policy() from text, indexed by index_rules(), then never changed.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "config/yaml.hpp"
#include "policy/gate.hpp"
#include "policy/policy.hpp"
#include "policy/rule.hpp"
#include "policy/zones.hpp"

namespace gatehouse::policy {

// An entry of `default`: decides what no rule does, for a pair of zones. The most specific entry counts.
struct DefaultEntry {
  std::optional<ZoneId> from, to;  // nothing: any
};

struct CompiledPolicy {
  std::string file_name;
  std::uint32_t generation = 0;
  std::shared_ptr<const Applications> applications;
  std::vector<std::string> zone_names;
  std::vector<Zone> declared_zones;
  ZoneMap zones;
  DomainTable domains;  // of all rules
  std::vector<Rule> rules;
  std::vector<Gate> gates;       // of each rule
  std::vector<RuleLists> lists;  // of each rule
  std::vector<DefaultEntry> defaults;
  std::vector<RuleInfo> infos;  // of the rules, then of the defaults
  Undecided undecided;

  // For each pair of zones, the rules that may concern it, in order, and its default.
  struct PairRules {
    std::uint32_t begin = 0, end = 0;  // in `order`
    std::uint32_t standard = 0;        // index into infos
  };
  std::vector<PairRules> pairs;  // by from * (zones + 1) + to
  std::vector<std::uint16_t> order;

  ZoneId known_zone(ZoneId zone) const noexcept { return zone <= zone_names.size() ? zone : kNoZone; }
  const PairRules& pair(ZoneId from, ZoneId to) const noexcept {
    return pairs[known_zone(from) * (zone_names.size() + 1) + known_zone(to)];
  }
  std::string_view zone_name(ZoneId zone) const noexcept {
    return zone == kNoZone || zone > zone_names.size() ? std::string_view{"any"}
                                                       : std::string_view{zone_names[zone - 1u]};
  }
};

// Fills all but zones, gates, pairs and order; mistakes go to `diagnostics`.
void read_policy(std::string_view text, CompiledPolicy& into, config::Diagnostics& diagnostics);
inline constexpr config::YamlLimits kPolicyLimits{.bytes = 4u << 20, .depth = 8, .nodes = 200'000};

void index_rules(CompiledPolicy& policy);

}  // namespace gatehouse::policy
