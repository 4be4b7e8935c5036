// SPDX-License-Identifier: GPL-3.0-or-later
// A FINS frame and the header that it has over TCP: views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/fins/names.hpp"

namespace gatehouse::proto::fins {

inline constexpr std::size_t kHeader = 10, kCode = 2, kEndCode = 2;

// W342, 3-2: information control field, gateways, destination, source, service, command.
struct Frame {
  std::uint8_t control{}, reserved{}, gateways{};
  std::uint8_t destination_network{}, destination_node{}, destination_unit{};
  std::uint8_t source_network{}, source_node{}, source_unit{};
  std::uint8_t service{};
  std::uint16_t code{};
  std::uint16_t end_code{};  // of a response
  Bytes parameters{};

  Frame() = default;
  explicit Frame(Cursor& c) noexcept;

  bool is_response() const noexcept { return (control & 0x40) != 0; }
  // The controller's side: whom a request goes to, whom a response comes from.
  std::uint8_t network() const noexcept { return is_response() ? source_network : destination_network; }
  std::uint8_t node() const noexcept { return is_response() ? source_node : destination_node; }
  bool plausible() const noexcept;
  // The parameters are as long as the command says.
  bool fits() const noexcept;
};

// Where a request reads or writes.
struct Place {
  std::uint8_t area = 0, bit = 0;
  std::uint16_t address = 0, count = 0;
};
// The place at `index` among those that the request names; false behind the last.
bool place_of(const Frame& frame, unsigned index, Place& place) noexcept;

// W420, 7-4-1: magic, length of what follows, command, error.
struct TcpHeader {
  static constexpr std::size_t kSize = 16, kUncounted = 8;
  static constexpr std::string_view kMagic = "FINS";
  Bytes magic{};
  std::uint32_t length{}, command{}, error{};

  TcpHeader() = default;
  explicit TcpHeader(Cursor& c) noexcept
      : magic{c.take(kMagic.size())}, length{c.u32()}, command{c.u32()}, error{c.u32()} {}
  bool plausible() const noexcept;
};

}  // namespace gatehouse::proto::fins
