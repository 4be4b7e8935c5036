// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <cstring>

#include "base/bytes.hpp"

namespace gatehouse {

// A keyed 64-bit mix over whole words: the flow table's hash. The key is random per start, so that nobody outside can
// choose addresses that collide. Multiply-and-fold as in wyhash (public domain, Wang Yi).
inline std::uint64_t mix64(std::uint64_t a, std::uint64_t b) noexcept {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

inline std::uint64_t load64(const std::uint8_t* bytes) noexcept {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

}  // namespace gatehouse
