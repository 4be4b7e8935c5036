// SPDX-License-Identifier: GPL-3.0-or-later
// ISO transport over TCP: the framing below S7comm, MMS and RDP. Views into the bytes, valid as long as they are.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::tpkt {

inline constexpr std::size_t kHeader = 4;
inline constexpr std::size_t kLongest = 65535;

// RFC 1006, 6: version, reserved, and the length of the whole packet, this header included.
struct Header {
  std::uint8_t version{}, reserved{};
  std::uint16_t length{};

  Header() = default;
  explicit Header(Cursor& c) noexcept : version{c.u8()}, reserved{c.u8()}, length{c.u16()} {}

  bool plausible() const noexcept { return version == 3 && reserved == 0 && length > kHeader + 2; }
};

// ITU-T X.224, 13: the types of transport protocol data units, without the credit in the low bits.
enum class Type : std::uint8_t {
  expedited_data = 0x10,
  reject = 0x50,
  data_acknowledgement = 0x60,
  error = 0x70,
  disconnect_request = 0x80,
  disconnect_confirm = 0xc0,
  connection_confirm = 0xd0,
  connection_request = 0xe0,
  data = 0xf0,
};

// X.224, 13.2: length indicator, code, and what stands behind the fixed part.
struct Unit {
  std::uint8_t indicator{};  // octets of the header behind this one
  std::uint8_t code{};
  Bytes fixed_and_variable{};  // the header's rest: references, class and parameters, or number and end mark
  Bytes data{};                // user data

  Unit() = default;
  // `c`: over one packet behind its TPKT header.
  explicit Unit(Cursor& c) noexcept : indicator{c.u8()}, code{c.u8()} {
    if (indicator < 2 || indicator == 0xff) c.fail();
    fixed_and_variable = c.take(indicator > 0 ? indicator - 1u : 0u);
    data = c.take(c.remaining());
  }

  Type type() const noexcept { return static_cast<Type>(code & 0xf0); }
  // X.224, 13.7.1 e): "the end of TSDU mark", the highest bit behind the code of a data unit (classes 0 and 1).
  bool end_of_unit() const noexcept { return !fixed_and_variable.empty() && (fixed_and_variable[0] & 0x80) != 0; }
};

}  // namespace gatehouse::proto::tpkt
