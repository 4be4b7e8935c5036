// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/fragment_store.hpp"

#include <algorithm>
#include <bit>
#include <random>

#include "base/hash.hpp"

namespace gatehouse::decode {
namespace {

std::uint64_t random_secret() {
  std::random_device device;
  return (std::uint64_t{device()} << 32 | device()) | 1;
}

}  // namespace

FragmentStore::FragmentStore(std::size_t memory, std::size_t trackers)
    : cells_(std::max<std::size_t>(memory / (sizeof(Cell) + sizeof(Piece)), 1)),
      pieces_(cells_.size()),
      trackers_(std::max<std::size_t>(trackers, 1)),
      buckets_(std::bit_ceil(std::max<std::size_t>(trackers, 1)), kNone),
      secret_(random_secret()) {}

std::uint32_t& FragmentStore::bucket_of(const FragmentKey& key) noexcept {
  std::uint64_t hash = mix64(load64(key.src.bytes.data()) ^ secret_, load64(key.src.bytes.data() + 8) ^ ~secret_);
  hash = mix64(hash ^ load64(key.dst.bytes.data()), load64(key.dst.bytes.data() + 8) ^ secret_);
  hash = mix64(hash ^ key.id, secret_);
  return buckets_[hash & (buckets_.size() - 1)];
}

Tracker* FragmentStore::find(const FragmentKey& key) noexcept {
  for (std::uint32_t i = bucket_of(key); i != kNone; i = trackers_[i].next)
    if (trackers_[i].key == key) return &trackers_[i];
  return nullptr;
}

Tracker* FragmentStore::make(const FragmentKey& key, Timestamp now) noexcept {
  const std::uint32_t index = trackers_.take();
  if (index == kNone) return nullptr;
  Tracker& tracker = trackers_[index];
  tracker = Tracker{};
  tracker.key = key;
  tracker.created = now;
  std::uint32_t& bucket = bucket_of(key);
  tracker.next = bucket;
  bucket = index;
  tracker.older = newest_;
  if (newest_ != kNone) trackers_[newest_].newer = index;
  newest_ = index;
  if (oldest_ == kNone) oldest_ = index;
  return &tracker;
}

void FragmentStore::release(Tracker& tracker) noexcept {
  const auto index = static_cast<std::uint32_t>(&tracker - &trackers_[0]);
  std::uint32_t* link = &bucket_of(tracker.key);
  while (*link != index) link = &trackers_[*link].next;
  *link = tracker.next;
  (tracker.older == kNone ? oldest_ : trackers_[tracker.older].newer) = tracker.newer;
  (tracker.newer == kNone ? newest_ : trackers_[tracker.newer].older) = tracker.older;

  for (std::uint32_t i = tracker.first_piece; i != kNone;) {
    const std::uint32_t next = pieces_[i].next;
    pieces_.give(i);
    i = next;
  }
  for (std::uint32_t i = tracker.cells; i != kNone;) {
    const std::uint32_t next = cells_[i].next;
    cells_.give(i);
    i = next;
  }
  if (tracker.header_cell != kNone) cells_.give(tracker.header_cell);
  trackers_.give(index);
}

Tracker* FragmentStore::oldest_but(const Tracker& spared) noexcept {
  Tracker* tracker = oldest();
  return tracker == &spared ? at(tracker->newer) : tracker;
}

bool FragmentStore::has_room(std::size_t bytes) const noexcept {
  constexpr std::size_t header_and_splits = 2;
  const std::size_t need = (bytes + kCellBytes - 1) / kCellBytes + header_and_splits;
  return cells_.available() >= need && pieces_.available() >= header_and_splits;
}

void FragmentStore::keep_header(Tracker& tracker, const Fragment& fragment) noexcept {
  if (tracker.header_cell == kNone) tracker.header_cell = cells_.take();
  std::copy(fragment.header.begin(), fragment.header.end(), cells_[tracker.header_cell].bytes.begin());
  tracker.header_length = static_cast<std::uint16_t>(fragment.header.size());
  tracker.next_header_at = static_cast<std::uint16_t>(fragment.next_header_at);
  tracker.next_header = fragment.protocol;
}

// Room was made before. The chain ends in the tracker's older cells, so that all can be given back in one walk.
std::uint32_t FragmentStore::store(Tracker& tracker, Bytes data) noexcept {
  const std::uint32_t older = tracker.cells;
  std::uint32_t first = kNone, last = kNone;
  while (!data.empty()) {
    const std::uint32_t index = cells_.take();
    const Bytes part = data.first(std::min<std::size_t>(data.size(), kCellBytes));
    std::copy(part.begin(), part.end(), cells_[index].bytes.begin());
    data = data.subspan(part.size());
    (first == kNone ? first : cells_[last].next) = index;
    last = index;
  }
  cells_[last].next = older;
  tracker.cells = first;
  return first;
}

// Calls use(position in the datagram, bytes) for each stretch of contiguous memory of [start, end), which lies in the
// piece.
template <typename Use>
void FragmentStore::each_run(const Piece& piece, std::uint32_t start, std::uint32_t end, Use&& use) noexcept {
  std::uint32_t skip = start - piece.base;
  std::uint32_t cell = piece.cell;
  for (; skip >= kCellBytes; skip -= kCellBytes) cell = cells_[cell].next;
  while (start < end) {
    const auto length = std::min<std::uint32_t>(end - start, kCellBytes - skip);
    use(start, Bytes{cells_[cell].bytes.data() + skip, length});
    start += length;
    skip = 0;
    cell = cells_[cell].next;
  }
}

// A fragment on its way in.
struct FragmentStore::Laying {
  Bytes data;
  std::uint32_t start = 0;
  std::uint32_t cell = kNone;    // its bytes, once some of them are needed
  std::uint32_t before = kNone;  // the piece behind which it goes
  std::uint32_t at = kNone;      // the one it meets
};

bool FragmentStore::insert(Tracker& tracker, Laying& laying, std::uint32_t start, std::uint32_t end) noexcept {
  if (start >= end) return true;
  if (tracker.pieces == kMaxPieces) return false;
  const std::uint32_t index = pieces_.take();
  if (index == kNone) return false;
  if (laying.cell == kNone) laying.cell = store(tracker, laying.data);
  std::uint32_t& link = laying.before == kNone ? tracker.first_piece : pieces_[laying.before].next;
  pieces_[index] = {link, start, end, laying.start, laying.cell};
  link = index;
  if (tracker.last_piece == laying.before) tracker.last_piece = index;
  ++tracker.pieces;
  laying.before = index;
  return true;
}

void FragmentStore::remove_piece(Tracker& tracker, std::uint32_t before, std::uint32_t index) noexcept {
  (before == kNone ? tracker.first_piece : pieces_[before].next) = pieces_[index].next;
  if (tracker.last_piece == index) tracker.last_piece = before;
  pieces_.give(index);
  --tracker.pieces;
}

// The piece that laying.at is gives up [start, end), and `laying` steps behind what is left of it in front.
bool FragmentStore::yield(Tracker& tracker, Laying& laying, std::uint32_t index, std::uint32_t start,
                          std::uint32_t end) noexcept {
  Piece& old = pieces_[index];
  const std::uint32_t next = old.next;
  if (old.start == start && old.end == end) {
    remove_piece(tracker, laying.before, index);
    laying.at = next;
    return true;
  }
  if (old.start == start) {  // keeps its tail, which lies behind the new fragment
    old.start = end;
    return true;
  }
  if (old.end > end) {  // keeps both ends
    if (tracker.pieces == kMaxPieces) return false;
    const std::uint32_t tail = pieces_.take();
    if (tail == kNone) return false;
    pieces_[tail] = {next, end, old.end, old.base, old.cell};
    old.next = tail;
    if (tracker.last_piece == index) tracker.last_piece = tail;
    ++tracker.pieces;
  }
  old.end = start;
  laying.before = index;
  laying.at = old.next;
  return true;
}

bool FragmentStore::lay(Tracker& tracker, OverlapPolicy policy, std::uint32_t offset, Bytes data,
                        bool& conflict) noexcept {
  const auto end = static_cast<std::uint32_t>(offset + data.size());
  Laying laying{.data = data, .start = offset, .at = tracker.first_piece};
  if (tracker.last_piece != kNone && pieces_[tracker.last_piece].end <= offset) {  // in order: the usual case
    laying.before = tracker.last_piece;
    laying.at = kNone;
  }
  while (laying.at != kNone && pieces_[laying.at].end <= offset) {
    laying.before = laying.at;
    laying.at = pieces_[laying.at].next;
  }

  const std::uint32_t covered_before = tracker.covered;
  std::uint32_t won = offset;  // from here on up to `seen` the bytes are the new fragment's, but not laid yet
  std::uint32_t seen = offset;
  while (laying.at != kNone && pieces_[laying.at].start < end) {
    const std::uint32_t index = laying.at;
    const Piece old = pieces_[index];
    const std::uint32_t from = std::max(old.start, offset), to = std::min(old.end, end);
    tracker.covered += from - seen;
    each_run(old, from, to, [&](std::uint32_t position, Bytes kept) noexcept {
      conflict |= !std::equal(kept.begin(), kept.end(), data.begin() + (position - offset));
    });
    if (newer_wins(policy, offset, end, old.start, old.end)) {
      if (!yield(tracker, laying, index, from, to)) return false;
    } else {
      if (!insert(tracker, laying, won, from)) return false;
      laying.before = index;
      laying.at = old.next;
      won = to;
    }
    seen = to;
  }
  tracker.covered += end - seen;
  const std::size_t grown = tracker.covered - covered_before;
  conflict |= grown > 0 && grown < data.size();
  return insert(tracker, laying, won, end);
}

void FragmentStore::copy_out(const Tracker& tracker, std::uint8_t* out) noexcept {
  std::copy_n(cells_[tracker.header_cell].bytes.begin(), tracker.header_length, out);
  out += tracker.header_length;
  for (std::uint32_t i = tracker.first_piece; i != kNone; i = pieces_[i].next)
    each_run(pieces_[i], pieces_[i].start, pieces_[i].end, [&](std::uint32_t position, Bytes bytes) noexcept {
      std::copy(bytes.begin(), bytes.end(), out + position);
    });
}

}  // namespace gatehouse::decode
