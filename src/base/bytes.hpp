// SPDX-License-Identifier: GPL-3.0-or-later
// Views of bytes. Nothing here owns memory: a view lives as long as the bytes it was made from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace gatehouse {

using Bytes = std::span<const std::uint8_t>;

inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

inline bool starts_with(Bytes bytes, std::string_view prefix) noexcept {
  return as_text(bytes).starts_with(prefix);
}

inline char ascii_lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

// Letter case of ASCII only: protocol keywords are ASCII, and locales have no place on the packet path.
inline bool equals_nocase(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  return true;
}

inline bool starts_with_nocase(std::string_view text, std::string_view prefix) noexcept {
  return text.size() >= prefix.size() && equals_nocase(text.substr(0, prefix.size()), prefix);
}

inline std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view space = " \t\r\n\v\f";
  const auto first = text.find_first_not_of(space);
  return first == text.npos ? std::string_view{} : text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace gatehouse
