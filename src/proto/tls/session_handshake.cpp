// SPDX-License-Identifier: GPL-3.0-or-later
// The handshake layer: messages out of records, and what each of them says.
#include <algorithm>

#include "proto/tls/session.hpp"

namespace gatehouse::proto::tls {
namespace {

// Messages whose bodies are read. The others are counted past and never kept.
bool is_read(std::uint8_t type) noexcept {
  return type == static_cast<std::uint8_t>(HandshakeType::client_hello) ||
         type == static_cast<std::uint8_t>(HandshakeType::server_hello) ||
         type == static_cast<std::uint8_t>(HandshakeType::certificate);
}

std::size_t length_of(Bytes header) noexcept {
  return static_cast<std::size_t>(header[1]) << 16 | static_cast<std::size_t>(header[2]) << 8 | header[3];
}

Event event_of(CertificateFault fault) noexcept {
  switch (fault) {
    case CertificateFault::none:
    case CertificateFault::der:
      return Event::certificate_invalid_der;
    case CertificateFault::length:
      return Event::certificate_invalid_length;
    case CertificateFault::version:
      return Event::certificate_invalid_version;
    case CertificateFault::serial:
      return Event::certificate_invalid_serial;
    case CertificateFault::algorithm:
      return Event::certificate_invalid_algorithmidentifier;
    case CertificateFault::name:
      return Event::certificate_invalid_x509name;
    case CertificateFault::date:
      return Event::certificate_invalid_date;
    case CertificateFault::extensions:
      return Event::certificate_invalid_extensions;
  }
  return Event::invalid_certificate;
}

}  // namespace

// RFC 8446, 5.1: "Handshake messages MAY be coalesced into a single TLSPlaintext record or fragmented across several
// records". A message that is whole in its record is read where it lies; the pieces of others are collected.
void TlsSession::handshake(Direction direction, Bytes fragment, Sink& sink) {
  Side& s = side(direction);
  while (!fragment.empty() && !over_) {
    if (s.message_skip > 0) {
      const std::size_t now = std::min(s.message_skip, fragment.size());
      s.message_skip -= now;
      fragment = fragment.subspan(now);
      continue;
    }
    if (s.message.empty() && fragment.size() >= kHandshakeHeader) {
      const std::size_t whole = kHandshakeHeader + length_of(fragment);
      if (!begin_message(direction, fragment, sink)) {
        s.message_skip = whole - kHandshakeHeader;
        fragment = fragment.subspan(kHandshakeHeader);
        continue;
      }
      if (fragment.size() >= whole) {
        message(direction, static_cast<HandshakeType>(fragment[0]),
                fragment.subspan(kHandshakeHeader, whole - kHandshakeHeader), sink);
        fragment = fragment.subspan(whole);
        continue;
      }
      s.message.assign(fragment.begin(), fragment.end());
      return;
    }
    // Collect: first the header, then what it announces.
    const bool in_header = s.message.size() < kHandshakeHeader;
    const std::size_t wanted = in_header ? kHandshakeHeader : kHandshakeHeader + length_of(s.message);
    const std::size_t now = std::min(wanted - s.message.size(), fragment.size());
    s.message.insert(s.message.end(), fragment.begin(), fragment.begin() + static_cast<std::ptrdiff_t>(now));
    fragment = fragment.subspan(now);
    if (s.message.size() < wanted) return;
    const std::size_t body = length_of(s.message);
    if (in_header && !begin_message(direction, s.message, sink)) {
      s.message_skip = body;
      s.forget_message();
    } else if (s.message.size() == kHandshakeHeader + body) {
      message(direction, static_cast<HandshakeType>(s.message[0]), Bytes{s.message}.subspan(kHandshakeHeader), sink);
      s.forget_message();
    }
  }
}

// The header of a message is known. True: its body is to be read.
bool TlsSession::begin_message(Direction direction, Bytes header, Sink& sink) {
  const std::uint8_t type = header[0];
  const std::size_t length = length_of(header);
  if (!is_known(type)) raise(Event::invalid_handshake_message, direction, sink);
  if (type < 32) tx_.messages |= 1u << type;
  if (is_read(type)) {
    const bool is_certificate = type == static_cast<std::uint8_t>(HandshakeType::certificate);
    if (length <= (is_certificate ? kMaxCertificateMessage : kMaxHello)) return true;
    raise(is_certificate ? Event::certificate_invalid_length : Event::handshake_invalid_length, direction, sink);
    return false;
  }
  if (direction == Direction::to_client) {
    if (type == static_cast<std::uint8_t>(HandshakeType::certificate_request)) tx_.certificate_requested = true;
    if (type == static_cast<std::uint8_t>(HandshakeType::server_hello_done)) {
      reach(ServerStage::hello_done, sink);
      // Whether the client will be asked for a certificate is known now; if it is not, nothing more is worth waiting
      // for.
      if (tx_.server.known() && !tx_.certificate_requested) log_once(sink);
    }
  }
  return false;
}

void TlsSession::message(Direction direction, HandshakeType type, Bytes body, Sink& sink) {
  const bool from_client = direction == Direction::to_server;
  if (type == HandshakeType::client_hello && from_client) return client_hello(body, sink);
  if (type == HandshakeType::server_hello && !from_client) return server_hello(body, sink);
  if (type == HandshakeType::certificate) return certificate(direction, body, sink);
  raise(Event::invalid_handshake_message, direction, sink);  // a hello from the wrong end
}

void TlsSession::client_hello(Bytes body, Sink& sink) {
  Side& s = side(Direction::to_server);
  const bool second = tx_.has_client_hello;
  s.hello = true;
  if (second) {
    // RFC 8446, 4.1.2: after a HelloRetryRequest "the client MUST send the same ClientHello without modification", a
    // few extensions apart. The first one stands; another name in the second is somebody's trick.
    const ClientHello again = read_client_hello(body);
    hello_faults(Direction::to_server, again.faults, sink);
    if (as_text(again.server_name) != as_text(tx_.client_hello.server_name))
      raise(Event::multiple_sni_extensions, Direction::to_server, sink);
    return;
  }
  tx_.client_bytes.assign(body.begin(), body.end());
  tx_.client_hello = read_client_hello(tx_.client_bytes);
  tx_.has_client_hello = true;
  tx_.client_version = tx_.client_hello.preferred_version();

  std::array<char, kMaxJa3> room;
  BoundedText ja3{room};
  write_ja3(tx_.client_hello, ja3);
  tx_.has_ja3 = !ja3.overflowed() && ja3_hash(ja3.text(), tx_.ja3_hash);
  if (tx_.has_ja3) tx_.ja3 = ja3.text();
  tx_.has_ja4 = tls::ja4(tx_.client_hello, Ja4Transport::tcp, tx_.ja4);
  if (ja3.overflowed() || !tx_.has_ja4) tx_.client_hello.faults.too_many = true;

  hello_faults(Direction::to_server, tx_.client_hello.faults, sink);
  reach(ClientStage::hello_done, sink);
}

void TlsSession::server_hello(Bytes body, Sink& sink) {
  Side& s = side(Direction::to_client);
  if (tx_.has_server_hello && !retry_) {
    raise(Event::invalid_handshake_message, Direction::to_client, sink);
    return;
  }
  const bool second = tx_.has_server_hello;
  tx_.server_bytes.assign(body.begin(), body.end());
  tx_.server_hello = read_server_hello(tx_.server_bytes);
  tx_.has_server_hello = true;
  tx_.server_version = tx_.server_hello.version();
  retry_ = tx_.server_hello.retry_request && !second;
  s.hello = !retry_;
  if (retry_) {  // the client's answer is a hello in the clear again, whatever it said before
    Side& client = side(Direction::to_server);
    client.hello = client.encrypted = client.done = false;
  }
  heartbeats_ = tx_.server_hello.heartbeat && tx_.client_hello.heartbeat;

  if (!second) {
    std::array<char, kMaxJa3> room;
    BoundedText ja3s{room};
    write_ja3s(tx_.server_hello, ja3s);
    tx_.has_ja3s = !ja3s.overflowed() && ja3_hash(ja3s.text(), tx_.ja3s_hash);
    if (tx_.has_ja3s) tx_.ja3s = ja3s.text();
    if (ja3s.overflowed()) tx_.server_hello.faults.too_many = true;
  }
  hello_faults(Direction::to_client, tx_.server_hello.faults, sink);
  reach(ServerStage::hello, sink);
}

void TlsSession::hello_faults(Direction direction, const HelloFaults& faults, Sink& sink) {
  if (faults.length || faults.too_many) raise(Event::handshake_invalid_length, direction, sink);
  if (faults.several_server_names) raise(Event::multiple_sni_extensions, direction, sink);
  if (faults.server_name_type) raise(Event::invalid_sni_type, direction, sink);
  if (faults.server_name_length) raise(Event::invalid_sni_length, direction, sink);
}

void TlsSession::certificate(Direction direction, Bytes body, Sink& sink) {
  const bool from_client = direction == Direction::to_server;
  Identity& identity = from_client ? tx_.client : tx_.server;
  identity_faults(direction, identity.read(body), sink);
  if (from_client) {
    reach(ClientStage::cert_done, sink);
    if (identity.known() && tx_.certificate_requested) log_once(sink);
  } else {
    reach(ServerStage::cert_done, sink);
  }
}

void TlsSession::identity_faults(Direction direction, const IdentityFaults& faults, Sink& sink) {
  if (faults.list) raise(Event::invalid_certificate, direction, sink);
  if (faults.certificate != CertificateFault::none) raise(event_of(faults.certificate), direction, sink);
  if (faults.subject) raise(Event::certificate_invalid_subject, direction, sink);
  if (faults.issuer) raise(Event::certificate_invalid_issuer, direction, sink);
  if (faults.serial) raise(Event::certificate_invalid_serial, direction, sink);
  if (faults.validity) raise(Event::certificate_invalid_validity, direction, sink);
  if (faults.too_many_names) raise(Event::too_many_subject_alternative_names, direction, sink);
}

}  // namespace gatehouse::proto::tls
