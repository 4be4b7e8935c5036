// SPDX-License-Identifier: GPL-3.0-or-later
// The answer of a judgement, and the whole of its reason.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::policy {

enum class Kind : std::uint8_t { allow, drop, reject, pending };
// Kleene's three values: `maybe` while a fact is missing.
enum class Truth : std::uint8_t { no, maybe, yes };

struct Decision {
  Kind kind = Kind::pending;
  // Which line of the policy: Policy::rule(). Of a pending session, the first rule that may yet match; of one decided
  // although rules before may yet match, the rule that decides if they do not.
  std::uint32_t rule = 0;
  std::uint32_t generation = 0;
  bool operator==(const Decision&) const = default;
};

constexpr std::string_view to_text(Kind kind) noexcept {
  switch (kind) {
    case Kind::allow:
      return "allow";
    case Kind::drop:
      return "drop";
    case Kind::reject:
      return "reject";
    case Kind::pending:
      return "pending";
  }
  return "";
}
constexpr std::string_view to_text(Truth truth) noexcept {
  switch (truth) {
    case Truth::no:
      return "no";
    case Truth::maybe:
      return "maybe";
    case Truth::yes:
      return "yes";
  }
  return "";
}

// One condition of a rule, as it stands before the facts.
struct ConditionAnswer {
  std::string_view condition;  // "application"
  std::string wanted;          // "tls, http"
  std::string seen;            // "telnet"
  Truth truth = Truth::no;
};

struct RuleAnswer {
  std::uint32_t rule = 0;
  Truth truth = Truth::no;
  std::vector<ConditionAnswer> conditions;
};

// The nearest change of the facts that would turn refusal into passage, or the other way round.
struct Flip {
  bool found = false;
  std::vector<std::string> changes;  // "application were tls"
  Decision decision;                 // what would then be decided
  std::string sentence;
};

struct Explanation {
  Decision decision;
  std::vector<RuleAnswer> chain;  // top down, up to the one that decides
  std::string sentence;           // "Refused: rule 2 'no telnet' (policy.yaml:14): application telnet is telnet"
  Flip flip;
};

}  // namespace gatehouse::policy
