// SPDX-License-Identifier: GPL-3.0-or-later
// The record layer, and what is told when.
#include "proto/tls/session.hpp"

#include <algorithm>
#include <new>

namespace gatehouse::proto::tls {
namespace {

bool is_content_type(std::uint8_t type) noexcept {
  return type >= 20 && type <= 24;
}

}  // namespace

Progress TlsSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  if (closed_) return Progress::finished(bytes.size());
  try {
    const Progress progress = parse_all(direction, bytes, sink);
    if (progress.status == Status::malformed || progress.status == Status::finished) {
      if (progress.status == Status::finished) {
        reach(ClientStage::complete, sink);
        reach(ServerStage::complete, sink);
      }
      close(sink);
    }
    return progress;
  } catch (const std::bad_alloc&) {  // the worker's memory is at its limit: this session is not looked into further
    close(sink);
    return Progress::finished(bytes.size());
  }
}

Progress TlsSession::parse_all(Direction direction, Bytes bytes, Sink& sink) {
  Side& s = side(direction);
  Cursor c{bytes};
  while (!c.empty()) {
    if (s.skip > 0) {
      const std::size_t now = std::min(s.skip, c.remaining());
      c.skip(now);
      s.skip -= now;
      continue;
    }
    const std::size_t start = c.position();
    switch (record(direction, c, sink)) {
      case Outcome::need_more:
        return Progress::need_more(start);
      case Outcome::malformed:
        return Progress::malformed();
      case Outcome::next:
        break;
    }
    if (all_done()) return Progress::finished(bytes.size());
  }
  return Progress::ok(bytes.size());
}

// RFC 8446, 5.1:
//   struct { ContentType type; ProtocolVersion legacy_record_version; uint16 length; opaque fragment[length]; }
TlsSession::Outcome TlsSession::record(Direction direction, Cursor& c, Sink& sink) {
  Side& s = side(direction);
  const std::uint8_t first = c.peek();
  if (s.ssl2 || (!s.begun && (first & 0x80) != 0)) return ssl2_record(direction, c, sink);

  Cursor header = c;
  const std::uint8_t type = header.u8();
  if (!is_content_type(type)) {
    raise(s.begun ? Event::invalid_record_type : Event::invalid_tls_header, direction, sink);
    return Outcome::malformed;
  }
  const std::uint16_t record_version = header.u16();
  const std::size_t length = header.u16();
  if (!header.ok()) return Outcome::need_more;
  if (record_version < version::ssl3 || record_version > version::tls13) {
    raise(Event::invalid_record_version, direction, sink);
    return Outcome::malformed;
  }
  if (length > kMaxRecord) {
    raise(Event::invalid_record_length, direction, sink);
    return Outcome::malformed;
  }
  const auto content_type = static_cast<ContentType>(type);
  const bool readable =
      content_type != ContentType::application_data && !(content_type == ContentType::handshake && s.encrypted);
  if (readable && header.remaining() < length) return Outcome::need_more;

  if (!s.begun) {
    s.begun = true;
    auto& spoken = direction == Direction::to_server ? tx_.client_version : tx_.server_version;
    if (spoken == 0) spoken = record_version;
    if (tx_.stage[index(direction)] == 0) reach(direction, 1, sink);
  }
  c = header;
  if (length == 0) return empty_record(direction, sink);
  s.empty_records = 0;
  if (!readable) {
    s.skip = length;
    if (content_type == ContentType::application_data) application_data(direction, sink);
    return Outcome::next;
  }
  content(direction, content_type, c.take(length), sink);
  return Outcome::next;
}

// RFC 5246, 6.2.1: "Implementations MUST NOT send zero-length fragments of Handshake, Alert, or ChangeCipherSpec
// content types." Receivers pass over some of them, so nothing may hide behind one.
TlsSession::Outcome TlsSession::empty_record(Direction direction, Sink& sink) {
  Side& s = side(direction);
  raise(Event::invalid_record_length, direction, sink);
  if (++s.empty_records <= kMaxEmptyRecords) return Outcome::next;
  raise(Event::too_many_records_in_packet, direction, sink);
  return Outcome::malformed;
}

void TlsSession::content(Direction direction, ContentType type, Bytes fragment, Sink& sink) {
  const Side& s = side(direction);
  // RFC 8446, 5.1: "Handshake messages MUST NOT be interleaved with other record types." Some receivers allow it, so
  // what was begun is not forgotten.
  if (type != ContentType::handshake && (!s.message.empty() || s.message_skip > 0))
    raise(Event::invalid_handshake_message, direction, sink);
  switch (type) {
    case ContentType::change_cipher_spec:
      return change_cipher_spec(direction, fragment, sink);
    case ContentType::alert:
      return alert(direction, fragment, sink);
    case ContentType::handshake:
      return handshake(direction, fragment, sink);
    case ContentType::heartbeat:
      return heartbeat(direction, fragment, sink);
    case ContentType::application_data:
      return;
  }
}

// RFC 8446, 5: "An implementation may receive an unencrypted record of type change_cipher_spec consisting of the single
// byte value 0x01 at any time after the first ClientHello message has been sent or received". In TLS 1.3 it says
// nothing; between a HelloRetryRequest and the hello that answers it the handshake is still readable behind it.
void TlsSession::change_cipher_spec(Direction direction, Bytes fragment, Sink& sink) {
  Side& s = side(direction);
  if (fragment.size() != 1 || fragment[0] != 1) raise(Event::invalid_ssl_record, direction, sink);
  if (!s.hello) {
    if (!retry_) raise(Event::invalid_handshake_message, direction, sink);
    return;
  }
  s.encrypted = true;
  handshake_done(direction, sink);
}

