// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntlmssp/utf16.hpp"

#include <algorithm>

namespace gatehouse::proto::ntlmssp {
namespace {

constexpr char32_t kReplacement = 0xfffd;

constexpr bool is_high(char32_t c) noexcept {
  return c >= 0xd800 && c <= 0xdbff;
}
constexpr bool is_low(char32_t c) noexcept {
  return c >= 0xdc00 && c <= 0xdfff;
}

void append(std::pmr::string& text, char32_t c, std::size_t most) {
  const std::size_t size = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
  if (text.size() + size > most) return;
  if (size == 1) {
    text.push_back(static_cast<char>(c));
    return;
  }
  constexpr unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  text.push_back(static_cast<char>(lead[size] | c >> (6 * (size - 1))));
  for (std::size_t i = size - 1; i-- > 0;) text.push_back(static_cast<char>(0x80 | (c >> (6 * i) & 0x3f)));
}

}  // namespace

void append_utf16(std::pmr::string& text, Bytes utf16, std::size_t most) {
  const auto unit = [&](std::size_t at) { return static_cast<char32_t>(utf16[at] | utf16[at + 1] << 8); };
  for (std::size_t at = 0; at + 1 < utf16.size() && text.size() < most; at += 2) {
    char32_t c = unit(at);
    if (c == 0) continue;
    if (is_high(c) && at + 3 < utf16.size() && is_low(unit(at + 2))) {
      c = 0x10000 + ((c - 0xd800) << 10) + (unit(at + 2) - 0xdc00);
      at += 2;
    } else if (is_high(c) || is_low(c)) {
      c = kReplacement;
    }
    append(text, c, most);
  }
}

void append_oem(std::pmr::string& text, Bytes oem, std::size_t most) {
  for (const std::uint8_t c : oem)
    if (c != 0 && text.size() < most) text.push_back(static_cast<char>(c));
}

Bytes until_null16(Bytes utf16, bool& found) noexcept {
  for (std::size_t at = 0; at + 1 < utf16.size(); at += 2)
    if (utf16[at] == 0 && utf16[at + 1] == 0) {
      found = true;
      return utf16.first(at);
    }
  found = false;
  return utf16;
}

Bytes until_null(Bytes oem, bool& found) noexcept {
  const auto end = std::ranges::find(oem, 0);
  found = end != oem.end();
  return oem.first(static_cast<std::size_t>(end - oem.begin()));
}

}  // namespace gatehouse::proto::ntlmssp
