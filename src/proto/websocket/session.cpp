// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/websocket/session.hpp"

#include <algorithm>

#include "proto/websocket/websocket.hpp"

namespace gatehouse::proto::websocket {
namespace {

constexpr std::uint8_t kComplete = 1;

// RFC 6455, 7.4.2. Reserved Status Code Ranges; of the first thousand those of 7.4.1 that may be sent.
bool is_close_code(std::uint16_t code) noexcept {
  if (code >= 3000) return code <= 4999;
  return code >= 1000 && code <= 1014 && (code < 1004 || code > 1006);
}

}  // namespace

Probe probe_announced(Direction, Bytes bytes) {
  Cursor c{bytes.first(std::min(bytes.size(), kMaxHeader))};
  const FrameHeader header{c};
  if (!bytes.empty() && (!header.is_known() || (header.flags & (flag::rsv2 | flag::rsv3)) != 0)) return Probe::no;
  if (!c.ok()) return Probe::need_more;
  return header.is_control() && (!header.fin() || header.length > kMaxControl) ? Probe::no : Probe::yes;
}

Progress WebSocketSession::parse(Direction d, Bytes bytes, Sink& sink) noexcept {
  Side& side = sides_[index(d)];
  Bytes rest = bytes;
  while (!rest.empty()) {
    if (!side.within) {
      Cursor c{rest};
      const FrameHeader header{c};
      if (!c.ok()) return Progress::need_more(bytes.size() - rest.size());
      rest = c.rest();
      side.header = header;
      begin_frame(d);
    }
    const auto now = static_cast<std::size_t>(std::min<std::uint64_t>(side.left, rest.size()));
    take(side, rest.first(now));
    rest = rest.subspan(now);
    if (side.left == 0) finish_frame(d, sink);
    if (sides_[0].closed && sides_[1].closed) return Progress::finished(bytes.size() - rest.size());
  }
  return Progress::ok(bytes.size());
}

void WebSocketSession::begin_frame(Direction d) noexcept {
  Side& side = sides_[index(d)];
  const FrameHeader& header = side.header;
  side.within = true;
  side.left = header.length;
  side.events = 0;
  // RFC 6455, 5.1: "a client MUST mask all frames that it sends", "A server MUST NOT mask any frames".
  if (d == Direction::to_server && !header.mask) mark(side, event::unmasked_request);
  if (d == Direction::to_client && header.mask) mark(side, event::masked_response);
  if ((header.flags & (flag::rsv2 | flag::rsv3)) != 0) mark(side, event::reserved_bits);
  if (!header.is_known()) mark(side, event::unknown_opcode);
  if (header.length > kMaxPayload) mark(side, event::skip_end_of_payload);
  if (header.is_control()) {
    if (!header.fin() || header.length > kMaxControl) mark(side, event::invalid_control);
    side.control.clear();
    return;
  }
  const bool continues = header.opcode == opcode::continuation;
  if (continues && !side.message_open) mark(side, event::unexpected_continuation);
  if (!continues && side.message_open) mark(side, event::unfinished_message);
  if (!continues || !side.message_open) {
    side.message.clear();
    side.message_open = true;
    side.message_compressed = header.compressed();
    side.message_holed = false;
  }
  side.frame_begin = side.message.size();
}

void WebSocketSession::take(Side& side, Bytes bytes) noexcept {
  auto& kept = side.header.is_control() ? side.control : side.message;
  const std::size_t begin = side.header.is_control() ? 0 : side.frame_begin;
  const std::uint64_t at = side.header.length - side.left;
  side.left -= bytes.size();
  // Of one frame no more than kMaxPayload, and of all frames of a message together neither.
  const std::size_t most = kMaxPayload - std::min(kMaxPayload, kept.size());
  const Bytes wanted = bytes.first(std::min(bytes.size(), most));
  if (wanted.size() < bytes.size()) {
    if (begin > 0) mark(side, event::reassembly_limit_reached);
    if (!side.header.is_control()) side.message_holed = true;
  }
  const std::size_t start = kept.size();
  kept.insert(kept.end(), wanted.begin(), wanted.end());
  if (!side.header.mask) return;
  // RFC 6455, 5.3: "transformed-octet-i = original-octet-i XOR masking-key-octet-j", j = i MODULO 4.
  for (std::size_t i = 0; i < wanted.size(); ++i)
    kept[start + i] ^= static_cast<std::uint8_t>(*side.header.mask >> (24 - 8 * ((at + i) & 3)));
}

void WebSocketSession::finish_frame(Direction d, Sink& sink) noexcept {
  Side& side = sides_[index(d)];
  side.within = false;
  WebSocketTransaction tx;
  tx.protocol = &protocol;
  tx.id = next_id_++;
  tx.header = side.header;
  tx.direction = d;
  if (side.header.is_control()) {
    tx.payload = side.control;
    if (side.header.opcode == opcode::connection_close) {
      side.closed = true;
      // 5.5.1: "If there is a body, the first two bytes of the body MUST be a 2-byte unsigned integer".
      Cursor c{tx.payload};
      const std::uint16_t code = c.u16();
      if (c.ok()) tx.close_code = code;
      if (!tx.payload.empty() && (!c.ok() || !is_close_code(code))) mark(side, event::invalid_close);
    }
  } else if (side.header.fin()) {
    tx.payload = whole_message(side);
    side.message_open = false;
  } else {
    tx.payload = Bytes{side.message}.subspan(side.frame_begin);
  }
  for (std::uint8_t event = 0; event < event::count; ++event)
    if ((side.events >> event & 1) != 0) sink.event(&tx, event, d);
  tx.stage[index(d)] = kComplete;
  sink.update(tx, d);
  sink.log(tx, d);
  sink.close(tx);
}

Bytes WebSocketSession::whole_message(Side& side) noexcept {
  if (!side.message_compressed) return side.message;
  if (side.message_holed) side.context_lost = true;
  if (side.context_lost) return side.message;
  return inflate_message(side);
}

// RFC 7692, 7.2.2: "Append 4 octets of 0x00 0x00 0xff 0xff to the tail end of the payload of the message. Decompress".
// The window goes on from message to message, whether or not that was agreed on: no message without it refers to it.
Bytes WebSocketSession::inflate_message(Side& side) noexcept {
  static constexpr std::array<std::uint8_t, 4> kTail{0x00, 0x00, 0xff, 0xff};
  if (!side.inflater) side.inflater.emplace(memory_, inflate::Format::bare);
  side.inflated.clear();
  const auto give = [&](Bytes piece) {
    const std::size_t now = std::min(piece.size(), kMaxInflated - side.inflated.size());
    if (now < piece.size()) mark(side, event::reassembly_limit_reached);
    side.inflated.insert(side.inflated.end(), piece.begin(), piece.begin() + static_cast<std::ptrdiff_t>(now));
  };
  auto outcome = side.inflater->decode(side.message, give);
  if (outcome == inflate::Outcome::ok) outcome = side.inflater->decode(kTail, give);
  if (outcome == inflate::Outcome::ok) return side.inflated;
  mark(side, outcome == inflate::Outcome::bomb ? event::compression_bomb : event::failed_decompression);
  side.context_lost = true;
  return side.message;
}

bool WebSocketSession::gap(Direction d, std::uint64_t missing, Sink& sink) noexcept {
  Side& side = sides_[index(d)];
  if (!side.within || missing > side.left) return false;
  side.left -= missing;
  side.message_holed = side.message_holed || !side.header.is_control();
  if (side.left == 0) finish_frame(d, sink);
  return true;
}

// What was announced and did not all come is a frame all the same.
void WebSocketSession::end(Direction d, Sink& sink) noexcept {
  Side& side = sides_[index(d)];
  if (!side.within) return;
  side.message_holed = true;
  mark(side, event::skip_end_of_payload);
  finish_frame(d, sink);
}

}  // namespace gatehouse::proto::websocket
