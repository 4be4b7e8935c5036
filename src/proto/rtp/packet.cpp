// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtp/packet.hpp"

namespace gatehouse::proto::rtp {
namespace {

// RFC 3551, 6: 0 to 34 are assigned (1, 2 and some others to nobody any more), 96 to 127 are agreed upon by other
// means.
bool is_assigned(std::uint8_t payload_type) noexcept {
  return payload_type <= 34 || payload_type >= 96;
}

}  // namespace

bool is_packet(Bytes datagram) noexcept {
  Cursor c{datagram};
  const Header header{c};
  if (!c.ok() || header.version() != 2 || !is_assigned(header.payload_type())) return false;
  c.skip(std::size_t{4} * header.sources());
  if (header.extension()) {  // 5.3.1: a word of its own, a count of words
    c.skip(2);
    c.skip(std::size_t{4} * c.u16());
  }
  // 5.1: "The last octet of the padding contains a count of how many padding octets should be ignored, including
  // itself."
  return c.ok() && (!header.padding() || (datagram.back() > 0 && datagram.back() <= c.remaining()));
}

bool continues(const Header& before, const Header& next) noexcept {
  constexpr std::uint16_t most_lost = 16;
  constexpr std::uint32_t most_silence = 10 * 90'000;  // ten seconds of the fastest usual clock
  const auto steps = static_cast<std::uint16_t>(next.sequence - before.sequence);
  const auto time = static_cast<std::uint32_t>(next.timestamp - before.timestamp);
  return before.ssrc == next.ssrc && before.ssrc != 0 && before.payload_type() == next.payload_type() &&
         before.sources() == next.sources() && steps >= 1 && steps <= most_lost && time <= most_silence;
}

}  // namespace gatehouse::proto::rtp

namespace gatehouse::proto::rtcp {

// RFC 3550, 6.1: packets follow each other to the end; each says its length in words, its own header not counted.
bool Compound::parse(Bytes datagram) noexcept {
  *this = {};
  for (Cursor c{datagram}; !c.empty();) {
    const std::uint8_t first = c.u8();
    const std::uint8_t type = c.u8();
    const std::size_t size = std::size_t{4} * c.u16();
    Cursor body{c.take(size)};
    if (!c.ok() || first >> 6 != 2 || type < 192 || type > 213) return false;
    if (count == kMaxPackets) {
      too_many_packets = true;
      return true;
    }
    if (count == 0) ssrc = Cursor{body.whole()}.u32();
    types[count++] = type;
    if (!take(static_cast<Type>(type), first & 0x1f, body)) return false;
  }
  return count > 0;
}

bool Compound::take(Type type, unsigned items, Cursor c) noexcept {
  constexpr std::size_t block = 24;  // 6.4.1: a report block
  switch (type) {
    case Type::sender_report:
      c.skip(24 + block * items);
      return c.ok();
    case Type::receiver_report:
      c.skip(4 + block * items);
      return c.ok();
    case Type::description:
      return describe(items, c);
    case Type::bye:  // 6.6: sources, and perhaps why they leave
      bye = true;
      c.skip(std::size_t{4} * items);
      if (c.ok() && !c.empty()) bye_reason = c.take(c.u8());
      return c.ok();
    case Type::application:  // 6.7: source, a name of four letters
      c.skip(4);
      application = c.take(4);
      return c.ok();
    case Type::transport_feedback:
    case Type::payload_feedback:
      c.skip(8);
      return c.ok();
    default:
      return true;
  }
}

// RFC 3550, 6.5: chunks of a source and its items, each type, length, text; a zero ends the chunk, at a word's end.
bool Compound::describe(unsigned chunks, Cursor c) noexcept {
  while (chunks-- > 0) {
    c.skip(4);
    for (;;) {
      const std::uint8_t item = c.u8();
      if (!c.ok()) return false;
      if (item == 0) break;
      const Bytes text = c.take(c.u8());
      if (!c.ok()) return false;
      Bytes* const member = item == 1   ? &cname
                            : item == 2 ? &name
                            : item == 5 ? &location
                            : item == 6 ? &tool
                            : item == 7 ? &note
                                        : nullptr;
      if (member != nullptr && member->empty()) *member = text;
    }
    while (c.position() % 4 != 0 && !c.empty()) c.skip(1);
  }
  return c.ok();
}

}  // namespace gatehouse::proto::rtcp
