// SPDX-License-Identifier: GPL-3.0-or-later
// Reads numbers in network byte order. Unlike a Cursor these do not check: a decoder looks at the length of a header
// once and then reads its members.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace gatehouse::decode {

inline std::uint16_t be16(const std::uint8_t* at) noexcept {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
inline std::uint32_t be32(const std::uint8_t* at) noexcept {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}
inline void put_be16(std::uint8_t* at, std::size_t value) noexcept {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}

}  // namespace gatehouse::decode
