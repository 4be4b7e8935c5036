// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/address_keywords.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "ips/compile/ends.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"
#include "ips/match/countries.hpp"
#include "ips/match/ip_reputation.hpp"

namespace gatehouse::ips::compile {
namespace {

enum class Side : std::uint8_t { any, src, dst, both };

std::optional<Side> side_named(std::string_view word) noexcept {
  if (word == "any") return Side::any;
  if (word == "src") return Side::src;
  if (word == "dst" || word == "dest") return Side::dst;
  if (word == "both") return Side::both;
  return std::nullopt;
}

template <typename Holds>
bool side_holds(Side side, const Ends& ends, Holds&& holds) noexcept {
  switch (side) {
    case Side::src:
      return holds(ends.src);
    case Side::dst:
      return holds(ends.dst);
    case Side::any:
      return holds(ends.src) || holds(ends.dst);
    case Side::both:
      break;
  }
  return holds(ends.src) && holds(ends.dst);
}

// ---- iprep. a: the side; b: the category; data: the lists.

bool reputation_holds(const Check& check, const Scene& scene) noexcept {
  const auto& lists = *static_cast<const IpReputation*>(check.data);
  return side_holds(static_cast<Side>(check.a), ends_of(scene), [&](const IpAddress& ip) {
    const auto score = lists.score(ip, static_cast<std::uint8_t>(check.b));
    return score && check.number.holds(*score);
  });
}
bool reputation_unknown(const Check& check, const Scene& scene) noexcept {
  const auto& lists = *static_cast<const IpReputation*>(check.data);
  return side_holds(static_cast<Side>(check.a), ends_of(scene), [&](const IpAddress& ip) {
    return ip.version != 0 && !lists.score(ip, static_cast<std::uint8_t>(check.b));
  });
}

std::optional<NumberTest> score_test(std::string_view compare, std::string_view score) {
  using enum Compare;
  constexpr std::array<std::pair<std::string_view, Compare>, 5> operators{
      {{"=", equal}, {"<", less}, {"<=", less_or_equal}, {">", greater}, {">=", greater_or_equal}}};
  const auto* row = std::ranges::find(operators, compare, [](const auto& r) { return r.first; });
  const auto number = read_unsigned(score);
  if (row == operators.end() || !number || *number > IpReputation::kLargestScore) return std::nullopt;
  NumberTest test;
  test.compare = row->second;
  test.a = *number;
  return test;
}

void iprep(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  const bool membership = words.size() == 3 && (words[2] == "isset" || words[2] == "isnotset");
  if (words.size() != 4 && !membership)
    return builder.refuse(
        option,
        "write 'iprep:<any|src|dst|both>,<category>,<operator>,<0 to 127>', or isset or isnotset behind the category");
  const auto side = side_named(words[0]);
  if (!side) return builder.refuse(option, "the side is any, src, dst or both");
  const auto& lists = builder.around().reputation;
  if (!lists) return builder.refuse(option, "no reputation lists are configured");
  const auto category = lists->category(words[1]);
  if (!category)
    return builder.refuse(option, "'" + std::string{words[1]} + "' is no category of the configured categories file");
  Check check;
  check.holds = &reputation_holds;
  check.number.compare = Compare::greater_or_equal;  // isset: any score
  if (membership && words[2] == "isnotset") check.holds = &reputation_unknown;
  if (!membership) {
    const auto test = score_test(words[2], words[3]);
    if (!test) return builder.refuse(option, "the operator is one of < <= > >= =, and the score 0 to 127");
    check.number = *test;
  }
  check.a = static_cast<std::uint64_t>(*side);
  check.b = *category;
  check.data = lists.get();
  check.keyword = option.name.text;
  builder.keep_alive(lists);
  builder.add_check(check);
}

// ---- geoip. a: the side; data: the countries.

struct Wanted {
  std::shared_ptr<const Countries> countries;
  std::vector<std::array<char, 2>> codes;
  bool negated = false;
};

bool country_holds(const Check& check, const Scene& scene) noexcept {
  const auto& wanted = *static_cast<const Wanted*>(check.data);
  return side_holds(static_cast<Side>(check.a), ends_of(scene), [&](const IpAddress& ip) {
    if (ip.version != 4) return false;  // the language's keyword is of IPv4 alone
    const std::string_view code = wanted.countries->of(ip);
    if (code.size() != 2) return false;
    const bool among = std::ranges::find(wanted.codes, std::array{code[0], code[1]}) != wanted.codes.end();
    return among != wanted.negated;
  });
}

void geoip(Builder& builder, const text::Option& option) {
  auto words = words_of(option.value.text);
  const auto side = side_named(words[0]);
  if (side) words.erase(words.begin());
  if (words.empty()) return builder.refuse(option, "no country is named: write 'geoip:<any|src|dst|both>,<codes>'");
  auto wanted = std::make_shared<Wanted>();
  for (std::string_view word : words) {
    if (word.starts_with('!')) {
      wanted->negated = true;
      word.remove_prefix(1);
    }
    const auto is_letter = [](char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; };
    if (word.size() != 2 || !std::ranges::all_of(word, is_letter))
      return builder.refuse(option, "'" + std::string{word} + "' is no country's code of two letters");
    wanted->codes.push_back({static_cast<char>(word[0] & ~0x20), static_cast<char>(word[1] & ~0x20)});
  }
  wanted->countries = builder.around().countries;
  if (!wanted->countries) return builder.refuse(option, "no GeoIP database is configured");
  Check& check = builder.checks.emplace_back();
  check.holds = &country_holds;
  check.a = static_cast<std::uint64_t>(side.value_or(Side::any));
  check.data = wanted.get();
  check.keyword = option.name.text;
  builder.keep_alive(std::move(wanted));
  builder.signature.packet_only = true;
}

constexpr std::array kKeywords{
    Keyword{"iprep", Argument::required, &iprep, "the score of an address in a category of the reputation lists"},
    Keyword{"geoip", Argument::required, &geoip, "the country of an IPv4 address"},
};

}  // namespace

std::span<const Keyword> address_list_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
