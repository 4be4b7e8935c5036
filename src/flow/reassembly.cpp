// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/reassembly.hpp"

#include <algorithm>
#include <cstring>
#include <span>

namespace gatehouse::flow {
namespace {

constexpr std::size_t kWorthJoining = 16u << 10;  // larger pieces are shown one by one, without a copy
constexpr Seq kForever = 0x7fffffff;              // a distance that no waiting byte has

// The part of `bytes`, which begin at `begin`, that lies in [from, to).
Bytes part(Seq begin, Bytes bytes, Seq from, Seq to) noexcept {
  return bytes.subspan(from - begin, to - from);
}

Seq end_of(Seq begin, Bytes bytes) noexcept {
  return begin + static_cast<Seq>(bytes.size());
}

}  // namespace

TcpOutcome Reassembly::segment(const Way& way, Seq begin, Bytes bytes, bool async) noexcept {
  StreamBuffer& s = way.stream;
  const Seq end = end_of(begin, bytes);
  if (!s.started) start(s, begin);
  if (!way.flow.inspect) {
    if (s.first || s.rest.data) clear(s, pool_);
    s.next = later(s.next, end);
    return TcpOutcome::ok;
  }
  if (s.ended) return in_line() && differs(way, begin, bytes) ? TcpOutcome::contradiction : TcpOutcome::ok;
  if (s.fin_known && before(s.fin, end)) {  // no byte lies behind the FIN
    if (at_or_before(s.fin, begin)) return TcpOutcome::ok;
    bytes = part(begin, bytes, begin, s.fin);
  }
  if (in_line() || async) return take_at_once(way, begin, bytes, async);
  if (at_or_before(end, s.next)) {
    note(way, PacketEvent::stream_reassembly_segment_before_base_seq);
    return TcpOutcome::ok;
  }
  const Extent extent{begin, end};
  const Seq from = later(begin, s.next);
  return take_to_wait(way, from, part(begin, bytes, from, end_of(begin, bytes)), extent);
}

TcpOutcome Reassembly::take_at_once(const Way& way, Seq begin, Bytes bytes, bool async) noexcept {
  StreamBuffer& s = way.stream;
  const Seq end = end_of(begin, bytes);
  // Most segments lie behind all that is kept: nothing to compare.
  if (s.last && before(begin, s.last->end()) && differs(way, begin, bytes) && in_line())
    return TcpOutcome::contradiction;
  if (at_or_before(end, s.next)) return TcpOutcome::ok;
  if (before(s.next, begin) && !make_room(way, bytes.size(), async)) return TcpOutcome::invalid;
  if (before(s.next, begin)) {
    fill_holes(way, begin, bytes, {begin, end}, false);
    return TcpOutcome::ok;
  }
  while (before(s.next, end) && way.flow.inspect) {
    const Seq from = s.next, to = s.waiting ? earlier(end, s.waiting->begin) : end;
    const Bytes fresh = part(begin, bytes, from, to);
    s.next = to;
    if (in_line()) keep_tail(s, from, fresh, async);
    deliver(way, fresh);
    if (!s.waiting || s.waiting->begin != to) continue;
    if (s.holes) --s.holes;
    deliver_waiting(way, s.next + kForever);
  }
  if (!way.flow.inspect) clear(s, pool_);
  check_end(way, true);
  return TcpOutcome::ok;
}

TcpOutcome Reassembly::take_to_wait(const Way& way, Seq begin, Bytes bytes, Extent extent) noexcept {
  StreamBuffer& s = way.stream;
  if (!make_room(way, bytes.size(), false)) return TcpOutcome::ok;
  // Making room may have moved the stream on.
  const Seq end = end_of(begin, bytes), from = later(begin, s.next);
  if (at_or_before(end, from)) return TcpOutcome::ok;
  fill_holes(way, from, part(begin, bytes, from, end), extent, true);
  return TcpOutcome::ok;
}

// Whether any byte differs from the copy that is kept.
bool Reassembly::differs(const Way& way, Seq begin, Bytes bytes) noexcept {
  const Seq end = end_of(begin, bytes);
  Piece* piece = piece_before(way.stream, begin);
  if (!piece) piece = way.stream.first;
  bool overlaps = false, different = false;
  for (; piece && before(piece->begin, end); piece = piece->next) {
    const Seq from = later(begin, piece->begin), to = earlier(end, piece->end());
    if (!before(from, to)) continue;
    overlaps = true;
    different |=
        std::memcmp(part(begin, bytes, from, to).data(), piece->data() + (from - piece->begin), to - from) != 0;
  }
  counters_.overlaps += overlaps;
  if (!different) return false;
  ++counters_.overlaps_different;
  note(way, PacketEvent::stream_reassembly_overlap_different_data);
  return true;
}

// Holds the line at the limits. In line a segment that cannot be kept is refused: its sender will repeat it. Where we
// only look on, it will not come again: what waits is delivered early, a hole in front of it becomes a gap.
bool Reassembly::make_room(const Way& way, std::size_t bytes, bool async) noexcept {
  StreamBuffer& s = way.stream;
  const std::size_t size = BlockPool::block_size(sizeof(Piece) + bytes);
  for (;;) {
    const bool many = s.waiting_pieces >= settings_.max_segments;
    const bool much = s.waiting_bytes + size > settings_.per_direction;
    const bool full = pool_.in_use() + size > pool_.limit();
    if (!many && !much && !full) return true;
    note(way, many ? PacketEvent::stream_segments_limit_reached : PacketEvent::stream_memcap_reached);
    ++(many ? counters_.segment_limit_hits : counters_.memory_limit_hits);
    if (in_line() && !async) return false;
    if (!s.waiting) {
      if (!full) return true;  // one segment larger than the limit
      return false;
    }
    skip(way, s.waiting->begin);
    deliver_waiting(way, s.next + kForever);
    if (!way.flow.inspect) return false;
  }
}

// Keeps those bytes for which there is no copy yet; the others by first come, or by the receiver's policy.
void Reassembly::fill_holes(const Way& way, Seq begin, Bytes bytes, Extent extent, bool policy) noexcept {
  StreamBuffer& s = way.stream;
  const Seq end = end_of(begin, bytes);
  Piece* behind = piece_before(s, begin);
  Seq at = begin;
  bool overlaps = false;
  if (behind && before(at, behind->end())) {
    overlaps = true;
    if (policy) settle(way, behind, begin, bytes, extent);
    at = behind->end();
  }
  while (before(at, end)) {
    Piece* const next = behind ? behind->next : s.first;
    const Seq to = next ? earlier(end, next->begin) : end;
    if (before(at, to)) {
      behind = insert_piece(s, pool_, behind, at, part(begin, bytes, at, to), extent);
      if (!behind) {
        note(way, PacketEvent::stream_memcap_reached);
        ++counters_.memory_limit_hits;
        return;
      }
    }
    at = to;
    if (next && before(next->begin, end)) {
      overlaps = true;
      if (policy) settle(way, next, begin, bytes, extent);
      at = next->end();
      behind = next;
    }
  }
  if (policy) counters_.overlaps += overlaps;
}

void Reassembly::settle(const Way& way, Piece* piece, Seq begin, Bytes bytes, Extent extent) noexcept {
  const Seq from = later(begin, piece->begin), to = earlier(end_of(begin, bytes), piece->end());
  const Bytes fresh = part(begin, bytes, from, to);
  std::uint8_t* const kept = piece->data() + (from - piece->begin);
  if (std::memcmp(kept, fresh.data(), fresh.size()) == 0) return;
  ++counters_.overlaps_different;
  note(way, PacketEvent::stream_reassembly_overlap_different_data);
  if (later_wins(settings_.overlap, piece->segment, extent)) std::memcpy(kept, fresh.data(), fresh.size());
}

void Reassembly::keep_tail(StreamBuffer& s, Seq begin, Bytes bytes, bool async) noexcept {
  const std::size_t used = pool_.in_use(), limit = pool_.limit();
  const bool short_of_memory = async || used > limit / 2;
  const std::size_t most =
      short_of_memory ? std::min(kTailWhenShort, settings_.per_direction) : settings_.per_direction;
  if (used <= limit - limit / 4) insert_piece(s, pool_, s.waiting ? s.waiting->prev : s.last, begin, bytes, {});
  while (s.tail_bytes > most && s.first && s.first != s.waiting) remove_piece(s, pool_, s.first);
}

// Delivers what waits, in order, up to `until` or the next hole.
void Reassembly::deliver_waiting(const Way& way, Seq until) noexcept {
  StreamBuffer& s = way.stream;
  bool held = false;
  while (s.waiting && at_or_before(s.waiting->begin, s.next) && before(s.next, until) && way.flow.inspect) {
    Piece* const piece = s.waiting;
    const Seq to = earlier(until, piece->end());
    const Bytes bytes = part(piece->begin, piece->bytes(), s.next, to);
    const bool continues = to == piece->end() && piece->next && piece->next->begin == to && before(to, until);
    const bool more = continues && bytes.size() <= kWorthJoining && s.urgent_count == 0;
    s.next = to;
    if (!more && !held) {
      deliver(way, bytes);
    } else if (s.rest.size() + bytes.size() <= settings_.per_direction && append_rest(s, pool_, bytes)) {
      held = true;
      if (!more) offer_rest(way);
    } else {
      lose(way, bytes.size());
    }
    if (!way.flow.inspect) break;
    if (to != piece->end())
      piece->drop_front(to - piece->begin);
    else if (in_line())
      mark_delivered(s, piece);
    else
      remove_piece(s, pool_, piece);
  }
  if (!s.waiting) s.holes = 0;
  if (!way.flow.inspect) clear(s, pool_);
}

// RFC 6093, 3.2: receivers read the pointer as one behind the urgent byte, and take a single byte out of the stream.
TcpOutcome Reassembly::segment_with_urgent(const Way& way, Seq begin, Bytes bytes, bool async, Seq place) noexcept {
  StreamBuffer& s = way.stream;
  const auto known = std::span{s.urgent}.first(s.urgent_count);
  if (!way.flow.inspect || before(place, s.next) || std::ranges::find(known, place) != known.end())
    return segment(way, begin, bytes, async);
  if (s.urgent_count == StreamBuffer::kMaxUrgent) {
    note(way, PacketEvent::stream_reassembly_urgent_oob_limit_reached);
    return segment(way, begin, bytes, async);
  }
  s.urgent[s.urgent_count++] = place;
  const TcpOutcome outcome = segment(way, begin, bytes, async);
  if (outcome != TcpOutcome::ok)  // a segment that is refused points at nothing
    for (std::size_t i = 0; i < s.urgent_count; ++i)
      if (s.urgent[i] == place) s.urgent[i] = s.urgent[--s.urgent_count];
  return outcome;
}

// `bytes` are those in front of `next`.
void Reassembly::deliver(const Way& way, Bytes bytes) noexcept {
  if (way.stream.urgent_count == 0) [[likely]]
    deliver_run(way, bytes);
  else
    deliver_around_urgent(way, bytes);
}

void Reassembly::deliver_around_urgent(const Way& way, Bytes bytes) noexcept {
  StreamBuffer& s = way.stream;
  Seq at = s.next - static_cast<Seq>(bytes.size());
  while (way.flow.inspect) {
    std::size_t first = bytes.size();
    for (std::size_t i = 0; i < s.urgent_count;) {
      if (before(s.urgent[i], at)) {
        s.urgent[i] = s.urgent[--s.urgent_count];  // done with
        continue;
      }
      first = std::min(first, std::size_t{s.urgent[i] - at});
      ++i;
    }
    deliver_run(way, bytes.first(first));
    if (first == bytes.size()) return;
    ++s.urgent_bytes;
    bytes = bytes.subspan(first + 1);
    at += static_cast<Seq>(first) + 1;
  }
}

void Reassembly::deliver_run(const Way& way, Bytes bytes) noexcept {
  StreamBuffer& s = way.stream;
  if (bytes.empty()) return;
  if (s.rest.size() != 0) {
    if (s.rest.size() + bytes.size() > settings_.per_direction || !append_rest(s, pool_, bytes))
      lose(way, bytes.size());
    else
      offer_rest(way);
    return;
  }
  s.delivering = true;
  const std::size_t used = std::min(receiver_.on_stream(way.flow, way.direction, bytes), bytes.size());
  s.delivering = false;
  if (!way.flow.inspect) return;
  if (used < bytes.size() && !append_rest(s, pool_, bytes.subspan(used))) lose(way, bytes.size() - used);
  if (s.offer_again) offer_rest(way);
}

void Reassembly::offer_rest(const Way& way) noexcept {
  StreamBuffer& s = way.stream;
  do {
    s.offer_again = false;
    if (s.rest.size() == 0) return;
    s.delivering = true;
    const std::size_t used = receiver_.on_stream(way.flow, way.direction, s.rest.bytes());
    s.delivering = false;
    if (!way.flow.inspect) return;
    consume_rest(s, pool_, used);
  } while (s.offer_again);
}

// The bytes up to `until` will not come.
void Reassembly::skip(const Way& way, Seq until) noexcept {
  StreamBuffer& s = way.stream;
  if (!before(s.next, until)) return;
  const std::uint32_t missing = until - s.next;
  s.next = until;
  s.gap = true;
  if (s.holes) --s.holes;
  ++counters_.gaps;
  note(way, PacketEvent::stream_reassembly_seq_gap);
  drop_rest(s, pool_);
  s.delivering = true;
  receiver_.on_gap(way.flow, way.direction, missing);
  s.delivering = false;
}

// There is no memory for bytes that were not consumed.
void Reassembly::lose(const Way& way, std::size_t bytes) noexcept {
  StreamBuffer& s = way.stream;
  note(way, PacketEvent::stream_memcap_reached);
  ++counters_.memory_limit_hits;
  ++counters_.gaps;
  s.gap = true;
  drop_rest(s, pool_);
  s.delivering = true;
  receiver_.on_gap(way.flow, way.direction, bytes);
  s.delivering = false;
}

void Reassembly::acknowledge(const Way& way, Seq ack) noexcept {
  StreamBuffer& s = way.stream;
  if (!way.flow.inspect && (s.first || s.rest.data)) clear(s, pool_);
  if (in_line())
    while (s.first && s.first != s.waiting && at_or_before(s.first->end(), ack)) remove_piece(s, pool_, s.first);
  if (!s.started || !way.flow.inspect || s.ended) return;
  const Seq target = s.fin_known ? earlier(ack, s.fin) : ack;
  while (before(s.next, target) && way.flow.inspect) {
    if (s.waiting && at_or_before(s.waiting->begin, s.next))
      deliver_waiting(way, in_line() ? s.next + kForever : target);
    else
      skip(way, s.waiting ? earlier(target, s.waiting->begin) : target);
  }
  check_end(way, s.fin_known && before(s.fin, ack));
}

void Reassembly::fin(const Way& way, Seq behind_last_byte, bool async) noexcept {
  StreamBuffer& s = way.stream;
  if (!s.started || s.fin_known) return;
  s.fin = behind_last_byte;
  s.fin_known = true;
  check_end(way, in_line() || async);
}

void Reassembly::check_end(const Way& way, bool acknowledged) noexcept {
  StreamBuffer& s = way.stream;
  if (!s.fin_known || !acknowledged || s.ended || before(s.next, s.fin) || !way.flow.inspect) return;
  s.ended = true;
  receiver_.on_stream_end(way.flow, way.direction);
}

void Reassembly::end(const Way& way) noexcept {
  StreamBuffer& s = way.stream;
  if (way.flow.inspect && !s.ended && s.started) {
    deliver_waiting(way, s.next + kForever);
    while (s.waiting && way.flow.inspect) {
      skip(way, s.waiting->begin);
      deliver_waiting(way, s.next + kForever);
    }
    s.ended = true;
    if (way.flow.inspect) receiver_.on_stream_end(way.flow, way.direction);
  }
  clear(s, pool_);
}

void Reassembly::offer_again(const Way& way) noexcept {
  if (!way.flow.inspect) return;
  if (way.stream.delivering)
    way.stream.offer_again = true;
  else
    offer_rest(way);
}

void Reassembly::forget_waiting(StreamBuffer& s, Seq next) noexcept {
  while (s.waiting) remove_piece(s, pool_, s.waiting);
  s.holes = 0;
  s.next = next;
}

}  // namespace gatehouse::flow
