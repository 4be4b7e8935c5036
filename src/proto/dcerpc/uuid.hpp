// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::dcerpc {

inline constexpr std::size_t kUuidText = 36;
using UuidText = std::array<char, kUuidText>;

// In the order in which it is written: 12345778-1234-abcd-ef00-0123456789ac.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  // C706, appendix A: on the wire the first three members have the byte order of the sender, the rest are octets.
  static Uuid read(Cursor& c, bool little) noexcept {
    Uuid id;
    const Bytes wire = c.take(id.bytes.size());
    if (wire.empty()) return id;
    constexpr std::array<std::uint8_t, 16> kLittle{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15};
    for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = wire[little ? kLittle[i] : i];
    return id;
  }
  // For tables: `text` is well formed.
  static constexpr Uuid of(std::string_view text) noexcept {
    Uuid id;
    std::size_t at = 0;
    for (const char c : text)
      if (c != '-') {
        const auto digit = static_cast<std::uint8_t>(c <= '9' ? c - '0' : c - 'a' + 10);
        id.bytes[at / 2] = static_cast<std::uint8_t>(id.bytes[at / 2] << 4 | digit);
        ++at;
      }
    return id;
  }
  UuidText text() const noexcept {
    UuidText out{};
    std::size_t at = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      if (i == 4 || i == 6 || i == 8 || i == 10) out[at++] = '-';
      out[at++] = "0123456789abcdef"[bytes[i] >> 4];
      out[at++] = "0123456789abcdef"[bytes[i] & 15];
    }
    return out;
  }
  friend bool operator==(const Uuid&, const Uuid&) = default;
};

}  // namespace gatehouse::proto::dcerpc
