// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/session.hpp"

#include <algorithm>

#include "proto/fingerprint/text.hpp"

namespace gatehouse::proto::quic {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::size_t kMessageHeader = 4;

bool is_clear_google(const Header& header) noexcept {
  return header.traits.form == Form::google || header.traits.form == Form::google_long;
}

// What a client can send only when it knows the server's hello. Behind another packet a short header may be padding.
bool needs_the_server(const Header& header, bool first) noexcept {
  constexpr std::uint8_t kFixedBit = 0x40;
  return header.type == PacketType::handshake ||
         (header.type == PacketType::short_header && first && (header.first & kFixedBit) != 0);
}

}  // namespace

Progress QuicSession::parse(Direction direction, Bytes datagram, Sink& sink) noexcept {
  try {
    const Progress progress = parse_all(direction, datagram, sink);
    return settled() || ++side(direction).datagrams >= kMaxDatagrams ? Progress::finished(datagram.size()) : progress;
  } catch (const std::bad_alloc&) {
    return Progress::finished();
  }
}

// RFC 9000, 12.2: "Using the Length field, a receiver can extract multiple packets from a single UDP datagram".
Progress QuicSession::parse_all(Direction direction, Bytes datagram, Sink& sink) {
  const bool from_client = direction == Direction::to_server;
  const Side& mine = side(direction);
  for (Bytes rest = datagram; !rest.empty();) {
    Header header;
    if (!read_header(rest, version_, header)) {
      // What does not look like a packet behind one is padding.
      return rest.size() == datagram.size() ? Progress::malformed() : Progress::ok(datagram.size());
    }
    if (from_client && mine.hello && !again_ && needs_the_server(header, rest.size() == datagram.size())) dark_ = true;
    if (header.type == PacketType::short_header) break;
    if (mine.hello && header.type != PacketType::retry && header.type != PacketType::version_negotiation) break;
    const Outcome outcome = packet(direction, header, rest.first(header.whole), sink);
    if (outcome == Outcome::malformed) return Progress::malformed();
    rest = rest.subspan(header.whole);
  }
  return Progress::ok(datagram.size());
}

QuicSession::Outcome QuicSession::packet(Direction direction, const Header& header, Bytes bytes, Sink& sink) {
  QuicTransaction tx;
  tx.header = header;
  tx.client = direction == Direction::to_server;
  tx.id = transactions_;
  if (header.version != version::negotiation) version_ = header.version;
  Outcome outcome = Outcome::next;
  if (is_clear_google(header)) {
    google(tx, direction, find_google_stream(header.payload, google_number(header.version)));
    // A public header without a version, and no hello behind it: as short headers, nothing that could be told.
    if (header.version_bytes.empty() && tx.cyu.empty()) return Outcome::next;
  } else if (header.type == PacketType::initial && header.traits.form != Form::unknown) {
    outcome = initial(tx, direction, bytes, sink);
  } else if (!tx.client && !side(direction).hello &&
             (header.type == PacketType::retry || header.type == PacketType::version_negotiation)) {
    start_again();
  }
  tell(tx, direction, sink);
  return outcome;
}

// RFC 9000, 17.2.5.2: a client answers Retry with Initial packets to the connection id that it names, with keys of
// that; 6.2: Version Negotiation with those of another version.
void QuicSession::start_again() noexcept {
  has_keys_ = false;
  Side& client = side(Direction::to_server);
  client.hello = false;
  client.crypto.restart();
}

// RFC 9000, 7.2: a server's packets, and the client's behind them, are protected with keys of what the client's first
// packet was addressed to. RFC 9369, 4: in the other version's way where the server changes over to that.
bool QuicSession::derive(const Header& header, Bytes destination) noexcept {
  if (destination.size() > kMaxConnectionId || !derive_initial_keys(header.traits, destination, keys_)) return false;
  std::ranges::copy(destination, destination_.begin());
  destination_size_ = static_cast<std::uint8_t>(destination.size());
  keys_version_ = header.version;
  has_keys_ = true;
  return true;
}

bool QuicSession::open_with(Direction direction, const Header& header, Bytes bytes, Bytes& plain) noexcept {
  const std::array<std::uint8_t, kMaxConnectionId> destination = destination_;
  if (header.version != keys_version_ && !derive(header, Bytes{destination}.first(destination_size_))) return false;
  return unprotect(direction == Direction::to_server ? keys_.client : keys_.server, header, bytes, plain_, plain);
}

bool QuicSession::open(Direction direction, const Header& header, Bytes bytes, Bytes& plain) {
  if (plain_.size() < header.payload.size()) plain_.resize(header.payload.size());
  if (has_keys_ && open_with(direction, header, bytes, plain)) return true;
  // Another beginning by the same client: it gave the first one up, or nobody saw the server's Retry.
  if (direction == Direction::to_client) return false;
  const bool again = has_keys_;
  if (!derive(header, header.destination) || !open_with(direction, header, bytes, plain)) return false;
  if (again) side(direction).crypto.restart();
  return true;
}

