// SPDX-License-Identifier: GPL-3.0-or-later
// Which rules a line of enable.conf, disable.conf, drop.conf or modify.conf means:
//
//   2019401            a rule by its sid; 1:2019401 with its gid, 1:2019401:3 with its revision; lists with commas
//   re:REGEX           rules whose text the expression is found in, whatever the letters' case
//   group:NAME         rules of a file, named with or without .rules; NAME may hold * and ?; NAME.rules alone is the
//   same filename:GLOB      the same, by the file's path or its end metadata: KEY VALUE cve:CVE-2021-44228 rules that
//   name it, as a reference or in their metadata thing:NAME         rules that concern a thing (thing.hpp)
//   *                  every rule
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ips/select/expression.hpp"
#include "ips/select/rule_facts.hpp"
#include "ips/select/thing.hpp"

namespace gatehouse::ips::select {

struct RuleNumber {
  std::uint32_t gid = 1, sid = 0;
  bool operator==(const RuleNumber&) const = default;
  auto operator<=>(const RuleNumber&) const = default;
};

class Matcher {
 public:
  struct Every {};
  struct Number : RuleNumber {
    std::uint32_t rev = 0;
    bool any_rev = true;
  };
  struct Group {
    std::string glob;
  };
  struct FileName {
    std::string glob;
  };
  struct Metadata {
    std::string key, value;
  };
  struct Cve {
    std::string number;  // "2021-44228"
  };

  static std::expected<Matcher, Mistake> parse(std::string_view text);

  bool matches(const RuleFacts& rule) const;
  // Whether it names rules one by one. Then the operator has seen them; with all others, whatever falls under it.
  bool by_number() const noexcept { return std::holds_alternative<std::vector<Number>>(means_); }
  // The numbers of a matcher that names nothing but sids of any revision; empty: it is another.
  std::vector<RuleNumber> plain_numbers() const;

 private:
  using Means = std::variant<Every, std::vector<Number>, Expression, Group, FileName, Metadata, Cve, Thing>;
  explicit Matcher(Means means) : means_(std::move(means)) {}
  static std::expected<Matcher, Mistake> parse_numbers(std::string_view text);
  static std::expected<Matcher, Mistake> parse_kind(std::string_view kind, std::string_view value, std::size_t at);

  Means means_;
};

}  // namespace gatehouse::ips::select
