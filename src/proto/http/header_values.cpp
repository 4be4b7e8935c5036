// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/header_values.hpp"

#include <charconv>

#include "base/bytes.hpp"

namespace gatehouse::proto::http {
namespace {

std::optional<std::uint64_t> take_number(std::string_view& text) noexcept {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

bool take(std::string_view& text, char c) noexcept {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

std::optional<ContentRange> parse_content_range(std::string_view value) noexcept {
  // "Content-Range = range-unit SP ( range-resp / unsatisfied-range )"
  if (!starts_with_nocase(value, "bytes")) return std::nullopt;
  value = trim(value.substr(5));
  ContentRange range;
  const auto start = take_number(value);
  if (!start || !take(value, '-')) return std::nullopt;
  const auto end = take_number(value);
  if (!end || !take(value, '/')) return std::nullopt;
  range.start = *start;
  range.end = *end;
  if (value != "*") {
    range.size = take_number(value);
    if (!range.size) return std::nullopt;
  }
  return range;
}

std::optional<std::string_view> parameter(std::string_view value, std::string_view name) noexcept {
  bool quoted = false;
  for (std::size_t i = 0; i < value.size(); ++i) {
    if (value[i] == '\\' && quoted) {
      ++i;
    } else if (value[i] == '"') {
      quoted = !quoted;
    } else if (value[i] == ';' && !quoted) {
      std::string_view rest = trim(value.substr(i + 1));
      if (!starts_with_nocase(rest, name)) continue;
      rest = trim(rest.substr(name.size()));
      if (!take(rest, '=')) continue;
      rest = trim(rest);
      if (!take(rest, '"')) return trim(rest.substr(0, rest.find(';')));
      std::size_t end = 0;
      while (end < rest.size() && rest[end] != '"') end += rest[end] == '\\' ? 2 : 1;
      return rest.substr(0, end);
    }
  }
  return std::nullopt;
}

bool has_word(std::string_view value, std::string_view word) noexcept {
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    if (equals_nocase(trim(value.substr(0, comma)), word)) return true;
    if (comma == value.npos) break;
    value.remove_prefix(comma + 1);
  }
  return false;
}

}  // namespace gatehouse::proto::http
