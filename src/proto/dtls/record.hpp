// SPDX-License-Identifier: GPL-3.0-or-later
// Records and handshake fragments of DTLS as views into the datagram.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/tls/handshake.hpp"

namespace gatehouse::proto::dtls {

namespace version {
// The ones' complement of TLS's; 0x0100 is what a widespread VPN client kept from before RFC 4347.
inline constexpr std::uint16_t old = 0x0100, dtls10 = 0xfeff, dtls12 = 0xfefd, dtls13 = 0xfefc;
}  // namespace version
constexpr bool is_version(std::uint16_t version) noexcept {
  return version == version::dtls10 || version == version::dtls12 || version == version::old;
}

inline constexpr std::size_t kRecordHeader = 13;
inline constexpr std::size_t kMaxRecord = (1 << 14) + 2048;
inline constexpr std::size_t kFragmentHeader = 12;

// RFC 6347, 4.1: struct { ContentType type; ProtocolVersion version; uint16 epoch; uint48 sequence_number;
//                         uint16 length; opaque fragment[DTLSPlaintext.length]; } DTLSPlaintext;
struct Record {
  std::uint8_t type{};
  std::uint16_t version{}, epoch{};
  std::uint64_t sequence_number{};
  Bytes fragment{};

  Record() = default;
  explicit Record(Cursor& c) noexcept
      : type{c.u8()},
        version{c.u16()},
        epoch{c.u16()},
        sequence_number{std::uint64_t{c.u16()} << 32 | c.u32()},
        fragment{c.take(c.u16())} {}

  bool plausible() const noexcept {
    return type >= 20 && type <= 25 && is_version(version) && !fragment.empty() && fragment.size() <= kMaxRecord;
  }
};

// RFC 9147, 4: the header of encrypted records of DTLS 1.3 begins with the bits 001.
constexpr bool is_unified_header(std::uint8_t first) noexcept {
  return (first & 0xe0) == 0x20;
}

// RFC 6347, 4.2.2: struct { HandshakeType msg_type; uint24 length; uint16 message_seq; uint24 fragment_offset;
//                           uint24 fragment_length; … } Handshake;
struct Fragment {
  std::uint8_t type{};
  std::uint32_t length{};  // of the whole message
  std::uint16_t sequence{};
  std::uint32_t offset{};
  Bytes piece{};

  Fragment() = default;
  explicit Fragment(Cursor& c) noexcept
      : type{c.u8()}, length{c.u24()}, sequence{c.u16()}, offset{c.u24()}, piece{c.take(c.u24())} {}

  bool plausible() const noexcept { return tls::is_known(type) || type == 3; }
  bool fits() const noexcept { return offset <= length && piece.size() <= length - offset; }
};

}  // namespace gatehouse::proto::dtls
