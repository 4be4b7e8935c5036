// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/policy.hpp"

#include "policy/compiled.hpp"

namespace gatehouse::policy {

Policy::Policy(std::unique_ptr<const CompiledPolicy> compiled) noexcept : compiled_(std::move(compiled)) {}
Policy::~Policy() = default;

Result<std::shared_ptr<const Policy>> Policy::load(const std::filesystem::path& path, const Surroundings& around) {
  ASSIGN_OR_RETURN(const std::string text, config::read_file(path.string(), kPolicyLimits), "reading the policy");
  return load_text(text, path.string(), around);
}

Result<std::shared_ptr<const Policy>> Policy::load_text(std::string_view text, std::string_view file_name,
                                                        const Surroundings& around) {
  if (around.interfaces.size() > kMaxInterfaces)
    return failure("more than " + std::to_string(kMaxInterfaces) + " interfaces");
  auto compiled = std::make_unique<CompiledPolicy>();
  compiled->file_name = file_name;
  compiled->generation = around.generation;
  compiled->applications = around.applications;
  if (compiled->applications == nullptr) {
    ASSIGN_OR_RETURN(compiled->applications, Applications::standard(), "loading the policy");
  }
  config::Diagnostics diagnostics{std::string(file_name)};
  read_policy(text, *compiled, diagnostics);
  if (!diagnostics.empty()) return std::unexpected(diagnostics.error());
  compiled->zones = ZoneMap{compiled->declared_zones, around.interfaces};
  index_rules(*compiled);
  return std::shared_ptr<const Policy>{new Policy(std::move(compiled))};
}

// ---- by zones, so that a judgement looks only at rules that may concern it

namespace {

// How near an entry of `default` is to a pair of zones: both named, the first, the second, none. 0: not about it.
int nearness(const DefaultEntry& entry, ZoneId from, ZoneId to) {
  if ((entry.from && *entry.from != from) || (entry.to && *entry.to != to)) return 0;
  return 1 + (entry.to ? 1 : 0) + (entry.from ? 2 : 0);
}

}  // namespace

void index_rules(CompiledPolicy& policy) {
  for (const Rule& rule : policy.rules) policy.gates.push_back(Gate::of(rule));
  const std::size_t zones = policy.zone_names.size() + 1;
  for (std::size_t from = 0; from < zones; ++from) {
    for (std::size_t to = 0; to < zones; ++to) {
      CompiledPolicy::PairRules pair;
      pair.begin = static_cast<std::uint32_t>(policy.order.size());
      for (std::size_t i = 0; i < policy.rules.size(); ++i) {
        const Rule& rule = policy.rules[i];
        if ((rule.from >> from & 1) != 0 && (rule.to >> to & 1) != 0)
          policy.order.push_back(static_cast<std::uint16_t>(i));
      }
      pair.end = static_cast<std::uint32_t>(policy.order.size());
      int best = 0;
      for (std::size_t i = 0; i < policy.defaults.size(); ++i) {
        const int near = nearness(policy.defaults[i], static_cast<ZoneId>(from), static_cast<ZoneId>(to));
        if (near > best) best = near, pair.standard = static_cast<std::uint32_t>(policy.rules.size() + i);
      }
      policy.pairs.push_back(pair);
    }
  }
  policy.order.shrink_to_fit();
}

// ---- the packet path

ZoneId Policy::zone_of(const IpAddress& address, InterfaceIndex interface) const noexcept {
  return compiled_->zones.find(address, interface);
}

void Policy::locate(Facts& facts) const noexcept {
  facts.from = zone_of(facts.client, facts.client_interface);
  facts.to = zone_of(facts.server, facts.server_interface);
}

Decision Policy::judge(const Facts& facts) const noexcept {
  const CompiledPolicy& policy = *compiled_;
  const CompiledPolicy::PairRules& pair = policy.pair(facts.from, facts.to);
  SeenDomains seen{policy.domains, facts};
  const Passage passage{facts};
  constexpr std::uint32_t none = 0xffffffff;
  std::uint32_t first_maybe = none;
  Kind possible = Kind::pending;  // what all rules that may yet match would do
  for (std::uint32_t i = pair.begin; i < pair.end; ++i) {
    const std::uint32_t index = policy.order[i];
    if (!passage.opens(policy.gates[index], seen)) continue;
    const Rule& rule = policy.rules[index];
    const Truth answer = rule.judge(facts, seen);
    if (answer == Truth::no) continue;
    if (first_maybe == none) first_maybe = index, possible = rule.action;
    if (rule.action != possible) return {Kind::pending, first_maybe, policy.generation};
    if (answer == Truth::yes) return {possible, index, policy.generation};
  }
  const Kind standard = policy.infos[pair.standard].action;
  if (first_maybe != none && standard != possible) return {Kind::pending, first_maybe, policy.generation};
  return {standard, pair.standard, policy.generation};
}

const Undecided& Policy::undecided() const noexcept {
  return compiled_->undecided;
}

bool Policy::exhausted(const Pending& pending, Timestamp now) const noexcept {
  const Undecided& bounds = compiled_->undecided;
  return pending.packets >= bounds.packets || pending.bytes >= bounds.bytes || now - pending.since >= bounds.time;
}

// ---- for people and the log

std::span<const RuleInfo> Policy::rules() const noexcept {
  return compiled_->infos;
}
std::span<const std::string> Policy::zones() const noexcept {
  return compiled_->zone_names;
}
std::string_view Policy::zone_name(ZoneId zone) const noexcept {
  return compiled_->zone_name(zone);
}
std::string_view Policy::file_name() const noexcept {
  return compiled_->file_name;
}
std::uint32_t Policy::generation() const noexcept {
  return compiled_->generation;
}
std::span<const std::string> Policy::missing_interfaces() const noexcept {
  return compiled_->zones.missing();
}

}  // namespace gatehouse::policy
