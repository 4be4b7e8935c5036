// SPDX-License-Identifier: GPL-3.0-or-later
// Object identifiers as people write them: "1.3.6.1.2.1.1.1.0".
#pragma once

#include <charconv>
#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto::asn1 {

// X.690, 8.19: base 128 digits, the highest bit set in all but the last octet of a number; the first number holds two
// arcs. Written into `room`; what is no identifier, or has no room, gives the empty text.
inline std::string_view oid_text(Bytes body, std::span<char> room) noexcept {
  constexpr std::uint64_t kMostShifted = ~std::uint64_t{0} >> 7;
  char* at = room.data();
  char* const end = at + room.size();
  const auto put = [&](std::uint64_t arc) {
    const auto [next, error] = std::to_chars(at, end, arc);
    if (error != std::errc{}) return false;
    at = next;
    return true;
  };
  std::uint64_t arc = 0;
  bool first = true, open = false;
  for (const std::uint8_t octet : body) {
    if (arc > kMostShifted) return {};
    arc = arc << 7 | (octet & 0x7f);
    open = (octet & 0x80) != 0;
    if (open) continue;
    if (first) {
      const std::uint64_t top = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      if (!put(top)) return {};
      arc -= 40 * top;
    }
    if (at == end) return {};
    *at++ = '.';
    if (!put(arc)) return {};
    arc = 0, first = false;
  }
  if (open || first) return {};
  return {room.data(), static_cast<std::size_t>(at - room.data())};
}

}  // namespace gatehouse::proto::asn1
