// SPDX-License-Identifier: GPL-3.0-or-later
// A rule as it is judged: all of its conditions must hold. A condition that the rule does not name holds.
#pragma once

#include <bitset>
#include <string>
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
struct ApplicationSet {
  std::vector<ApplicationName> protocols;  // our own
  std::vector<std::uint64_t> long_tail;    // bits, by AppName: names that no parser of ours has
  std::vector<ApplicationName> listed;     // all, as the policy lists them, without "unknown"
  bool unknown = false;

  void add(const ApplicationName& name);
  Truth judge(const Facts& facts) const noexcept;

 private:
  Truth judge_protocols(const Facts& facts) const noexcept;
  Truth judge_unknown(const Facts& facts) const noexcept;
  bool names(AppName name) const noexcept {
    return name != 0 && name / 64u < long_tail.size() && (long_tail[name / 64u] >> name % 64u & 1) != 0;
  }
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
  NetworkSet clients, servers;
  ApplicationSet applications;
  DomainSet domains;
  ZoneMask from = ~ZoneMask{0}, to = ~ZoneMask{0};

  // For people: lists as the policy has them.
  std::vector<IpPrefix> client_prefixes, server_prefixes;
  std::vector<std::string> domain_texts;

  bool has(Condition c) const noexcept { return (conditions & c) != 0; }
  bool means_port(std::uint16_t port) const noexcept;
  Truth judge_domain(const Facts& facts) const noexcept;
  // All but the zones, by which rules are found.
  Truth judge(const Facts& facts) const noexcept;
};

}  // namespace gatehouse::policy
