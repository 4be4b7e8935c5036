// SPDX-License-Identifier: GPL-3.0-or-later
// One rule's text to words. Only rule_file.cpp and its kin need this; all others take rule_file.hpp.
#pragma once

#include <expected>
#include <span>
#include <string_view>

#include "ips/text/rule.hpp"

namespace gatehouse::ips::text {

// A rule that stands on several lines is joined to one text; each of its lines is a piece, the first at offset 0.
struct Piece {
  std::size_t offset = 0;  // of its first character in the joined text
  Place place;             // of that character in the file
};

// The rule that begins at `from`. `pieces`: at least one, in the order of the text.
std::expected<Rule, Refusal> parse_rule(std::string_view text, std::span<const Piece> pieces, std::size_t from = 0);

// The number behind "sid:", wherever the text has one; 0: none. For refusals of what cannot be parsed.
std::uint32_t find_sid(std::string_view text) noexcept;

constexpr bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\v' || c == '\f';
}
constexpr std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace gatehouse::ips::text
