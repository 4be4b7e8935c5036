// SPDX-License-Identifier: GPL-3.0-or-later
// Facts, conditions and rules in words.
#pragma once

#include <string>

#include "policy/compiled.hpp"

namespace gatehouse::policy {

constexpr bool is_refusal(Kind kind) noexcept {
  return kind == Kind::drop || kind == Kind::reject;
}

class Words {
 public:
  explicit Words(const CompiledPolicy& policy) noexcept : policy_(policy) {}

  // "policy.yaml:14"
  std::string place(const RuleInfo& info) const;
  // "rule 2 'no telnet' (policy.yaml:14)"
  std::string rule(std::uint32_t index) const;
  // All conditions of a rule before the facts.
  RuleAnswer answer(std::uint32_t index, const Facts& facts) const;
  // Why a rule matched: "application telnet is telnet".
  std::string reasons(const RuleAnswer& answer) const;

  std::string application(const Facts& facts) const;
  std::string domain(const Facts& facts) const;

 private:
  std::string zones(ZoneMask mask) const;

  const CompiledPolicy& policy_;
};

std::string protocol_name(std::uint8_t protocol);

}  // namespace gatehouse::policy
