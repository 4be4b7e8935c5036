// SPDX-License-Identifier: GPL-3.0-or-later
// Blocks of memory for stream bytes, by powers of two, recycled, and bounded in all.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/protocol.hpp"

namespace gatehouse::flow {

class BlockPool {
 public:
  static constexpr unsigned kSmallest = 7, kLargest = 24;  // 128 bytes to 16 MiB
  static constexpr std::size_t kKeep = 1u << 20;           // bytes that wait for reuse, at most

  BlockPool(std::size_t limit, Memory& memory) noexcept : limit_{limit}, memory_{memory} {}
  ~BlockPool() { trim(0); }
  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

  // The size of the block that holds `bytes`.
  static std::size_t block_size(std::size_t bytes) noexcept;
  // Null when the limit would be passed, or the memory behind it is exhausted. `size` is a block_size().
  std::uint8_t* take(std::size_t size) noexcept;
  void give(std::uint8_t* block, std::size_t size) noexcept;

  std::size_t in_use() const noexcept { return in_use_; }
  std::size_t limit() const noexcept { return limit_; }

 private:
  struct Free {
    Free* next;
  };
  static unsigned class_of(std::size_t size) noexcept;
  void trim(std::size_t keep) noexcept;

  std::size_t limit_, in_use_ = 0, kept_ = 0;
  Memory& memory_;
  std::array<Free*, kLargest - kSmallest + 1> free_{};
};

}  // namespace gatehouse::flow
