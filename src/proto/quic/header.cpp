// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/header.hpp"

namespace gatehouse::proto::quic {
namespace {

constexpr std::uint8_t kLong = 0x80;
constexpr std::size_t kRetryIntegrityTag = 16;  // RFC 9001, 5.8
constexpr std::size_t kGoogleHash = 12;         // what gQUIC's clear packets are checked with

// RFC 9000, 17.2.1: of Version Negotiation only the version, which is 0, and the connection ids are to be relied on.
constexpr PacketType kTypes[] = {PacketType::initial, PacketType::zero_rtt, PacketType::handshake, PacketType::retry};

// RFC 9369, 3.2: "Initial: 0b01, 0-RTT: 0b10, Handshake: 0b11, Retry: 0b00"
PacketType type_of(std::uint8_t first, bool v2) noexcept {
  const unsigned bits = first >> 4 & 3;
  return kTypes[v2 ? (bits + 3) & 3 : bits];
}

// draft-ietf-quic-transport-10, 4.1: Q044 and Q045 number the types downwards from 0x7f.
bool early_type_of(std::uint8_t first, PacketType& type) noexcept {
  constexpr PacketType types[] = {PacketType::zero_rtt, PacketType::handshake, PacketType::retry, PacketType::initial};
  if ((first & 0x7f) < 0x7c) return false;
  type = types[first & 3];
  return true;
}

// Connection ids with their lengths in one octet, each less 3: drafts up to 21 and gQUIC.
void read_early_ids(Cursor& c, Header& header) noexcept {
  const std::uint8_t lengths = c.u8();
  const auto length = [](unsigned nibble) { return nibble == 0 ? 0 : nibble + 3; };
  header.destination = c.take(length(lengths >> 4));
  header.source = c.take(length(lengths & 15));
}

// Q024 to Q043 and Q044 to Q046: packet number, hash, frames.
void read_google_payload(Cursor& c, std::size_t number_octets, Header& header) noexcept {
  c.skip(number_octets);
  c.skip(kGoogleHash);
  header.size = c.position();
  header.payload = c.take(c.remaining());
}

bool read_google_long(Cursor& c, Header& header) noexcept {
  constexpr std::uint32_t kQ046 = 0x51303436;
  if (header.version == kQ046)
    header.type = type_of(header.first, false);
  else if (!early_type_of(header.first, header.type))
    return false;
  read_early_ids(c, header);
  const std::size_t number = header.version == kQ046 ? (header.first & 3u) + 1u : 4u;
  if (header.type == PacketType::initial || header.type == PacketType::handshake)
    read_google_payload(c, number, header);
  else
    c.take(c.remaining());
  return c.ok();
}

// RFC 9000, 17.2.2 to 17.2.5.
bool read_long(Cursor& c, Header& header) noexcept {
  header.destination = c.take(c.u8());
  header.source = c.take(c.u8());
  if (!c.ok()) return false;
  if (header.version == version::negotiation) {
    header.type = PacketType::version_negotiation;
    header.payload = c.take(c.remaining());
    return header.payload.size() >= 4 && header.payload.size() % 4 == 0;
  }
  if (header.destination.size() > kMaxConnectionId || header.source.size() > kMaxConnectionId) return false;
  header.type = type_of(header.first, header.traits.v2);
  if (header.traits.form == Form::unknown) {  // what lies behind the connection ids is another version's business
    c.take(c.remaining());
    return true;
  }
  if (header.type == PacketType::retry) {
    if (c.remaining() < kRetryIntegrityTag) return false;
    header.token = c.take(c.remaining() - kRetryIntegrityTag);
    c.skip(kRetryIntegrityTag);
    return c.ok();
  }
  if (header.type == PacketType::initial) {
    const std::uint64_t token = read_varint(c);
    if (token > c.remaining()) return false;
    header.token = c.take(static_cast<std::size_t>(token));
  }
  const std::uint64_t length = read_varint(c);
  header.size = c.position();
  if (length > c.remaining()) return false;
  header.payload = c.take(static_cast<std::size_t>(length));
  return c.ok();
}

// gQUIC's public header: flags, connection id, version, nonce, packet number.
//   0x01 version, 0x02 reset, 0x04 nonce, 0x08 connection id of 8 octets, 0x30 length of the packet number
bool read_public(Cursor& c, std::uint32_t known, Header& header) noexcept {
  constexpr std::size_t kNumberOctets[] = {1, 2, 4, 6};
  const std::uint8_t flags = header.first;
  if ((flags & 0x08) != 0) header.destination = c.take(8);
  header.type = PacketType::initial;
  if ((flags & 0x02) != 0) {
    header.type = PacketType::short_header;
    c.take(c.remaining());
    return c.ok();
  }
  header.version = known;
  if ((flags & 0x01) != 0) {
    const std::size_t at = c.position();
    header.version = c.u32();
    header.version_bytes = c.since(at);
    if (!c.ok()) return false;
  } else if ((flags & 0x04) != 0) {
    c.skip(32);  // a server's; older clients have this bit with the next one
  }
  header.traits = traits_of(header.version);
  if (header.traits.form != Form::google) return false;
  const std::size_t number = kNumberOctets[flags >> 4 & 3];
  // Packets that are no longer in the clear have no hash; where they are too short for one, nothing is in them.
  if (c.remaining() < number + kGoogleHash) {
    c.take(c.remaining());
    return c.ok();
  }
  read_google_payload(c, number, header);
  return c.ok();
}

}  // namespace

std::uint64_t read_varint(Cursor& c) noexcept {
  std::uint64_t value = c.u8();
  const unsigned more = (1u << (value >> 6)) - 1;
  value &= 0x3f;
  for (unsigned i = 0; i < more; ++i) value = value << 8 | c.u8();
  return value;
}

bool read_header(Bytes datagram, std::uint32_t known, Header& header) noexcept {
  Cursor c{datagram};
  header.first = c.u8();
  if (!c.ok()) return false;
  bool sound = true;
  if ((header.first & kLong) != 0) {
    header.version = c.u32();
    header.version_bytes = c.since(1);
    if (!c.ok()) return false;
    header.traits = traits_of(header.version);
    sound = header.traits.form == Form::google_long ? read_google_long(c, header) : read_long(c, header);
  } else if ((header.first & 0x01) != 0 || traits_of(known).form == Form::google) {
    // A short header of IETF's may have this bit too: only what says a version of gQUIC is one of gQUIC's.
    sound = read_public(c, known, header);
    if (!sound && traits_of(known).form != Form::google) {
      header.type = PacketType::short_header;
      header.whole = datagram.size();
      return true;
    }
  } else {
    c.take(c.remaining());
  }
  header.whole = c.position();
  return sound;
}

}  // namespace gatehouse::proto::quic
