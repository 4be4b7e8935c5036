// SPDX-License-Identifier: GPL-3.0-or-later
// One message: header and what its function says, as views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "model/direction.hpp"

namespace gatehouse::proto::modbus {

inline constexpr std::size_t kHeader = 7;  // with the unit, which the length counts
inline constexpr std::size_t kBeforeUnit = 6;
// MODBUS Messaging on TCP/IP V1.0b, 3.1.3: 253 bytes of PDU and the unit.
inline constexpr std::uint16_t kLongest = 254;
// Schneider Electric's programming protocol goes beyond that; nothing that is longer is read.
inline constexpr std::uint16_t kLongestOfAny = 2048;

// MODBUS Messaging on TCP/IP V1.0b, 3.1.3. MBAP Header.
struct Header {
  std::uint16_t transaction{}, protocol{}, length{};  // the length counts unit, function and data
  std::uint8_t unit{};

  Header() = default;
  explicit Header(Cursor& c) noexcept : transaction{c.u16()}, protocol{c.u16()}, length{c.u16()}, unit{c.u8()} {}
};

namespace fault {
inline constexpr std::uint8_t data_value = 1, data_length = 2, exception_code = 4, function_code = 8, protocol_id = 16;
}

// A range of registers or coils. `values`: what is written, as sent; what was read, in a response.
struct Range {
  bool present = false;
  std::uint16_t address = 0, count = 0;
  Bytes values{};
};

// What a message's function does not have is absent.
struct Message {
  Header header;
  std::uint8_t raw_function = 0;
  std::uint8_t faults = 0;
  bool has_subfunction = false, has_mei = false;
  std::uint16_t subfunction = 0;  // of diagnostics
  std::uint8_t mei = 0;           // of the encapsulated interface
  std::uint8_t exception = 0;     // 0: none
  Range read, write;
  Bytes data{};  // what stands behind all that, or the whole where the function is not known

  std::uint8_t function() const noexcept { return raw_function & 0x7f; }
  bool is_exception() const noexcept { return (raw_function & 0x80) != 0; }
};

// `whole`: header and as much as it says. Never fails: what is wrong with it is in `faults`.
Message read_message(Direction direction, Bytes whole) noexcept;

// Whether `response` is what `request` may be answered with: the echo of a write, as many values as were asked for.
bool agrees(const Message& request, const Message& response) noexcept;

// MODBUS Application Protocol V1.1b3, 6.21: the objects of a device identification response, by number.
class DeviceObjects {
 public:
  explicit DeviceObjects(const Message& response) noexcept;
  // False behind the last.
  bool next(std::uint8_t& id, Bytes& value) noexcept {
    if (left_ == 0) return false;
    --left_;
    id = c_.u8();
    value = c_.take(c_.u8());
    return c_.ok();
  }

 private:
  Cursor c_;
  std::uint8_t left_ = 0;
};
inline constexpr std::uint8_t kMeiCanOpen = 0x0d, kMeiDeviceId = 0x0e;

}  // namespace gatehouse::proto::modbus
