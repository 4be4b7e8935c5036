// SPDX-License-Identifier: GPL-3.0-or-later
// HART-IP messages and the HART frames in them: views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/hartip/names.hpp"

namespace gatehouse::proto::hartip {

inline constexpr std::size_t kHeader = 8;

// HCF_SPEC-085, 10.1: version, type, identifier, status, transaction, length of all.
struct Header {
  std::uint8_t version{}, type{}, id{}, status{};
  std::uint16_t transaction{}, length{};

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : version{c.u8()}, type{c.u8()}, id{c.u8()}, status{c.u8()}, transaction{c.u16()}, length{c.u16()} {}
  bool plausible() const noexcept;
};

// HCF_SPEC-081, 5: delimiter, address, expansion, command, length, data, check byte.
struct Frame {
  std::uint8_t delimiter{};
  Bytes address{};
  std::uint16_t command{};
  std::uint8_t response_code{}, device_status{};  // of an acknowledgement
  Bytes data{};

  bool is_answer() const noexcept { return (delimiter & 7) != 2; }
  bool has_long_address() const noexcept { return (delimiter & 0x80) != 0; }
};
// False: cut, or the check byte is wrong.
bool read_frame(Bytes bytes, Frame& frame) noexcept;

// HCF_SPEC-127, command 0.
struct Identity {
  std::uint16_t device_type{}, manufacturer{};
  std::uint8_t universal_revision{}, device_revision{}, software_revision{};
  std::uint32_t device_id{};
};
bool read_identity(Bytes data, Identity& identity) noexcept;

}  // namespace gatehouse::proto::hartip
