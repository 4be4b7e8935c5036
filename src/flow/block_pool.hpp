// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of memory for stream bytes, by powers of two, recycled, and bounded in all.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <new>

#include "model/protocol.hpp"

namespace gatehouse::flow {

class BlockPool {
 public:
  static constexpr unsigned kSmallest = 7, kLargest = 24;  // 128 bytes to 16 MiB
  static constexpr std::size_t kKeep = 1u << 20;           // bytes that wait for reuse, at most

  BlockPool(std::size_t limit, Memory& memory) noexcept : limit_{limit}, memory_{memory} {}
  ~BlockPool() { release_all(); }
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  // The size of the block that holds `bytes`.
  static std::size_t block_size(std::size_t bytes) noexcept {
    return std::bit_ceil(bytes | std::size_t{1} << (kSmallest - 1) | 1);
  }
  // Null when the limit would be passed, or the memory behind it is exhausted. `size` is a block_size().
  std::uint8_t* take(std::size_t size) noexcept {
    if (size > std::size_t{1} << kLargest || in_use_ + size > limit_) return nullptr;
    Free*& head = free_[class_of(size)];
    if (!head) return grow(size);
    void* const block = head;
    head = head->next;
    kept_ -= size;
    in_use_ += size;
    return static_cast<std::uint8_t*>(block);
  }
  void give(std::uint8_t* block, std::size_t size) noexcept {
    in_use_ -= size;
    if (kept_ + size > kKeep) return release(block, size);
    Free*& head = free_[class_of(size)];
    head = new (block) Free{head};
    kept_ += size;
  }

  std::size_t in_use() const noexcept { return in_use_; }
  std::size_t limit() const noexcept { return limit_; }

 private:
  struct Free {
    Free* next;
  };
  static unsigned class_of(std::size_t size) noexcept {
    return static_cast<unsigned>(std::countr_zero(size)) - kSmallest;
  }
  std::uint8_t* grow(std::size_t size) noexcept;
  void release(std::uint8_t* block, std::size_t size) noexcept;
  void release_all() noexcept;

  std::size_t limit_, in_use_ = 0, kept_ = 0;
  Memory& memory_;
  std::array<Free*, kLargest - kSmallest + 1> free_{};
};

}  // namespace gatehouse::flow
