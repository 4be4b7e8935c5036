// SPDX-License-Identifier: GPL-3.0-or-later
// A rule as it is judged: all of its conditions must hold. A condition that the rule does not name holds.
#pragma once

#include <bitset>
#include <memory>
#include <vector>

#include "policy/domains.hpp"
#include "policy/explanation.hpp"
#include "policy/facts.hpp"
#include "policy/networks.hpp"

namespace gatehouse::policy {

// Kleene's "and" and "or".
constexpr Truth both(Truth a, Truth b) noexcept {
  return a < b ? a : b;
}
constexpr Truth either(Truth a, Truth b) noexcept {
  return a < b ? b : a;
}
constexpr Truth truth(bool holds) noexcept {
  return holds ? Truth::yes : Truth::no;
}

struct PortRange {
  std::uint16_t first = 0, last = 0;
};

// Names of `application:`. "unknown" is the name of what nobody could name.
class ApplicationSet {
 public:
  void add(const ApplicationName& name);
  void add_unknown() noexcept { unknown_ = true; }
  Truth judge(const Facts& facts) const noexcept;
  std::uint64_t name_bits() const noexcept;  // gate.hpp

 private:
  struct Own {
    const ProtocolSpec* protocol;
    AppName long_tail;  // the same, as the long tail calls it
  };
  Truth judge_own(const Facts& facts) const noexcept;
  Truth judge_unknown(const Facts& facts) const noexcept;
  bool has(AppName name) const noexcept {
    return name != 0 && name / 64u < long_tail_.size() && (long_tail_[name / 64u] >> name % 64u & 1) != 0;
  }

  std::vector<Own> own_;
  std::vector<std::uint64_t> long_tail_;  // bits, by AppName: names that no parser of ours has
  bool unknown_ = false;
};

// A session's names in the policy's table, looked up when a rule first asks.
class SeenDomains {
 public:
  SeenDomains(const DomainTable& table, const Facts& facts) noexcept : table_(table), facts_(facts) {}
  const DomainMatches& matches() noexcept {
    if (!looked_) {
      table_.find(facts_.domain, matches_);
      table_.find(facts_.asked, matches_);
      looked_ = true;
    }
    return matches_;
  }

 private:
  const DomainTable& table_;
  const Facts& facts_;
  bool looked_ = false;
  DomainMatches matches_;
};

using ZoneMask = std::uint64_t;  // bit ZoneId; bit 0 for ends in no zone

struct Rule {
  // Which conditions the rule names, beside its zones.
  enum Condition : std::uint8_t {
    has_protocol = 1,
    has_port = 2,
    has_client = 4,
    has_server = 8,
    has_application = 16,
    has_domain = 32
  };
  std::uint8_t conditions = 0;
  Kind action = Kind::allow;
  std::bitset<256> protocols;
  std::vector<PortRange> ports;  // sorted, apart
  ApplicationSet applications;
  DomainSet domains;
  std::unique_ptr<const NetworkSet> clients, servers;
  ZoneMask from = ~ZoneMask{0}, to = ~ZoneMask{0};

  bool has(Condition c) const noexcept { return (conditions & c) != 0; }
  bool means_protocol(const Facts& facts) const noexcept { return protocols.test(facts.protocol); }
  bool means_port(const Facts& facts) const noexcept;
  bool means_client(const Facts& facts) const noexcept { return clients->contains(facts.client); }
  bool means_server(const Facts& facts) const noexcept { return servers->contains(facts.server); }
  Truth judge_domain(const Facts& facts, SeenDomains& seen) const noexcept;
  // All but the zones, by which rules are found.
  Truth judge(const Facts& facts, SeenDomains& seen) const noexcept;
};

// The lists of a rule as the policy has them, for people.
struct RuleLists {
  std::vector<ApplicationName> applications;
  bool unknown_application = false;
  std::vector<DomainPattern> domains;
  std::vector<IpPrefix> clients, servers;
};

}  // namespace gatehouse::policy
