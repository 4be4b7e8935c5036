// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace gatehouse {

// Of a packet or a stream within its flow. Usable as an index of per-direction arrays.
enum class Direction : std::uint8_t { to_server = 0, to_client = 1 };

constexpr Direction opposite(Direction d) noexcept {
  return d == Direction::to_server ? Direction::to_client : Direction::to_server;
}
constexpr unsigned index(Direction d) noexcept {
  return static_cast<unsigned>(d);
}

}  // namespace gatehouse
