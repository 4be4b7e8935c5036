// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/matcher.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fnmatch.h>

#include "base/bytes.hpp"

namespace gatehouse::ips::select {
namespace {

constexpr std::string_view kExtension = ".rules";
constexpr std::string_view kForms =
    "write a sid (2019401 or 1:2019401), re:EXPRESSION, group:NAME, filename:GLOB, metadata: KEY VALUE, cve:NUMBER, "
    "thing:NAME or *";

bool fits(const std::string& glob, std::string_view name) {
  return fnmatch(glob.c_str(), std::string(name).c_str(), FNM_NOESCAPE) == 0;
}

std::string_view without_extension(std::string_view name) {
  return name.ends_with(kExtension) ? name.substr(0, name.size() - kExtension.size()) : name;
}

std::string_view base_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

bool fits_group(const std::string& glob, std::string_view file) {
  const std::string_view name = base_name(file);
  return fits(glob, name) || fits(glob, without_extension(name));
}

// The path as it is, and what remains of it behind each '/': lists are written for folders that lie elsewhere.
bool fits_path(const std::string& glob, std::string_view path) {
  while (true) {
    if (fits(glob, path) || fits(glob, without_extension(path))) return true;
    const auto slash = path.find('/');
    if (slash == path.npos) return false;
    path.remove_prefix(slash + 1);
  }
}

std::expected<std::uint32_t, std::string> read_number(std::string_view text, std::string_view what) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc{} && end == text.data() + text.size()) return number;
  return std::unexpected("'" + std::string(text) + "' is no " + std::string(what) + "; a number is expected");
}

std::expected<Matcher::Number, Mistake> read_rule_number(std::string_view text) {
  std::array<std::uint32_t, 3> numbers{};
  std::size_t count = 0, from = 0;
  while (true) {
    const auto colon = std::min(text.find(':', from), text.size());
    if (count == numbers.size())
      return std::unexpected(Mistake{from, "a rule is named by sid, gid:sid or gid:sid:rev, and nothing behind it"});
    const auto number = read_number(trim(text.substr(from, colon - from)), "number of a rule");
    if (!number) return std::unexpected(Mistake{from, number.error()});
    numbers[count++] = *number;
    if (colon == text.size()) break;
    from = colon + 1;
  }
  Matcher::Number named;
  if (count == 1) {
    named.sid = numbers[0];
  } else {
    named.gid = numbers[0];
    named.sid = numbers[1];
    named.rev = numbers[2];
    named.any_rev = count == 2;
  }
  return named;
}

struct Fits {
  const RuleFacts& rule;
  bool operator()(const Matcher::Every&) const { return true; }
  bool operator()(const std::vector<Matcher::Number>& numbers) const {
    return std::ranges::any_of(numbers, [&](const Matcher::Number& n) {
      return n.sid == rule.sid && n.gid == rule.gid && (n.any_rev || n.rev == rule.rev);
    });
  }
  bool operator()(const Expression& expression) const { return expression.found_in(rule.text); }
  bool operator()(const Matcher::Group& group) const { return fits_group(group.glob, rule.file); }
  bool operator()(const Matcher::FileName& name) const { return fits_path(name.glob, rule.file); }
  bool operator()(const Matcher::Metadata& wanted) const {
    return std::ranges::any_of(rule.metadata, [&](const auto& entry) {
      return equals_nocase(entry.first, wanted.key) && equals_nocase(entry.second, wanted.value);
    });
  }
  bool operator()(const Matcher::Cve& cve) const { return std::ranges::find(rule.cves, cve.number) != rule.cves.end(); }
  bool operator()(const Thing& thing) const { return thing.concerns(rule); }
};

}  // namespace

std::expected<Matcher, Mistake> Matcher::parse(std::string_view text) {
  if (text == "*") return Matcher{Every{}};
  if (!text.empty() && text[0] >= '0' && text[0] <= '9' && !text.ends_with(kExtension)) return parse_numbers(text);
  if (const auto colon = text.find(':'); colon != text.npos) {
    const std::string_view behind = text.substr(colon + 1);
    const auto first = behind.find_first_not_of(" \t");
    if (first == behind.npos)
      return std::unexpected(Mistake{colon, "nothing stands behind '" + std::string(text.substr(0, colon + 1)) + "'"});
    return parse_kind(text.substr(0, colon), trim(behind), colon + 1 + first);
  }
  if (text.ends_with(kExtension)) return Matcher{Group{std::string(text)}};
  return std::unexpected(Mistake{0, "'" + std::string(text) + "' names no rules; " + std::string(kForms)});
}

std::expected<Matcher, Mistake> Matcher::parse_numbers(std::string_view text) {
  std::vector<Number> numbers;
  for (std::size_t from = 0; from <= text.size();) {
    const auto comma = std::min(text.find(',', from), text.size());
    const std::string_view entry = text.substr(from, comma - from);
    const auto indent = std::min(entry.find_first_not_of(" \t"), entry.size());
    const auto number = read_rule_number(trim(entry));
    if (!number) return std::unexpected(Mistake{from + indent + number.error().offset, number.error().reason});
    numbers.push_back(*number);
    from = comma + 1;
  }
  return Matcher{std::move(numbers)};
}

std::expected<Matcher, Mistake> Matcher::parse_kind(std::string_view kind, std::string_view value, std::size_t at) {
  if (kind == "re") {
    auto expression = Expression::compile(value, LetterCase::ignored);
    if (!expression) return std::unexpected(Mistake{at + expression.error().offset, expression.error().reason});
    return Matcher{std::move(*expression)};
  }
  if (kind == "group") return Matcher{Group{std::string(value)}};
  if (kind == "filename") return Matcher{FileName{std::string(value)}};
  if (kind == "metadata") {
    const auto space = value.find_first_of(" \t");
    if (space == value.npos) return std::unexpected(Mistake{at, "metadata: is followed by a key and its value"});
    return Matcher{Metadata{std::string(value.substr(0, space)), std::string(trim(value.substr(space)))}};
  }
  if (kind == "cve") {
    auto numbers = cves_in(value);
    if (numbers.size() != 1) return std::unexpected(Mistake{at, "a CVE is written as CVE-2021-44228"});
    return Matcher{Cve{std::move(numbers[0])}};
  }
  if (kind == "thing") {
    Thing thing{value};
    if (thing.empty()) return std::unexpected(Mistake{at, "thing: is followed by words, such as thing:camera"});
    return Matcher{std::move(thing)};
  }
  return std::unexpected(Mistake{0, "'" + std::string(kind) + ":' is not known; " + std::string(kForms)});
}

bool Matcher::matches(const RuleFacts& rule) const {
  return std::visit(Fits{rule}, means_);
}

std::vector<RuleNumber> Matcher::plain_numbers() const {
  std::vector<RuleNumber> plain;
  const auto* numbers = std::get_if<std::vector<Number>>(&means_);
  if (numbers == nullptr || !std::ranges::all_of(*numbers, &Number::any_rev)) return plain;
  for (const Number& number : *numbers) plain.push_back(number);
  return plain;
}

}  // namespace gatehouse::ips::select
