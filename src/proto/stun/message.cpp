// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/stun/message.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::proto::stun {
namespace {

namespace attribute {  // RFC 8489, 18.3; RFC 8656, 18; RFC 3489, 11.2
constexpr std::uint16_t mapped_address = 0x0001, username = 0x0006, message_integrity = 0x0008, error_code = 0x0009,
                        last_classic = 0x000b, xor_peer_address = 0x0012, realm = 0x0014, xor_relayed_address = 0x0016,
                        message_integrity_sha256 = 0x001c, xor_mapped_address = 0x0020, old_xor_mapped_address = 0x8020,
                        software = 0x8022, fingerprint = 0x8028;
}

// RFC 8489, 14.1 and 14.2: an octet of zero, family, port, address; of the XOR kind both are combined with the cookie
// and the transaction's identifier, so that no box on the way rewrites them.
Endpoint read_address(Bytes value, Bytes key) noexcept {
  Cursor c{value};
  c.u8();
  const std::uint8_t family = c.u8();
  std::uint16_t port = c.u16();
  const std::size_t size = family == 1 ? 4 : family == 2 ? 16 : 0;
  const Bytes raw = c.take(size);
  if (!c.ok() || size == 0) return {};
  std::array<std::uint8_t, 16> octets{};
  for (std::size_t i = 0; i < size; ++i) octets[i] = static_cast<std::uint8_t>(raw[i] ^ (key.empty() ? 0 : key[i]));
  if (!key.empty()) port = static_cast<std::uint16_t>(port ^ (kCookie >> 16));
  return {size == 4 ? IpAddress::v4(octets.data()) : IpAddress::v6(octets.data()), port};
}

constexpr std::array<std::uint32_t, 16> make_crc_table() noexcept {
  std::array<std::uint32_t, 16> table{};
  for (std::uint32_t i = 0; i < table.size(); ++i) {
    table[i] = i;
    for (int bit = 0; bit < 4; ++bit) table[i] = table[i] >> 1 ^ (table[i] & 1 ? 0xedb88320u : 0);
  }
  return table;
}
constexpr auto kCrcTable = make_crc_table();

// ITU V.42's, as RFC 8489, 14.7 wants it.
std::uint32_t crc32(Bytes bytes) noexcept {
  std::uint32_t crc = ~0u;
  for (const std::uint8_t b : bytes) {
    crc = kCrcTable[(crc ^ b) & 15] ^ crc >> 4;
    crc = kCrcTable[(crc ^ b >> 4) & 15] ^ crc >> 4;
  }
  return ~crc;
}

Bytes bounded(Bytes text) noexcept {
  return text.first(std::min(text.size(), kMaxText));
}

void read_attribute(std::uint16_t type, Bytes value, Bytes before, Bytes key, Message& message) noexcept {
  constexpr std::uint32_t kFingerprintMask = 0x5354554e;
  Cursor c{value};
  switch (type) {
    case attribute::mapped_address:
      if (message.mapped.address.version == 0) message.mapped = read_address(value, {});
      break;
    case attribute::xor_mapped_address:
    case attribute::old_xor_mapped_address:
      message.mapped = read_address(value, key);
      break;
    case attribute::xor_relayed_address:
      message.relayed = read_address(value, key);
      break;
    case attribute::xor_peer_address:
      if (message.peer.address.version == 0) message.peer = read_address(value, key);
      break;
    case attribute::username:
      message.user = bounded(value);
      break;
    case attribute::realm:
      message.realm = bounded(value);
      break;
    case attribute::software:
      message.software = bounded(value);
      break;
    case attribute::error_code: {  // 14.8: 21 bits reserved, the hundreds, and the rest of the number
      c.skip(2);
      const unsigned hundreds = c.u8() & 7, rest = c.u8();
      if (c.ok()) message.error_code = static_cast<std::uint16_t>(hundreds * 100 + rest);
      break;
    }
    case attribute::message_integrity:
    case attribute::message_integrity_sha256:
      message.authenticated = true;
      break;
    case attribute::fingerprint:
      message.fingerprint = true;
      message.fingerprint_wrong = c.u32() != (crc32(before) ^ kFingerprintMask) || !c.ok();
      break;
    default:
      break;
  }
}

}  // namespace

// RFC 8489, 14: type, length, value; values are padded to 4 octets.
Message read_message(Bytes bytes) noexcept {
  Message message;
  Cursor c{bytes};
  message.header = Header{c};
  // What addresses are combined with: cookie and transaction identifier, as they stand in the header.
  const Bytes key = message.header.has_cookie() ? c.since(4) : Bytes{};
  for (unsigned count = 0; !c.empty() && count < kMaxAttributes; ++count) {
    const Bytes before = c.since(0);
    const std::uint16_t type = c.u16();
    const Bytes value = c.take(c.u16());
    c.skip((4 - value.size() % 4) % 4);
    if (!c.ok()) break;
    if (!message.header.has_cookie() &&
        (type == 0 ||
         (type > attribute::last_classic && type != attribute::old_xor_mapped_address && type != attribute::software)))
      message.foreign = true;
    read_attribute(type, value, before, key, message);
  }
  message.attributes_fit = c.ok();
  return message;
}

}  // namespace gatehouse::proto::stun
