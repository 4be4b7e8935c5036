// SPDX-License-Identifier: GPL-3.0-or-later
// The data link layer: frames whose header and blocks of data each end in a checksum.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::dnp3 {

inline constexpr std::size_t kLinkHeader = 10, kBlock = 16, kChecksum = 2;
inline constexpr std::uint16_t kStart = 0x0564;
inline constexpr std::uint8_t kShortestLength = 5;  // control and addresses, which the length counts
inline constexpr std::size_t kLongestFrame = kLinkHeader + 250 + 16 * kChecksum;

// IEEE 1815, 9.2.4.1.6 Cyclic Redundancy Check: x16+x13+x12+x11+x10+x8+x6+x5+x2+1, bits reversed, inverted at the end.
inline constexpr auto kChecksumTable = [] {
  std::array<std::uint16_t, 256> table{};
  for (unsigned i = 0; i < 256; ++i) {
    unsigned value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? value >> 1 ^ 0xa6bc : value >> 1;
    table[i] = static_cast<std::uint16_t>(value);
  }
  return table;
}();
inline std::uint16_t checksum(Bytes bytes) noexcept {
  unsigned value = 0;
  for (const std::uint8_t b : bytes) value = value >> 8 ^ kChecksumTable[(value ^ b) & 0xff];
  return static_cast<std::uint16_t>(~value);
}
// Whether the last two of `bytes` are the checksum of those before.
inline bool checksum_holds(Bytes bytes) noexcept {
  const std::size_t size = bytes.size() - kChecksum;
  return bytes.size() > kChecksum && checksum(bytes.first(size)) == (bytes[size] | bytes[size + 1] << 8);
}

// IEEE 1815, 9.2.4.1. Header Fields.
struct LinkHeader {
  std::uint16_t start{};
  std::uint8_t length{}, control{};
  std::uint16_t destination{}, source{}, check{};

  LinkHeader() = default;
  explicit LinkHeader(Cursor& c) noexcept
      : start{c.u16()}, length{c.u8()}, control{c.u8()}, destination{c.le16()}, source{c.le16()}, check{c.le16()} {}

  bool from_master() const noexcept { return (control & 0x80) != 0; }
  bool primary() const noexcept { return (control & 0x40) != 0; }
  bool count_bit() const noexcept { return (control & 0x20) != 0; }
  bool count_valid() const noexcept { return (control & 0x10) != 0; }
  std::uint8_t function() const noexcept { return control & 0x0f; }
  // 9.2.4.1.3.4, primary to secondary: confirmed and unconfirmed user data.
  bool has_user_data() const noexcept { return primary() && (function() == 3 || function() == 4); }
  std::size_t user_data() const noexcept { return length - kShortestLength; }
  std::size_t frame_size() const noexcept {
    return kLinkHeader + user_data() + (user_data() + kBlock - 1) / kBlock * kChecksum;
  }
};

}  // namespace gatehouse::proto::dnp3
