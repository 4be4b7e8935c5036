// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dtls/session.hpp"

#include <algorithm>

namespace gatehouse::proto::dtls {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::uint8_t kClientHello = 1, kServerHello = 2, kHelloVerifyRequest = 3, kCertificate = 11;
constexpr std::uint16_t kUseSrtp = 14;

bool is_read(std::uint8_t type) noexcept {
  return type == kClientHello || type == kServerHello || type == kHelloVerifyRequest || type == kCertificate;
}

bool has_extension(Bytes extensions, std::uint16_t type) noexcept {
  Cursor c{extensions};
  for (std::size_t count = 0; !c.empty() && count < tls::kMaxExtensions; ++count)
    if (tls::read_extension(c).type == type && c.ok()) return true;
  return false;
}

}  // namespace

Progress DtlsSession::parse(Direction direction, Bytes datagram, Sink& sink) noexcept {
  try {
    const Progress progress = parse_all(direction, datagram, sink);
    if (!settled() && ++side(direction).datagrams < kMaxDatagrams) return progress;
  } catch (const std::bad_alloc&) {
  }
  close(sink);
  return Progress::finished(datagram.size());
}

// RFC 7983, 7: STUN, TURN channels and RTP may travel between the same ports; the first octet tells them apart.
Progress DtlsSession::parse_all(Direction direction, Bytes datagram, Sink& sink) {
  if (datagram.empty() || datagram[0] < 20 || datagram[0] > 63) return Progress::ok(datagram.size());
  Cursor c{datagram};
  while (!c.empty()) {
    if (is_unified_header(c.peek())) {
      side(direction).dark = true;
      break;
    }
    const Record one{c};
    if (!c.ok() || !one.plausible()) {
      raise(event::invalid_record, direction, sink);
      return Progress::malformed();
    }
    record(direction, one, sink);
  }
  return Progress::ok(datagram.size());
}

void DtlsSession::record(Direction direction, const Record& record, Sink& sink) {
  Side& s = side(direction);
  if (record.epoch > 0 || record.type == static_cast<std::uint8_t>(tls::ContentType::application_data)) {
    s.dark = true;
  } else if (record.type == static_cast<std::uint8_t>(tls::ContentType::handshake)) {
    handshake(direction, record.fragment, sink);
  } else if (record.type == static_cast<std::uint8_t>(tls::ContentType::alert)) {
    constexpr std::uint8_t kFatal = 2;
    raise(event::error_alert, direction, sink);
    if (record.fragment[0] == kFatal) over_ = true;
  }
}

void DtlsSession::handshake(Direction direction, Bytes fragments, Sink& sink) {
  for (Cursor c{fragments}; !c.empty();) {
    const Fragment piece{c};
    if (!c.ok() || !piece.plausible() || !piece.fits()) return raise(event::invalid_fragment, direction, sink);
    fragment(direction, piece, sink);
  }
}

// RFC 6347, 4.2.2 and 4.2.3: a message may come in fragments, in any order and again. A flow may begin midstream: the
// first message that is seen sets the number to begin with.
void DtlsSession::fragment(Direction direction, const Fragment& piece, Sink& sink) {
  Side& s = side(direction);
  if (s.begun && piece.sequence < s.sequence) return;  // again
  if (piece.length > kMaxHandshakeMessage) {
    if (is_read(piece.type)) raise(event::message_too_long, direction, sink);
    return;
  }
  if (piece.piece.size() == piece.length) {
    s.collecting = false;
    s.begun = true, s.sequence = static_cast<std::uint16_t>(piece.sequence + 1);
    return message(direction, piece.type, piece.piece, sink);
  }
  if (!is_read(piece.type)) return;
  if (!s.collecting || s.sequence != piece.sequence) {
    // A message that stays incomplete, because a fragment of it was lost, gives way to the next.
    s.message.restart();
    s.collecting = s.begun = true;
    s.sequence = piece.sequence, s.type = piece.type, s.length = piece.length;
  }
  if (piece.type != s.type || piece.length != s.length || !s.message.add(piece.offset, piece.piece))
    return raise(event::invalid_fragment, direction, sink);
  if (s.message.ready().size() < s.length) return;
  s.collecting = false;
  ++s.sequence;
  message(direction, s.type, s.message.ready().first(s.length), sink);
}