// RFC 5246, 7.2: struct { AlertLevel level; AlertDescription description; } Alert; longer ones are encrypted.
void TlsSession::alert(Direction direction, Bytes fragment, Sink& sink) {
  const Side& s = side(direction);
  if (fragment.size() < 2 || (fragment.size() > 2 && !s.encrypted)) {
    raise(Event::invalid_alert_message, direction, sink);
    return;
  }
  if (fragment.size() > 2) return;
  if (fragment[0] != 1 && fragment[0] != 2) raise(Event::invalid_alert_message, direction, sink);
  if (fragment[0] == 2) over_ = true;
}

// RFC 6520, 4:
//   struct { HeartbeatMessageType type; uint16 payload_length; opaque payload[payload_length]; opaque padding[]; }
//   "The padding_length MUST be at least 16." "If the payload_length of a received HeartbeatMessage is too large, the
//   received HeartbeatMessage MUST be discarded silently": who answers it all the same gives memory away
//   (CVE-2014-0160).
void TlsSession::heartbeat(Direction direction, Bytes fragment, Sink& sink) {
  constexpr std::size_t kHeader = 3, kLeastPadding = 16;
  raise(Event::heartbeat_message, direction, sink);
  Side& mine = side(direction);
  Side& other = side(opposite(direction));
  if (mine.encrypted || other.encrypted) {
    // Types cannot be seen now: who speaks second answers, and an answer is not longer than its question.
    if (other.last_heartbeat > 0) {
      if (fragment.size() > other.last_heartbeat) raise(Event::dataleak_heartbeat_mismatch, direction, sink);
      other.last_heartbeat = 0;
    } else {
      mine.last_heartbeat = static_cast<std::uint16_t>(fragment.size());
    }
    return;
  }
  Cursor c{fragment};
  const std::uint8_t type = c.u8();
  const std::size_t payload = c.u16();
  if (!c.ok() || (type != 1 && type != 2)) {
    raise(Event::invalid_heartbeat_message, direction, sink);
  } else if (payload + kHeader > fragment.size()) {
    raise(Event::overflow_heartbeat_message, direction, sink);
  } else if (fragment.size() - payload - kHeader < kLeastPadding) {
    raise(Event::invalid_heartbeat_message, direction, sink);
  }
}

// RFC 8446, 2.3: with 0-RTT the client sends data before the server has said a word.
void TlsSession::application_data(Direction direction, Sink& sink) {
  if (direction == Direction::to_server && !tx_.has_server_hello) return;
  handshake_done(direction, sink);
}

void TlsSession::handshake_done(Direction direction, Sink& sink) noexcept {
  Side& s = side(direction);
  if (s.done) return;
  s.done = true;
  if (direction == Direction::to_server) {
    reach(ClientStage::handshake_done, sink);
  } else {
    reach(ServerStage::handshake_done, sink);
  }
  const bool client_silent = direction == Direction::to_server && tx_.server.known();
  if (client_silent || sides_[index(opposite(direction))].done) log_once(sink);
}

void TlsSession::reach(Direction direction, std::uint8_t stage, Sink& sink) noexcept {
  std::uint8_t& at = tx_.stage[index(direction)];
  if (closed_ || stage <= at) return;
  at = stage;
  sink.update(tx_, direction);
}

void TlsSession::raise(Event event, Direction direction, Sink& sink) noexcept {
  const std::uint64_t bit = 1ull << static_cast<unsigned>(event);
  if ((raised_ & bit) != 0 || closed_) return;
  raised_ |= bit;
  sink.event(&tx_, static_cast<std::uint8_t>(event), direction);
}

void TlsSession::log_once(Sink& sink) noexcept {
  if (logged_ || closed_) return;
  if (!tx_.has_client_hello && !tx_.has_server_hello) return;
  logged_ = true;
  sink.log(tx_, Direction::to_server);
}

void TlsSession::close(Sink& sink) noexcept {
  if (closed_) return;
  log_once(sink);
  sink.close(tx_);
  closed_ = true;
}

bool TlsSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  if (closed_) return false;
  Side& s = side(direction);
  if (missing <= s.skip) {  // inside of what nobody reads
    s.skip -= static_cast<std::size_t>(missing);
    return true;
  }
  close(sink);
  return false;
}

void TlsSession::end(Direction direction, Sink& sink) noexcept {
  if (closed_) return;
  side(direction).ended = true;
  if (direction == Direction::to_server)
    reach(ClientStage::complete, sink);
  else
    reach(ServerStage::complete, sink);
  if (sides_[0].ended && sides_[1].ended) close(sink);
}

bool TlsTransaction::may_be_resumed() const noexcept {
  if (!has_client_hello) return false;
  if (client_hello.session_ticket) return true;
  return has_server_hello && !server_hello.session_id.empty() &&
         as_text(server_hello.session_id) == as_text(client_hello.session_id);
}

bool TlsTransaction::resumed() const noexcept {
  return has_server_hello && !is_tls13() && !server.known() && may_be_resumed();
}

}  // namespace gatehouse::proto::tls
