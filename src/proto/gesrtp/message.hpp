// SPDX-License-Identifier: GPL-3.0-or-later
// A packet: a header of 56 bytes, most of which is a mailbox, and what follows it.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/gesrtp/names.hpp"

namespace gatehouse::proto::gesrtp {

inline constexpr std::size_t kHeader = 56;
inline constexpr std::size_t kLongestText = 1u << 15;

struct Packet {
  std::uint8_t type{};
  std::uint16_t sequence{}, text_size{};
  bool reserved_clear = false;  // the octets that were zero in all packets that anyone saw
  std::uint8_t mailbox_sequence{}, mailbox_type{};
  std::uint32_t source{}, destination{};
  // Of a request.
  std::uint8_t packet_number{}, packet_count{}, service{}, selector{};
  std::uint16_t offset{}, length{};
  // Of a response.
  std::uint8_t major{}, minor{}, program{}, privilege{};

  Packet() = default;
  explicit Packet(Cursor& c) noexcept;
  bool all_zero_behind_type = false;

  bool is_request() const noexcept { return type == packet::request; }
  bool is_response() const noexcept { return type == packet::response; }
  bool plausible() const noexcept;
};

}  // namespace gatehouse::proto::gesrtp
