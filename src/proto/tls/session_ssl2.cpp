// SPDX-License-Identifier: GPL-3.0-or-later
// SSLv2 records: a client that speaks SSLv2, or one that begins so because it would take that too. Broken since 1996
// (RFC 6176); read so that it can be seen and refused.
#include "proto/tls/session.hpp"

namespace gatehouse::proto::tls {
namespace {

enum class Message : std::uint8_t { error = 0, client_hello = 1, server_hello = 4 };

constexpr std::uint8_t kX509 = 1;

}  // namespace

// "SSL 2.0 Protocol Specification", "SSL Record Header Format": with the most significant bit set, two octets of length
// and no padding; the long form with padding is for encrypted records.
TlsSession::Outcome TlsSession::ssl2_record(Direction direction, Cursor& c, Sink& sink) {
  Side& s = side(direction);
  Cursor record = c;
  const std::uint8_t first = record.peek();
  if (s.ssl2 && first >= 20 && first <= 24) {  // the rest of the session is TLS
    s.ssl2 = false;
    s.begun = true;
    return Outcome::next;
  }
  if (s.encrypted) {
    c.skip(c.remaining());
    return Outcome::next;
  }
  if ((first & 0x80) == 0) {
    raise(Event::invalid_sslv2_header, direction, sink);
    return Outcome::malformed;
  }
  const std::size_t length = record.u16() & 0x7fffu;
  if (!record.ok()) return Outcome::need_more;
  if (length == 0 || length > kMaxRecord) {
    raise(Event::invalid_sslv2_header, direction, sink);
    return Outcome::malformed;
  }
  const Bytes body = record.take(length);
  if (!record.ok()) return Outcome::need_more;
  if (!s.begun) {
    s.begun = s.ssl2 = true;
    reach(direction, 1, sink);
  }
  c = record;
  ssl2_message(direction, body, sink);
  return Outcome::next;
}

void TlsSession::ssl2_message(Direction direction, Bytes body, Sink& sink) {
  Side& s = side(direction);
  const auto type = static_cast<Message>(body[0]);
  const bool from_client = direction == Direction::to_server;
  if (type == Message::error) {
    raise(Event::error_message_encountered, direction, sink);
  } else if (type == Message::client_hello && from_client && !tx_.has_client_hello) {
    ssl2_client_hello(body.subspan(1), sink);
  } else if (type == Message::server_hello && !from_client && !tx_.has_server_hello) {
    ssl2_server_hello(body.subspan(1), sink);
  } else if (s.hello) {
    s.encrypted = true;  // CLIENT-MASTER-KEY and what follows
    handshake_done(direction, sink);
  } else {
    raise(Event::invalid_ssl_record, direction, sink);
  }
}

// CLIENT-HELLO: version, lengths of cipher specs, session id and challenge, then these three.
void TlsSession::ssl2_client_hello(Bytes body, Sink& sink) {
  tx_.client_bytes.assign(body.begin(), body.end());
  Cursor c{tx_.client_bytes};
  ClientHello& hello = tx_.client_hello;
  hello.legacy_version = c.u16();
  const std::size_t ciphers = c.u16(), session = c.u16(), challenge = c.u16();
  c.skip(ciphers);
  hello.session_id = c.take(session);
  hello.random = c.take(challenge);
  tx_.has_client_hello = true;
  tx_.client_version = hello.legacy_version;
  side(Direction::to_server).hello = true;
  if (!c.ok() || ciphers % 3 != 0) raise(Event::invalid_ssl_record, Direction::to_server, sink);
  // What follows, if the server chooses SSLv3 or TLS, are records of that.
  reach(ClientStage::hello_done, sink);
}

// SERVER-HELLO: session id hit, certificate type, version, lengths of certificate, cipher specs and connection id.
void TlsSession::ssl2_server_hello(Bytes body, Sink& sink) {
  Cursor c{body};
  c.u8();
  const std::uint8_t certificate_type = c.u8();
  const std::uint16_t version = c.u16();
  const std::size_t certificate = c.u16(), ciphers = c.u16(), connection = c.u16();
  const Bytes der = c.take(certificate);
  c.skip(ciphers);
  c.skip(connection);
  tx_.server_hello.legacy_version = version;
  tx_.server_version = version;
  tx_.has_server_hello = true;
  side(Direction::to_client).hello = true;
  if (!c.ok()) raise(Event::invalid_ssl_record, Direction::to_client, sink);
  reach(ServerStage::hello, sink);
  if (!der.empty() && certificate_type == kX509) {
    identity_faults(Direction::to_client, tx_.server.read_single(der), sink);
    reach(ServerStage::cert_done, sink);
    if (tx_.server.known()) log_once(sink);
  }
}

}  // namespace gatehouse::proto::tls
