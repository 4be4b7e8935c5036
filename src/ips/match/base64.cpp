// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/base64.hpp"

#include <array>

namespace gatehouse::ips {
namespace {

constexpr auto kSextets = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::int8_t>(i);
  return table;
}();

bool is_strict(Bytes text) noexcept {
  if (text.empty() || text.size() % 4 != 0) return false;
  std::size_t padding = 0;
  while (padding < 2 && text[text.size() - 1 - padding] == '=') ++padding;
  for (const std::uint8_t b : text.first(text.size() - padding))
    if (kSextets[b] < 0) return false;
  return true;
}

}  // namespace

bool decode_base64(Bytes text, Base64Mode mode, std::vector<std::uint8_t>& out, std::size_t most) {
  if (mode == Base64Mode::strict && !is_strict(text)) return false;
  const std::size_t before = out.size();
  std::uint32_t bits = 0;
  unsigned have = 0;
  for (const std::uint8_t b : text) {
    if (b == '=') break;
    if (kSextets[b] < 0) {
      if (mode == Base64Mode::rfc2045) continue;
      break;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(kSextets[b]);
    have += 6;
    if (have < 8) continue;
    if (out.size() == most) break;
    have -= 8;
    out.push_back(static_cast<std::uint8_t>(bits >> have));
  }
  return out.size() > before;
}

}  // namespace gatehouse::ips
