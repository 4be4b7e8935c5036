// SPDX-License-Identifier: GPL-3.0-or-later
// What makes a segment valid in its session, and what is learnt from a valid one.
#include <algorithm>

#include "flow/tcp_machine.hpp"

namespace gatehouse::flow {
namespace {

// RFC 7323, 5.5: a timestamp that has not been refreshed for longer than this says nothing.
constexpr std::uint32_t kTimestampLife = 24u * 24 * 3600;

// Ticks that a client's clock may have gone on between its first SYN and its last: two minutes of milliseconds, the
// fastest clock that RFC 7323, 5.4 allows.
constexpr std::int32_t kLongestHandshake = 120'000;

std::uint32_t second_of(const Packet& p) noexcept {
  return p.raw ? static_cast<std::uint32_t>(p.raw->time.us / 1'000'000) : 0;
}

}  // namespace

// RFC 7323, 5.3. "If SEG.TSval < TS.Recent and the segment is not a RST [...] drop it": receivers allow one tick.
bool TcpMachine::timestamp_is_valid(const Segment& s) const noexcept {
  if (!s.tcp.has_timestamp) return true;
  // An answer to the SYN quotes the timestamp of the SYN, or of one that was sent before it and got lost on the way. A
  // client that offered none does not look at the answer's (RFC 7323, 3.2).
  if (s.c.state == TcpState::syn_sent && !s.to_server() && !s.c.four_way) {
    if (s.c.offers) return true;  // of several SYNs
    if (!s.to.has_timestamps) return !s.has(tcp_flag::rst);
    const auto behind = distance(s.tcp.timestamp_echo, s.to.timestamp);
    return s.tcp.timestamp_echo == 0 || (behind >= 0 && behind <= (s.has(tcp_flag::rst) ? 0 : kLongestHandshake));
  }
  if (!s.c.timestamps || s.from.timestamp == 0) return true;
  if (distance(s.from.timestamp, s.tcp.timestamp_value) >= -1) return true;
  return second_of(s.p) > s.from.timestamp_second + kTimestampLife;
}

void TcpMachine::learn_timestamp(Segment& s) noexcept {
  if (!s.tcp.has_timestamp || !s.c.timestamps) return;
  // Only of segments at the left edge: one that lies ahead would make those before it look old.
  if (before(s.from.next, s.seq) || !before(s.from.timestamp, s.tcp.timestamp_value)) return;
  s.from.timestamp = s.tcp.timestamp_value;
  s.from.timestamp_second = second_of(s.p);
}

// RFC 9293, 3.10.7.4: an acknowledgement of what was not sent is not acceptable; RFC 5961, 5: nor is one that is older
// than the largest window.
bool TcpMachine::ack_is_valid(const Segment& s) const noexcept {
  if (!s.has(tcp_flag::ack)) return true;
  const Seq ack = s.tcp.ack;
  if (s.c.async || !s.flow.inspect) return true;
  if (before(ack, s.to.acked)) return !before(ack, s.to.acked - std::max(s.to.window, 65535u));
  // We may have missed data, but none can have passed the window, a probe of one byte aside.
  return at_or_before(ack, later(s.to.limit, s.to.next) + 1);
}

// Receivers believe a reset at the exact place only (RFC 5961, 3.2), or anywhere in the window (RFC 793).
bool TcpMachine::reset_is_valid(const Segment& s) const noexcept {
  if (s.c.async || !s.from.seen) return true;
  if (s.has(tcp_flag::ack) && s.to.seen && !ack_is_valid(s)) {
    s.p.events.add(PacketEvent::stream_rst_invalid_ack);
    return false;
  }
  switch (settings_.overlap) {
    case TcpOverlap::hpux11:
      return at_or_before(s.from.next, s.seq);
    case TcpOverlap::linux:
    case TcpOverlap::old_linux:
    case TcpOverlap::solaris:
      return at_or_before(s.from.acked, s.end) && at_or_before(s.seq, s.from.next + s.from.window);
    default:
      return s.seq == s.from.next || s.seq == s.from.acked;
  }
}

// RFC 9293, 3.8.4: SEG.SEQ = SND.NXT-1, with no or one byte of garbage.
bool TcpMachine::is_keep_alive(const Segment& s) const noexcept {
  return s.p.payload.size() <= 1 && s.seq == s.from.next - 1 && s.from.acked == s.from.next && !s.has(tcp_flag::syn) &&
         !s.has(tcp_flag::fin) && !s.has(tcp_flag::rst);
}

bool TcpMachine::fits_window(const Segment& s) const noexcept {
  if (s.c.async || s.c.midstream || !s.to.seen || !s.flow.inspect) return true;
  if (at_or_before(s.end, s.from.limit)) return true;
  // A zero-window probe: one byte more than the receiver has room for.
  return s.p.payload.size() <= 1 && s.seq == s.from.limit;
}

// An acknowledgement out of nowhere, of data nobody saw and behind data nobody saw, that takes a part of the window
// back: made by a box in the middle, or by somebody who wants the window shut.
bool TcpMachine::is_bad_window_update(const Segment& s) const noexcept {
  if (!s.p.payload.empty() || s.c.async || !s.to.seen || !s.flow.inspect) return false;
  return s.window < s.to.window && before(s.to.next, s.tcp.ack) && before(s.from.next, s.seq);
}

void TcpMachine::note_retransmission(Segment& s) const noexcept {
  if (s.p.payload.empty() || !s.from.seen) return;
  const bool hears_acks = !s.c.async && s.to.seen;
  if (hears_acks && at_or_before(s.end, s.from.acked))
    s.p.events.add(PacketEvent::stream_pkt_spurious_retransmission);
  else if (at_or_before(s.end, s.from.next) || (hears_acks && before(s.seq, s.from.acked)))
    s.p.events.add(PacketEvent::stream_pkt_retransmission);
}

void TcpMachine::learn_ack(Segment& s) noexcept {
  const bool advances = s.has(tcp_flag::ack) && before(s.to.acked, s.tcp.ack);
  if (advances) {
    s.to.acked = s.tcp.ack;
    s.to.next = later(s.to.next, s.tcp.ack);  // it may be data that we did not see
  }
  s.to.window = s.window;
  s.to.limit = later(s.to.limit, s.to.acked + s.window);
  if (!advances) return;
  StreamBuffer& theirs = s.to.stream;
  if (s.c.async && !theirs.first)
    theirs.next = later(theirs.next, s.to.acked);  // not a gap: nobody promised to show us that side
  else
    reassembly_.acknowledge(way_back(s), s.to.acked);
}

void TcpMachine::learn_options(Segment& s, TcpSender& sender) noexcept {
  sender.offers_scale = s.tcp.has_window_scale;
  // RFC 7323, 2.3: "If a Window Scale option is received with a shift.cnt value larger than 14, the TCP SHOULD log the
  // error but MUST use 14".
  sender.own_scale = s.tcp.has_window_scale ? std::min<std::uint8_t>(s.tcp.window_scale, 14) : std::uint8_t{0};
  sender.has_timestamps = s.tcp.has_timestamp;
  sender.timestamp = s.tcp.has_timestamp ? s.tcp.timestamp_value : 0;
  sender.timestamp_second = second_of(s.p);
}

void TcpMachine::agree_on_options(TcpConnection& c, const TcpHeader& answer) noexcept {
  const TcpSender& a = c.ends[0];
  const TcpSender& b = c.ends[1];
  c.scaled = a.offers_scale && b.offers_scale;
  c.timestamps = a.has_timestamps && b.has_timestamps;
  (void)answer;
}

}  // namespace gatehouse::flow
