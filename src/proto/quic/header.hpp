// SPDX-License-Identifier: GPL-3.0-or-later
// Packet headers of QUIC and gQUIC as views into the datagram.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/quic/version.hpp"

namespace gatehouse::proto::quic {

enum class PacketType : std::uint8_t { initial, zero_rtt, handshake, retry, version_negotiation, short_header };

// RFC 9000, 17.2: "In QUIC version 1, this value MUST NOT exceed 20 bytes."
inline constexpr std::size_t kMaxConnectionId = 20;
// RFC 9000, 7.2: "This Destination Connection ID MUST be at least 8 bytes in length."
inline constexpr std::size_t kMinFirstConnectionId = 8;

// RFC 9000, 16. Variable-Length Integer Encoding.
std::uint64_t read_varint(Cursor& c) noexcept;

struct Header {
  PacketType type = PacketType::short_header;
  std::uint8_t first = 0;  // the first byte as sent: of protected packets its low bits are not readable
  std::uint32_t version = 0;
  VersionTraits traits;
  Bytes version_bytes{};
  Bytes destination{}, source{};  // connection ids
  Bytes token{};                  // of Initial and Retry
  // What the packet number begins, up to the end of this packet: RFC 9000, 17.2 "Length". Of Retry and Version
  // Negotiation nothing; of gQUIC's clear packets the frames.
  Bytes payload{};
  // Octets from the packet's first byte to `payload`: the associated data that the packet number ends.
  std::size_t size = 0;
  std::size_t whole = 0;  // the packet; behind it the datagram may hold another
};

// `known`: the version that the flow speaks, 0 if that is not known yet; gQUIC's packets say it only at the beginning.
// False: there is no packet that could be read.
[[nodiscard]] bool read_header(Bytes datagram, std::uint32_t known, Header& header) noexcept;

}  // namespace gatehouse::proto::quic
