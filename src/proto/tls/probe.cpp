// SPDX-License-Identifier: GPL-3.0-or-later
// Is this TLS? By content alone, on any port.
#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {
namespace {

bool is_version(std::uint16_t v) noexcept {
  return v >= version::ssl3 && v <= version::tls13;
}

// A handshake record whose first message is a hello. A record of one octet is enough of a record, but not of a proof:
// then the next record must go on.
Probe probe_handshake(Cursor c, HandshakeType expected) noexcept {
  c.u8();
  const std::uint16_t record_version = c.u16();
  const std::size_t length = c.u16();
  if (!c.ok()) return Probe::need_more;
  if (!is_version(record_version) || length == 0 || length > kMaxRecord) return Probe::no;
  Cursor record{c.rest().first(std::min(length, c.remaining()))};
  const std::uint8_t type = record.u8();
  if (!record.ok()) return Probe::need_more;
  if (type != static_cast<std::uint8_t>(expected)) return Probe::no;
  if (length < kHandshakeHeader + 2) {
    // Cut small on purpose: the header of the next record tells.
    c.skip(length);
    const std::uint8_t next = c.u8();
    const std::uint16_t next_version = c.u16();
    if (!c.ok()) return Probe::need_more;
    return next == static_cast<std::uint8_t>(ContentType::handshake) && is_version(next_version) ? Probe::yes
                                                                                                 : Probe::no;
  }
  const std::size_t message = record.u24();
  const std::uint16_t hello_version = record.u16();
  if (!record.ok()) return Probe::need_more;
  // A hello is at least version, random and the lengths of what follows; drafts of TLS 1.3 have their own numbers.
  const bool plausible =
      message >= 38 && message <= kMaxHello && (is_version(hello_version) || hello_version >> 8 == 0x7f);
  return plausible ? Probe::yes : Probe::no;
}

// "SSL 2.0 Protocol Specification" (Netscape, 1995), CLIENT-HELLO: all lengths must add up.
Probe probe_ssl2_client(Cursor c) noexcept {
  const std::size_t record = c.u16() & 0x7fffu;
  const std::uint8_t type = c.u8();
  const std::uint16_t version = c.u16();
  if (!c.ok()) return Probe::need_more;
  if (type != 1 || (version != version::ssl2 && !is_version(version))) return Probe::no;
  const std::size_t ciphers = c.u16(), session = c.u16(), challenge = c.u16();
  if (!c.ok()) return Probe::need_more;
  const bool sound = ciphers % 3 == 0 && ciphers > 0 && (session == 0 || session == 16) && challenge >= 16 &&
                     challenge <= 32 && record == 9 + ciphers + session + challenge;
  return sound ? Probe::yes : Probe::no;
}

Probe probe_ssl2_server(Cursor c) noexcept {
  const std::size_t record = c.u16() & 0x7fffu;
  const std::uint8_t type = c.u8(), hit = c.u8(), certificate_type = c.u8();
  const std::uint16_t version = c.u16();
  if (!c.ok()) return Probe::need_more;
  if (type != 4 || hit > 1 || certificate_type > 1 || version != version::ssl2) return Probe::no;
  const std::size_t certificate = c.u16(), ciphers = c.u16(), connection = c.u16();
  if (!c.ok()) return Probe::need_more;
  return record == 11 + certificate + ciphers + connection && ciphers % 3 == 0 ? Probe::yes : Probe::no;
}

// An alert in the clear: what a server says that does not like the hello.
Probe probe_alert(Cursor c) noexcept {
  c.u8();
  const std::uint16_t record_version = c.u16();
  const std::uint16_t length = c.u16();
  const std::uint8_t level = c.u8();
  c.u8();
  if (!c.ok()) return Probe::need_more;
  return is_version(record_version) && length == 2 && (level == 1 || level == 2) ? Probe::yes : Probe::no;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  if (bytes.empty()) return Probe::need_more;
  const bool client = direction == Direction::to_server;
  const Cursor c{bytes};
  if (bytes[0] == static_cast<std::uint8_t>(ContentType::handshake))
    return probe_handshake(c, client ? HandshakeType::client_hello : HandshakeType::server_hello);
  if (bytes[0] == static_cast<std::uint8_t>(ContentType::alert)) return client ? Probe::no : probe_alert(c);
  if ((bytes[0] & 0x80) != 0) return client ? probe_ssl2_client(c) : probe_ssl2_server(c);
  return Probe::no;
}

}  // namespace gatehouse::proto::tls
