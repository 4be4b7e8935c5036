// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/header.hpp"
#include "proto/quic/quic.hpp"

namespace gatehouse::proto::quic {
namespace {

constexpr std::uint8_t kFixedBit = 0x40;
// RFC 9000, 14.1: what a client begins with fills a datagram of "at least the smallest allowed maximum datagram size".
constexpr std::size_t kSmallestBeginning = 1200;
constexpr std::size_t kSmallestPayload = 20;  // packet number and authentication tag

// A list of versions of which at least one is known: a text or random bytes have none.
bool names_a_version(Bytes list) noexcept {
  Cursor c{list};
  while (!c.empty())
    if (traits_of(c.u32()).form != Form::unknown) return true;
  return false;
}

bool is_google(const Header& header, Direction direction) noexcept {
  // A version, and a connection id of 8 octets, as older and newer versions mark it.
  constexpr std::uint8_t kClient = 0x09, kMultipath = 0x40;
  return direction == Direction::to_server && (header.first & 0x0b) == kClient && (header.first & kMultipath) == 0 &&
         !header.payload.empty();
}

bool is_google_long(const Header& header, Direction direction) noexcept {
  const bool client = direction == Direction::to_server;
  return (client ? header.destination.size() : header.source.size()) == kMinFirstConnectionId &&
         (header.first & kFixedBit) != 0;
}

// The version's 32 bits, connection ids within their limits, lengths that agree with the datagram.
bool is_ietf(const Header& header, Bytes datagram, Direction direction) noexcept {
  if ((header.first & kFixedBit) == 0) return false;
  if (header.traits.form == Form::unknown)
    return is_reserved(header.version) && direction == Direction::to_server &&
           header.destination.size() >= kMinFirstConnectionId && datagram.size() >= kSmallestBeginning;
  if (header.type == PacketType::retry) return direction == Direction::to_client && !header.token.empty();
  return header.payload.size() >= kSmallestPayload;
}

}  // namespace

Probe probe(Direction direction, Bytes datagram, std::uint16_t) {
  Header header;
  if (!read_header(datagram, 0, header)) return Probe::no;
  bool found = false;
  if (header.type == PacketType::version_negotiation)
    found = direction == Direction::to_client && header.destination.size() <= kMaxConnectionId &&
            header.source.size() <= kMaxConnectionId && names_a_version(header.payload);
  else if (header.type != PacketType::short_header)
    found = header.traits.form == Form::google        ? is_google(header, direction)
            : header.traits.form == Form::google_long ? is_google_long(header, direction)
                                                      : is_ietf(header, datagram, direction);
  return found ? Probe::yes : Probe::no;
}

}  // namespace gatehouse::proto::quic
