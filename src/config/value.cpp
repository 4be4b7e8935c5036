// SPDX-License-Identifier: GPL-3.0-or-later
#include "config/value.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/bytes.hpp"
#include "config/diagnostic.hpp"

namespace gatehouse::config {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};
// Smallest first.
constexpr std::array kSizes{Unit{"B", 1}, Unit{"KiB", kKiB}, Unit{"MiB", kMiB}, Unit{"GiB", kGiB},
                            Unit{"TiB", 1024 * kGiB}};
constexpr std::array kTimes{Unit{"us", 1},         Unit{"ms", 1000},         Unit{"s", 1'000'000},
                            Unit{"m", 60'000'000}, Unit{"h", 3'600'000'000}, Unit{"d", 86'400'000'000}};

bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// A unit that was nearly right: "MB", "mib", "sec".
std::string unit_hint(std::string_view typed, std::span<const Unit> units) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> habits{{{"K", "KiB"},
                                                                                  {"KB", "KiB"},
                                                                                  {"M", "MiB"},
                                                                                  {"MB", "MiB"},
                                                                                  {"G", "GiB"},
                                                                                  {"GB", "GiB"},
                                                                                  {"SEC", "s"},
                                                                                  {"SECONDS", "s"},
                                                                                  {"MIN", "m"},
                                                                                  {"MINUTES", "m"},
                                                                                  {"HOURS", "h"},
                                                                                  {"DAYS", "d"}}};
  for (const auto& [habit, unit] : habits)
    if (equals_nocase(typed, habit) && std::ranges::find(units, unit, &Unit::name) != units.end())
      return "did you mean the unit '" + std::string(unit) + "'?";
  for (const Unit& unit : units)
    if (equals_nocase(typed, unit.name)) return "did you mean the unit '" + std::string(unit.name) + "'?";
  std::string hint = "the units are ";
  for (const Unit& unit : units) hint += (&unit == units.data() ? "" : ", ") + std::string(unit.name);
  return hint;
}

Parsed<std::uint64_t> parse_with_unit(std::string_view text, std::span<const Unit> units) {
  const auto digits = static_cast<std::size_t>(std::ranges::find_if_not(text, is_digit) - text.begin());
  const std::string_view typed_unit = text.substr(digits);
  auto number = parse_number(text.substr(0, digits));
  if (!number) return digits == 0 ? std::unexpected(std::string{}) : std::unexpected(std::move(number).error());
  if (typed_unit.empty()) {
    if (*number == 0) return 0;  // nothing is nothing in any unit
    return std::unexpected("a unit is missing; " + unit_hint({}, units));
  }
  const auto unit = std::ranges::find(units, typed_unit, &Unit::name);
  if (unit == units.end()) return std::unexpected(unit_hint(typed_unit, units));
  if (*number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()) / unit->factor)
    return std::unexpected(std::string("the number is too large"));
  return *number * unit->factor;
}

std::string format_with_unit(std::uint64_t value, std::span<const Unit> units) {
  std::size_t i = units.size() - 1;
  while (i > 0 && value % units[i].factor != 0) --i;
  return std::to_string(value / units[i].factor) + std::string(units[i].name);
}

}  // namespace

Parsed<std::uint64_t> parse_number(std::string_view text) {
  if (text.empty() || !std::ranges::all_of(text, is_digit)) return std::unexpected(std::string{});
  if (text.size() > 1 && text.front() == '0')
    return std::unexpected("a number that begins with 0 may be meant as octal; write " +
                           std::string(text.substr(std::min(text.find_first_not_of('0'), text.size() - 1))));
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::unexpected(std::string("the number is too large"));
  return number;
}

Parsed<std::uint64_t> parse_size(std::string_view text) {
  return parse_with_unit(text, kSizes);
}

Parsed<Duration> parse_duration(std::string_view text) {
  auto us = parse_with_unit(text, kTimes);
  if (!us) return std::unexpected(std::move(us).error());
  return Duration{static_cast<std::int64_t>(*us)};
}

Parsed<QueueRange> parse_queues(std::string_view text) {
  constexpr std::uint64_t most = 65535;
  const auto dash = text.find('-');
  const auto first = parse_number(text.substr(0, dash));
  const auto last = dash == text.npos ? first : parse_number(text.substr(dash + 1));
  if (!first || !last) return std::unexpected(std::string{});
  if (*first > most || *last > most) return std::unexpected(std::string("queue numbers end at 65535"));
  if (*first > *last) return std::unexpected(std::string("the first queue is behind the last"));
  return QueueRange{static_cast<std::uint16_t>(*first), static_cast<std::uint16_t>(*last)};
}

std::string format_size(std::uint64_t bytes) {
  return bytes == 0 ? "0" : format_with_unit(bytes, kSizes);
}

std::string format_duration(Duration duration) {
  return duration.us <= 0 ? "0s" : format_with_unit(static_cast<std::uint64_t>(duration.us), kTimes);
}

bool is_interface_name(std::string_view name) noexcept {
  constexpr std::size_t longest = 15;  // IFNAMSIZ less the terminator
  if (name.empty() || name.size() > longest || name == "." || name == "..") return false;
  return std::ranges::none_of(name,
                              [](char c) { return c == '/' || c == ':' || static_cast<unsigned char>(c) <= ' '; });
}

bool is_user_name(std::string_view name) noexcept {
  constexpr std::size_t longest = 32;
  if (name.empty() || name.size() > longest || is_digit(name.front()) || name.front() == '-') return false;
  return std::ranges::all_of(name, [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-' || c == '.';
  });
}

}  // namespace gatehouse::config
