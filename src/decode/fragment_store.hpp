// SPDX-License-Identifier: GPL-3.0-or-later
// The memory of waiting fragments: datagrams found by key and by age, and for each the pieces of which it will be made.
// A piece is a range of the datagram with the bytes that won it; pieces never overlap and are kept in order.
#pragma once

#include <array>
#include <vector>

#include "base/ip.hpp"
#include "decode/defrag.hpp"
#include "decode/pool.hpp"

namespace gatehouse::decode {

struct FragmentKey {
  IpAddress src, dst;
  std::array<std::uint16_t, 3> vlan{};
  std::uint32_t id = 0;
  std::uint8_t protocol = 0, vlan_layers = 0, tunnel_depth = 0;

  bool operator==(const FragmentKey&) const = default;
};

struct Tracker {
  FragmentKey key;
  Timestamp created;
  std::uint32_t next = kNone;                  // in the bucket, or free
  std::uint32_t older = kNone, newer = kNone;  // by age
  std::uint32_t first_piece = kNone, last_piece = kNone, cells = kNone;
  std::uint32_t pieces = 0;
  std::uint32_t end = 0;      // of the datagram, or as far as it is seen
  std::uint32_t covered = 0;  // bytes that some piece has
  std::uint32_t header_cell = kNone;
  std::uint16_t header_length = 0, next_header_at = 0;
  std::uint8_t next_header = 0;
  bool end_known = false;
  bool verify = true;

  bool has_header() const noexcept { return header_length > 0; }
  bool complete() const noexcept { return end_known && has_header() && covered == end; }
};

class FragmentStore {
 public:
  FragmentStore(std::size_t memory, std::size_t trackers);

  Tracker* find(const FragmentKey& key) noexcept;
  Tracker* make(const FragmentKey& key, Timestamp now) noexcept;  // null: full()
  void release(Tracker& tracker) noexcept;
  bool full() const noexcept { return trackers_.available() == 0; }
  Tracker* oldest() noexcept { return at(oldest_); }
  Tracker* oldest_but(const Tracker& spared) noexcept;

  bool has_room(std::size_t bytes) const noexcept;
  void keep_header(Tracker& tracker, const Fragment& fragment) noexcept;
  // Lays a fragment's bytes among the pieces, each overlap settled by the policy. `conflict`: two copies of a byte did
  // not agree, or an overlap was more than a copy of what is there. False: too many pieces.
  bool lay(Tracker& tracker, OverlapPolicy policy, std::uint32_t offset, Bytes data, bool& conflict) noexcept;
  // Header and pieces of a complete datagram.
  void copy_out(const Tracker& tracker, std::uint8_t* out) noexcept;

 private:
  static constexpr std::uint32_t kCellBytes = 508;
  struct Cell {
    std::uint32_t next;
    std::array<std::uint8_t, kCellBytes> bytes;
  };
  struct Piece {
    std::uint32_t next;
    std::uint32_t start, end;  // in the datagram
    std::uint32_t base;        // where in the datagram the first byte of `cell` belongs
    std::uint32_t cell;
  };
  static_assert(kMaxUnfragmentable <= kCellBytes);
  struct Laying;

  Tracker* at(std::uint32_t index) noexcept { return index == kNone ? nullptr : &trackers_[index]; }
  std::uint32_t& bucket_of(const FragmentKey& key) noexcept;
  std::uint32_t store(Tracker& tracker, Bytes data) noexcept;
  template <typename Use>
  void each_run(const Piece& piece, std::uint32_t start, std::uint32_t end, Use&& use) noexcept;
  bool insert(Tracker& tracker, Laying& laying, std::uint32_t start, std::uint32_t end) noexcept;
  bool yield(Tracker& tracker, Laying& laying, std::uint32_t index, std::uint32_t start, std::uint32_t end) noexcept;
  void remove_piece(Tracker& tracker, std::uint32_t before, std::uint32_t index) noexcept;

  Pool<Cell> cells_;
  Pool<Piece> pieces_;
  Pool<Tracker> trackers_;
  std::vector<std::uint32_t> buckets_;
  std::uint32_t oldest_ = kNone, newest_ = kNone;
  std::uint64_t secret_;
};

}  // namespace gatehouse::decode