QuicSession::Outcome QuicSession::initial(QuicTransaction& tx, Direction direction, Bytes bytes, Sink& sink) {
  if (!has_keys_ && !tx.client) return Outcome::next;  // the client's beginning was not seen: nothing opens this
  Bytes plain;
  if (!open(direction, tx.header, bytes, plain)) {
    sink.event(&tx, event::failed_decrypt, direction);
    return Outcome::malformed;
  }
  Pieces& crypto = side(direction).crypto;
  Frames frames{plain, tx.header.traits};
  for (HandshakePiece piece; frames.next(piece);) {
    if (crypto.add(piece.offset, piece.data)) continue;
    sink.event(&tx, event::crypto_frag_too_long, direction);
    return Outcome::malformed;
  }
  if (!frames.ok()) {
    sink.event(&tx, event::error_on_data, direction);
    return Outcome::malformed;
  }
  if (tx.header.traits.form == Form::google_ietf && tx.header.version >> 24 == 'Q')
    google(tx, direction, crypto.ready());
  else
    read_hello(tx, direction, sink);
  return Outcome::next;
}

void QuicSession::google(QuicTransaction& tx, Direction direction, Bytes stream) noexcept {
  GoogleMessage message;
  BoundedText cyu{tx.cyu_room};
  if (!read_google_message(stream, google_number(tx.header.version), message, cyu)) return;
  if (!message.client_hello || !tx.client) return;
  tx.google = message;
  if (!cyu.overflowed() && tls::ja3_hash(cyu.text(), tx.cyu_hash)) tx.cyu = cyu.text();
  // The server may refuse a first hello, which says little; behind a full one everything is encrypted.
  side(direction).hello = message.full;
  if (message.full && tx.header.traits.form == Form::google) dark_ = true;
}

void QuicSession::read_hello(QuicTransaction& tx, Direction direction, Sink& sink) {
  Pieces& crypto = side(direction).crypto;
  const Bytes ready = crypto.ready();
  if (ready.size() < kMessageHeader) return;
  const auto type = static_cast<tls::HandshakeType>(ready[0]);
  const std::size_t length =
      static_cast<std::size_t>(ready[1]) << 16 | static_cast<std::size_t>(ready[2]) << 8 | ready[3];
  const auto wanted = tx.client ? tls::HandshakeType::client_hello : tls::HandshakeType::server_hello;
  if (type != wanted) return sink.event(&tx, event::error_on_data, direction);
  if (length > kMaxCrypto - kMessageHeader) return sink.event(&tx, event::crypto_frag_too_long, direction);
  if (ready.size() < kMessageHeader + length) return;
  crypto.taken(kMessageHeader + length);
  side(direction).hello = true;
  if (tx.client)
    client_hello(tx, ready.subspan(kMessageHeader, length), sink);
  else
    server_hello(tx, ready.subspan(kMessageHeader, length), sink);
}

void QuicSession::client_hello(QuicTransaction& tx, Bytes body, Sink& sink) {
  tx.client_hello = tls::read_client_hello(body);
  tx.has_client_hello = true;
  BoundedText ja3{tx.ja3_room};
  tls::write_ja3(tx.client_hello, ja3);
  tx.ja3 = ja3.text();
  tx.has_ja3 = !ja3.overflowed() && tls::ja3_hash(tx.ja3, tx.ja3_hash);
  tx.has_ja4 = tls::ja4(tx.client_hello, tls::Ja4Transport::quic, tx.ja4);
  if (tx.client_hello.faults.any() || ja3.overflowed() || !tx.has_ja4)
    sink.event(&tx, event::invalid_hello, Direction::to_server);
  const Bytes name = tx.client_hello.server_name;
  if (!second_) return first_name_.assign(name.begin(), name.end());
  // RFC 8446, 4.1.2: behind a HelloRetryRequest the client sends "the same ClientHello without modification", a few
  // extensions apart, of which the server name is none.
  if (as_text(name) != as_text(first_name_)) sink.event(&tx, event::server_name_changed, Direction::to_server);
}

void QuicSession::server_hello(QuicTransaction& tx, Bytes body, Sink& sink) {
  tx.server_hello = tls::read_server_hello(body);
  tx.has_server_hello = true;
  BoundedText ja3s{tx.ja3_room};
  tls::write_ja3s(tx.server_hello, ja3s);
  tx.ja3 = ja3s.text();
  tx.has_ja3 = !ja3s.overflowed() && tls::ja3_hash(tx.ja3, tx.ja3_hash);
  if (tx.server_hello.faults.any() || ja3s.overflowed()) sink.event(&tx, event::invalid_hello, Direction::to_client);
  again_ = tx.server_hello.retry_request && !second_;
  if (!again_) return;
  second_ = true;
  for (Side& side : sides_) side.hello = false;
}

void QuicSession::tell(QuicTransaction& tx, Direction direction, Sink& sink) noexcept {
  ++transactions_;
  tx.stage[index(direction)] = kComplete;
  sink.update(tx, direction);
  sink.log(tx, direction);
  sink.close(tx);
}

bool QuicSession::settled() const noexcept {
  return dark_ || (sides_[index(Direction::to_server)].hello && sides_[index(Direction::to_client)].hello);
}

}  // namespace gatehouse::proto::quic
