// SPDX-License-Identifier: GPL-3.0-or-later
// Words and numbers of a line.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::proto {

// The word at the beginning of `rest`, which is left behind the spaces that follow it.
inline std::string_view take_word(std::string_view& rest) noexcept {
  const std::size_t end = std::min(rest.find(' '), rest.size());
  const std::string_view word = rest.substr(0, end);
  const std::size_t next = rest.find_first_not_of(' ', end);
  rest = next == rest.npos ? std::string_view{} : rest.substr(next);
  return word;
}

// All of `text` is this number, or there is none.
template <typename Number>
std::optional<Number> whole_number(std::string_view text) noexcept {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// "220": three digits, the first of 1 to 6 (RFC 959, 4.2); 0 where there is none.
constexpr unsigned reply_code(std::string_view line) noexcept {
  if (line.size() < 3 || line[0] < '1' || line[0] > '6' || !is_digit(line[1]) || !is_digit(line[2])) return 0;
  return static_cast<unsigned>(line[0] - '0') * 100 + static_cast<unsigned>(line[1] - '0') * 10 +
         static_cast<unsigned>(line[2] - '0');
}

// Text that a person may have typed: no control characters but tabs. UTF-8 passes.
constexpr bool is_printable(std::string_view text) noexcept {
  for (const char c : text)
    if ((static_cast<unsigned char>(c) < ' ' && c != '\t') || c == 0x7f) return false;
  return true;
}

}  // namespace gatehouse::proto
