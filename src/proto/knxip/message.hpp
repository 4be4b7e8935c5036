// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of KNXnet/IP, the bus messages in them (cEMI) and descriptions of devices: views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/knxip/names.hpp"

namespace gatehouse::proto::knxip {

inline constexpr std::uint8_t kHeaderSize = 6, kVersion = 0x10;

// KNX 03_08_02, 2.3.
struct Header {
  std::uint8_t size{}, version{};
  std::uint16_t service{}, length{};

  Header() = default;
  explicit Header(Cursor& c) noexcept : size{c.u8()}, version{c.u8()}, service{c.u16()}, length{c.u16()} {}
  bool plausible() const noexcept {
    return size == kHeaderSize && version == kVersion && length >= kHeaderSize && !name_of(kServices, service).empty();
  }
};

// KNX 03_06_03, 4.1.4 to 4.1.7.
struct BusMessage {
  std::uint8_t code{};
  bool is_data = false;  // source, destination and, where there is application data, its function
  bool to_group = false, has_function = false;
  std::uint16_t source{}, destination{};
  std::uint16_t function{};  // ten bits
  Bytes value{};             // of a group: what is behind the function's octets, or the six bits in them
  std::uint8_t small_value{};
  bool is_property = false;
  std::uint16_t object{};
  std::uint8_t instance{}, property{};
};
bool read_bus_message(Cursor& c, BusMessage& m) noexcept;

// KNX 03_08_02, 7.5.4.2.
struct Description {
  std::uint8_t medium{}, status{};
  std::uint16_t address{}, project{};
  Bytes serial{}, multicast{}, mac{}, name{};
};
// The description among the blocks, each of which says its own length; false: there is none, or a block is cut.
bool read_description(Cursor& c, Description& d) noexcept;

}  // namespace gatehouse::proto::knxip
