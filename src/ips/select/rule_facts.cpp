// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/rule_facts.hpp"

#include <algorithm>
#include <charconv>

#include "base/bytes.hpp"

namespace gatehouse::ips::select {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::uint32_t number_of(const text::Rule& rule, std::string_view option, std::uint32_t otherwise) {
  const text::Option* found = rule.find(option);
  if (found == nullptr) return otherwise;
  const std::string_view value = found->value.text;
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  return error == std::errc{} && end == value.data() + value.size() ? number : otherwise;
}

template <typename Each>
void each_part(std::string_view list, char separator, Each each) {
  while (true) {
    const auto end = std::min(list.find(separator), list.size());
    if (const std::string_view part = trim(list.substr(0, end)); !part.empty()) each(part);
    if (end == list.size()) return;
    list.remove_prefix(end + 1);
  }
}

void add_cves(RuleFacts& facts, std::string_view text) {
  for (std::string& cve : cves_in(text))
    if (std::ranges::find(facts.cves, cve) == facts.cves.end()) facts.cves.push_back(std::move(cve));
}

void read_metadata(RuleFacts& facts, std::string_view value) {
  each_part(value, ',', [&](std::string_view entry) {
    const auto space = std::min(entry.find_first_of(" \t"), entry.size());
    const auto& [key, word] = facts.metadata.emplace_back(entry.substr(0, space), trim(entry.substr(space)));
    if (equals_nocase(key, "cve")) add_cves(facts, word);
  });
}

std::string_view from_action(const text::Rule& rule) {
  const auto begin = rule.raw.find_first_not_of("# \t");
  return begin == rule.raw.npos ? std::string_view{} : trim(rule.raw.substr(begin));
}

}  // namespace

RuleFacts RuleFacts::of(const text::Rule& rule, std::string_view file) {
  RuleFacts facts;
  facts.gid = number_of(rule, "gid", 1);
  facts.sid = number_of(rule, "sid", 0);
  facts.rev = number_of(rule, "rev", 0);
  facts.text = from_action(rule);
  facts.file = file;
  for (const text::Option& option : rule.options) {
    const std::string_view name = option.name.text, value = option.value.text;
    if (name == "metadata")
      read_metadata(facts, value);
    else if (name == "reference" && starts_with_nocase(value, "cve"))
      add_cves(facts, value.substr(3));
    else if (name == "noalert" || (name == "flowbits" && trim(value) == "noalert"))
      facts.helper = true;
  }
  return facts;
}

std::vector<std::string> cves_in(std::string_view text) {
  constexpr std::size_t year = 4, least = 4;  // digits of a year, and of a number behind it
  std::vector<std::string> found;
  for (std::size_t i = 0; i + year + 1 + least <= text.size();) {
    const std::size_t digits =
        static_cast<std::size_t>(std::ranges::find_if_not(text.substr(i), is_digit) - text.substr(i).begin());
    const std::string_view behind = text.substr(i + digits);
    if (digits != year || behind.empty() || (behind[0] != '-' && behind[0] != '_')) {
      i += digits + 1;
      continue;
    }
    const auto number = behind.substr(1, behind.find_first_not_of("0123456789", 1) - 1);
    if (number.size() >= least) found.push_back(std::string(text.substr(i, year)) + '-' + std::string(number));
    i += year + 1 + number.size();
  }
  return found;
}

std::vector<Flowbit> flowbits_of(const text::Rule& rule) {
  std::vector<Flowbit> found;
  for (const text::Option& option : rule.options) {
    if (option.name.text != "flowbits") continue;
    const std::string_view value = option.value.text;
    const auto comma = value.find(',');
    if (comma == value.npos) continue;
    const std::string_view operation = trim(value.substr(0, comma));
    each_part(value.substr(comma + 1), '|', [&](std::string_view name) { found.push_back({operation, name}); });
  }
  return found;
}

}  // namespace gatehouse::ips::select