void DtlsSession::message(Direction direction, std::uint8_t type, Bytes body, Sink& sink) {
  const bool from_client = direction == Direction::to_server;
  if (type == kCertificate) return certificate(direction, body, sink);
  if (type == kHelloVerifyRequest && !from_client) tx_.cookie = true;
  if (type == kClientHello && from_client) client_hello(body, sink);
  if (type == kServerHello && !from_client) server_hello(body, sink);
}

void DtlsSession::client_hello(Bytes body, Sink& sink) {
  if (tx_.has_client_hello) {
    // RFC 6347, 4.2.1: with the cookie, the client "MUST use the same parameter values" as before.
    if (as_text(tls::read_client_hello(body, true).server_name) != as_text(tx_.client_hello.server_name))
      raise(event::server_name_changed, Direction::to_server, sink);
    return;
  }
  tx_.client_bytes.assign(body.begin(), body.end());
  tx_.client_hello = tls::read_client_hello(tx_.client_bytes, true);
  tx_.has_client_hello = true;
  tx_.srtp = has_extension(tx_.client_hello.extensions, kUseSrtp);
  std::array<char, tls::kMaxJa3> room;
  BoundedText ja3{room};
  tls::write_ja3(tx_.client_hello, ja3);
  if (!ja3.overflowed() && tls::ja3_hash(ja3.text(), tx_.ja3_hash)) tx_.ja3 = ja3.text();
  tx_.has_ja4 = tls::ja4(tx_.client_hello, tls::Ja4Transport::datagram, tx_.ja4);
  if (tx_.client_hello.faults.any() || ja3.overflowed() || !tx_.has_ja4)
    raise(event::invalid_hello, Direction::to_server, sink);
  tell(Direction::to_server, sink);
}

void DtlsSession::server_hello(Bytes body, Sink& sink) {
  if (tx_.has_server_hello && !tx_.server_hello.retry_request) return;
  tx_.server_bytes.assign(body.begin(), body.end());
  tx_.server_hello = tls::read_server_hello(tx_.server_bytes);
  tx_.has_server_hello = true;
  tx_.cookie |= tx_.server_hello.retry_request;
  std::array<char, tls::kMaxJa3> room;
  BoundedText ja3s{room};
  tls::write_ja3s(tx_.server_hello, ja3s);
  if (!ja3s.overflowed() && tls::ja3_hash(ja3s.text(), tx_.ja3s_hash)) tx_.ja3s = ja3s.text();
  if (tx_.server_hello.faults.any() || ja3s.overflowed()) raise(event::invalid_hello, Direction::to_client, sink);
  tell(Direction::to_client, sink);
}

void DtlsSession::certificate(Direction direction, Bytes body, Sink& sink) {
  tls::Identity& who = direction == Direction::to_server ? tx_.client : tx_.server;
  const tls::IdentityFaults faults = who.read(body);
  if (faults.list || faults.certificate != tls::CertificateFault::none || faults.subject || faults.issuer)
    raise(event::invalid_certificate, direction, sink);
  tell(direction, sink);
}

void DtlsSession::tell(Direction direction, Sink& sink) noexcept {
  tx_.stage[index(direction)] = kComplete;
  told_ = true;
  sink.update(tx_, direction);
}

// Each event is told once in a session: an adversary does not write the log.
void DtlsSession::raise(std::uint8_t event, Direction direction, Sink& sink) noexcept {
  const std::uint64_t bit = 1ull << event;
  if ((raised_ & bit) != 0) return;
  raised_ |= bit;
  sink.event(&tx_, event, direction);
}

// Both ends have gone dark, or one has of which nothing else was seen either: a flow that began midstream.
bool DtlsSession::settled() const noexcept {
  const bool one = sides_[0].dark || sides_[1].dark, both = sides_[0].dark && sides_[1].dark;
  const bool nothing = !tx_.has_client_hello && !tx_.has_server_hello && !sides_[0].begun && !sides_[1].begun;
  return over_ || both || (one && nothing);
}

void DtlsSession::end(Direction direction, Sink& sink) noexcept {
  ended_[index(direction)] = true;
  if (ended_[0] && ended_[1]) close(sink);
}

void DtlsSession::close(Sink& sink) noexcept {
  if (closed_) return;
  closed_ = true;
  if (told_) sink.log(tx_, Direction::to_server);
  sink.close(tx_);
}

}  // namespace gatehouse::proto::dtls
