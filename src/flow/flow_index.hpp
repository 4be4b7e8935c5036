// SPDX-License-Identifier: GPL-3.0-or-later
// From a flow's hash to its slot: robin hood hashing in one array of eight-byte cells, eight to a cache line. A lookup
// reads one line of it as a rule, and touches a flow only when 32 bits of the hash agree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <utility>

namespace gatehouse::flow {

class FlowIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  // `cells` is a power of two, and more than will ever be inserted.
  explicit FlowIndex(std::size_t cells)
      : cells_{static_cast<Cell*>(std::calloc(cells, sizeof(Cell)))}, mask_{static_cast<std::uint32_t>(cells - 1)} {
    if (!cells_) throw std::bad_alloc{};
  }

  // The first slot of this hash that `matches` accepts.
  template <typename Matches>
  std::uint32_t find(std::uint64_t hash, Matches matches) const noexcept {
    const std::uint32_t tag = tag_of(hash);
    std::uint32_t at = tag & mask_;
    for (std::uint32_t distance = 0;; ++distance, at = (at + 1) & mask_) {
      const Cell cell = cells_[at];
      // Who stands nearer to its home than we would here was inserted before us: we are not here.
      if (cell.slot_plus_one == 0 || distance_of(cell, at) < distance) return kNone;
      if (cell.tag == tag && matches(cell.slot_plus_one - 1)) return cell.slot_plus_one - 1;
    }
  }

  void insert(std::uint64_t hash, std::uint32_t slot) noexcept {
    Cell cell{tag_of(hash), slot + 1};
    std::uint32_t at = cell.tag & mask_;
    for (std::uint32_t distance = 0;; ++distance, at = (at + 1) & mask_) {
      if (cells_[at].slot_plus_one == 0) break;
      const std::uint32_t theirs = distance_of(cells_[at], at);
      if (theirs < distance) {
        std::swap(cell, cells_[at]);
        distance = theirs;
      }
    }
    cells_[at] = cell;
  }

  void erase(std::uint64_t hash, std::uint32_t slot) noexcept {
    std::uint32_t at = tag_of(hash) & mask_;
    while (cells_[at].slot_plus_one != slot + 1) at = (at + 1) & mask_;
    // Those behind move one step towards home: no tombstones.
    for (std::uint32_t next = (at + 1) & mask_; cells_[next].slot_plus_one != 0 && distance_of(cells_[next], next) != 0;
         at = next, next = (next + 1) & mask_)
      cells_[at] = cells_[next];
    cells_[at] = {};
  }

 private:
  struct Cell {
    std::uint32_t tag = 0, slot_plus_one = 0;
  };
  struct Free {
    void operator()(Cell* p) const noexcept { std::free(p); }
  };

  static std::uint32_t tag_of(std::uint64_t hash) noexcept { return static_cast<std::uint32_t>(hash ^ (hash >> 32)); }
  std::uint32_t distance_of(Cell cell, std::uint32_t at) const noexcept { return (at - cell.tag) & mask_; }

  std::unique_ptr<Cell[], Free> cells_;  // zeroed by the kernel page by page: untouched cells cost no memory
  std::uint32_t mask_;
};

}  // namespace gatehouse::flow
