// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/openvpn/packet.hpp"

namespace gatehouse::proto::openvpn {
namespace {

constexpr std::size_t kBegin = 9;       // opcode, session id
constexpr std::size_t kReplay = 8;      // number and time
constexpr std::size_t kCryptHmac = 32;  // of tls-crypt, always SHA-256
// Digests that --auth may name: MD5, SHA-1, SHA-224, SHA-256, SHA-384, SHA-512.
constexpr std::size_t kHmacs[] = {16, 20, 28, 32, 48, 64};

// Number and time of replay protection: a session's first packets have small numbers, and were sent after OpenVPN 2
// appeared.
bool is_replay(Cursor c) noexcept {
  constexpr std::uint32_t kFirstTime = 0x40000000, kSmallNumber = 64, kEarlyNegotiation = 0x0f000000;
  const std::uint32_t number = c.u32(), time = c.u32();
  const bool small = number >= 1 && number <= kSmallNumber;
  const bool early = number > kEarlyNegotiation && number <= kEarlyNegotiation + kSmallNumber;
  return c.ok() && (small || early) && time >= kFirstTime;
}

// What follows the protection in the clear: acknowledgements with the session id that they are for, and a packet
// number. Of the packets that begin a session the number is 0, and at most their opposite's is acknowledged.
bool is_reliable(Cursor c, bool server) noexcept {
  const std::uint8_t acknowledged = c.u8();
  if (acknowledged != (server ? 1 : 0)) return false;
  if (server) {
    if (c.u32() != 0) return false;
    c.skip(8);
  }
  return c.u32() == 0 && c.ok() && c.empty();
}

Protection protection_of(Bytes rest, Opcode opcode) noexcept {
  const bool server = opcode == Opcode::server_reset_v2 || opcode == Opcode::server_reset_v1;
  const std::size_t reliable = server ? 17 : 5;
  if (opcode == Opcode::client_reset_v3) {
    // tls-crypt-v2: the wrapped key of the client stands at the end, its length in its last two octets.
    Cursor last{rest.size() >= 2 ? rest.last(2) : Bytes{}};
    const std::size_t wrapped = last.u16();
    constexpr std::size_t kSmallestWrapped = 32 + 256 + 2;
    const std::size_t head = kReplay + kCryptHmac + reliable;
    return last.ok() && wrapped >= kSmallestWrapped && rest.size() >= head + wrapped &&
                   rest.size() <= head + wrapped + 16
               ? Protection::tls_crypt_v2
               : Protection::unknown;
  }
  if (is_reliable(Cursor{rest}, server)) return Protection::none;
  for (const std::size_t hmac : kHmacs)
    if (rest.size() == hmac + kReplay + reliable && is_replay(Cursor{rest.subspan(hmac)}) &&
        is_reliable(Cursor{rest.subspan(hmac + kReplay)}, server))
      return Protection::tls_auth;
  // tls-crypt: the reliability layer is encrypted, and a server may add six octets about early negotiation.
  const std::size_t crypt = kReplay + kCryptHmac + reliable;
  if (rest.size() >= crypt && rest.size() <= crypt + 6 && is_replay(Cursor{rest})) return Protection::tls_crypt;
  return Protection::unknown;
}

bool all_zero(Bytes bytes) noexcept {
  for (const std::uint8_t b : bytes)
    if (b != 0) return false;
  return true;
}

}  // namespace

Packet read_packet(Bytes bytes) noexcept {
  Packet packet;
  Cursor c{bytes};
  const std::uint8_t first = c.u8();
  packet.opcode = static_cast<Opcode>(first >> 3);
  packet.key_id = first & 7;
  if (!c.ok() || first >> 3 == 0 || packet.opcode > Opcode::control_wrapped_key) return packet;
  if (packet.opcode == Opcode::data_v1 || packet.opcode == Opcode::data_v2) {
    packet.complete = true;
    return packet;
  }
  packet.session = c.take(8);
  if (!c.ok() || all_zero(packet.session)) return packet;
  packet.complete = bytes.size() > kBegin;
  switch (packet.opcode) {
    case Opcode::client_reset_v1:
    case Opcode::server_reset_v1:
    case Opcode::client_reset_v2:
    case Opcode::server_reset_v2:
    case Opcode::client_reset_v3:
      packet.reset = packet.key_id == 0;
      packet.protection = protection_of(c.rest(), packet.opcode);
      break;
    default:
      break;
  }
  return packet;
}

}  // namespace gatehouse::proto::openvpn
