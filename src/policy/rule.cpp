// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/rule.hpp"

namespace gatehouse::policy {

void ApplicationSet::add(const ApplicationName& name) {
  listed.push_back(name);
  if (name.protocol != nullptr) {
    protocols.push_back(name);
    return;
  }
  if (long_tail.size() <= name.long_tail / 64u) long_tail.resize(name.long_tail / 64u + 1);
  long_tail[name.long_tail / 64u] |= std::uint64_t{1} << name.long_tail % 64u;
}

Truth ApplicationSet::judge_protocols(const Facts& facts) const noexcept {
  if (protocols.empty()) return Truth::no;
  if (facts.spoken != nullptr) {
    for (const ApplicationName& name : protocols)
      if (name.protocol == facts.spoken) return Truth::yes;
    return Truth::no;  // our own parser knows better than any guess
  }
  if (facts.spoken_state == Knowledge::unknown_yet) return Truth::maybe;
  Truth answer = Truth::no;
  for (const ApplicationName& name : protocols) {
    if (name.long_tail == 0) continue;
    if (name.long_tail == facts.master || name.long_tail == facts.application) return Truth::yes;
    if (facts.names_state == Knowledge::unknown_yet) answer = Truth::maybe;
  }
  return answer;
}

Truth ApplicationSet::judge_unknown(const Facts& facts) const noexcept {
  if (!unknown || facts.spoken != nullptr || facts.master != 0 || facts.application != 0) return Truth::no;
  const bool all_told = facts.spoken_state != Knowledge::unknown_yet && facts.names_state != Knowledge::unknown_yet;
  return all_told ? Truth::yes : Truth::maybe;
}

Truth ApplicationSet::judge(const Facts& facts) const noexcept {
  if (names(facts.master) || names(facts.application)) return Truth::yes;
  const Truth by_name = long_tail.empty() || facts.names_state != Knowledge::unknown_yet ? Truth::no : Truth::maybe;
  return either(by_name, either(judge_protocols(facts), judge_unknown(facts)));
}

bool Rule::means_port(std::uint16_t port) const noexcept {
  for (const PortRange& range : ports)
    if (port <= range.last) return port >= range.first;
  return false;
}

Truth Rule::judge_domain(const Facts& facts) const noexcept {
  if (domains.contains(facts.domain) || domains.contains(facts.asked)) return Truth::yes;
  const bool all_told = facts.domain_state != Knowledge::unknown_yet && facts.asked_state != Knowledge::unknown_yet;
  return all_told ? Truth::no : Truth::maybe;
}

Truth Rule::judge(const Facts& facts) const noexcept {
  if (has(has_protocol) && !protocols.test(facts.protocol)) return Truth::no;
  if (has(has_port) && !(facts.has_ports && means_port(facts.server_port))) return Truth::no;
  if (has(has_client) && !clients.contains(facts.client)) return Truth::no;
  if (has(has_server) && !servers.contains(facts.server)) return Truth::no;
  Truth answer = Truth::yes;
  if (has(has_application)) answer = applications.judge(facts);
  if (answer != Truth::no && has(has_domain)) answer = both(answer, judge_domain(facts));
  return answer;
}

}  // namespace gatehouse::policy
