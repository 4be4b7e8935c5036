// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/frames.hpp"

namespace gatehouse::proto::quic {
namespace {

namespace frame {  // RFC 9000, 19
constexpr std::uint8_t padding = 0x00, ping = 0x01, ack = 0x02, ack_ecn = 0x03, crypto = 0x06, connection_close = 0x1c;
constexpr std::uint8_t google_crypto = 0x08;  // Q050's
}  // namespace frame

}  // namespace

// RFC 9000, 19.3: largest acknowledged, delay, count of ranges, first range; then a gap and a length for each.
void Frames::ack(bool with_ecn) noexcept {
  read_varint(c_);
  read_varint(c_);
  const std::uint64_t ranges = read_varint(c_);
  read_varint(c_);
  for (std::uint64_t i = 0; i < ranges && c_.ok(); ++i) {
    read_varint(c_);
    read_varint(c_);
  }
  for (unsigned i = 0; with_ecn && i < 3; ++i) read_varint(c_);
}

bool Frames::next(HandshakePiece& piece) noexcept {
  while (!c_.empty()) {
    const std::uint8_t type = c_.u8();
    if (type == frame::padding || type == frame::ping) continue;
    if (type == frame::ack || type == frame::ack_ecn) {
      if (google_) return false;  // Q050 lays its acknowledgements out otherwise, and hellos do not stand behind them
      ack(type == frame::ack_ecn);
      if (!c_.ok()) return fail();
      continue;
    }
    if (type == frame::connection_close) {  // nothing is read behind it
      closes_ = true;
      return false;
    }
    if (type != frame::crypto && !(google_ && type == frame::google_crypto)) return google_ ? false : fail();
    piece.offset = read_varint(c_);
    const std::uint64_t length = read_varint(c_);
    if (!c_.ok() || length > c_.remaining()) return fail();
    piece.data = c_.take(static_cast<std::size_t>(length));
    return true;
  }
  return false;
}

// gQUIC's STREAM frame: 1 f d ooo ss: data length is there, octets of offset (0, 2 … 8), octets of stream id less 1.
// Its numbers are little-endian up to Q038. Before Q034 a packet's first octet was flags of its own.
Bytes find_google_stream(Bytes frames, unsigned version_number) noexcept {
  constexpr unsigned kWithoutPrivateFlags = 34, kBigEndian = 39;
  Cursor c{frames};
  if (version_number < kWithoutPrivateFlags) c.skip(1);
  while (c.ok() && !c.empty() && c.peek() == frame::padding) c.skip(1);
  const std::uint8_t type = c.u8();
  if ((type & 0x80) == 0) return {};
  c.skip((type & 3u) + 1u);
  const unsigned offset_bits = type >> 2 & 7;
  if (offset_bits != 0) c.skip(offset_bits + 1);
  if ((type & 0x20) == 0) return c.rest();
  return c.take(version_number >= kBigEndian ? c.u16() : c.le16());
}

}  // namespace gatehouse::proto::quic
