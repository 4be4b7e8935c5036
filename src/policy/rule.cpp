// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/rule.hpp"

namespace gatehouse::policy {

void ApplicationSet::add(const ApplicationName& name) {
  if (name.protocol != nullptr) {
    own_.push_back({name.protocol, name.long_tail});
    return;
  }
  if (long_tail_.size() <= name.long_tail / 64u) long_tail_.resize(name.long_tail / 64u + 1);
  long_tail_[name.long_tail / 64u] |= std::uint64_t{1} << name.long_tail % 64u;
}

Truth ApplicationSet::judge_own(const Facts& facts) const noexcept {
  if (own_.empty()) return Truth::no;
  if (facts.spoken != nullptr) {
    for (const Own& name : own_)
      if (name.protocol == facts.spoken) return Truth::yes;
    return Truth::no;  // our own parser knows better than any guess
  }
  if (facts.spoken_state == Knowledge::unknown_yet) return Truth::maybe;
  Truth answer = Truth::no;
  for (const Own& name : own_) {
    if (name.long_tail == 0) continue;
    if (name.long_tail == facts.master || name.long_tail == facts.application) return Truth::yes;
    if (facts.names_state == Knowledge::unknown_yet) answer = Truth::maybe;
  }
  return answer;
}

Truth ApplicationSet::judge_unknown(const Facts& facts) const noexcept {
  if (!unknown_ || facts.spoken != nullptr || facts.master != 0 || facts.application != 0) return Truth::no;
  const bool all_told = facts.spoken_state != Knowledge::unknown_yet && facts.names_state != Knowledge::unknown_yet;
  return all_told ? Truth::yes : Truth::maybe;
}

Truth ApplicationSet::judge(const Facts& facts) const noexcept {
  if (has(facts.master) || has(facts.application)) return Truth::yes;
  const Truth by_name = long_tail_.empty() || facts.names_state != Knowledge::unknown_yet ? Truth::no : Truth::maybe;
  return either(by_name, either(judge_own(facts), judge_unknown(facts)));
}

bool Rule::means_port(const Facts& facts) const noexcept {
  if (!facts.has_ports) return false;
  for (const PortRange& range : ports)
    if (facts.server_port <= range.last) return facts.server_port >= range.first;
  return false;
}

Truth Rule::judge_domain(const Facts& facts, SeenDomains& seen) const noexcept {
  if (domains.has_any_of(seen.matches())) return Truth::yes;
  const bool all_told = facts.domain_state != Knowledge::unknown_yet && facts.asked_state != Knowledge::unknown_yet;
  return all_told ? Truth::no : Truth::maybe;
}

Truth Rule::judge(const Facts& facts, SeenDomains& seen) const noexcept {
  if (has(has_protocol) && !means_protocol(facts)) return Truth::no;
  if (has(has_port) && !means_port(facts)) return Truth::no;
  if (has(has_client) && !means_client(facts)) return Truth::no;
  if (has(has_server) && !means_server(facts)) return Truth::no;
  Truth answer = Truth::yes;
  if (has(has_application)) answer = applications.judge(facts);
  if (answer != Truth::no && has(has_domain)) answer = both(answer, judge_domain(facts, seen));
  return answer;
}

}  // namespace gatehouse::policy
