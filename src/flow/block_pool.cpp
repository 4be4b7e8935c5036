// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/block_pool.hpp"

#include <algorithm>
#include <bit>
#include <new>

namespace gatehouse::flow {

std::size_t BlockPool::block_size(std::size_t bytes) noexcept {
  return std::bit_ceil(std::max(bytes, std::size_t{1} << kSmallest));
}

unsigned BlockPool::class_of(std::size_t size) noexcept {
  return static_cast<unsigned>(std::countr_zero(size)) - kSmallest;
}

std::uint8_t* BlockPool::take(std::size_t size) noexcept {
  if (size > std::size_t{1} << kLargest || in_use_ + size > limit_) return nullptr;
  Free*& head = free_[class_of(size)];
  void* block = head;
  if (head) {
    head = head->next;
    kept_ -= size;
  } else {
    // Only a pool that grows gets here; memory resources tell of exhaustion by throwing.
    try {
      block = memory_.allocate(size, alignof(std::max_align_t));
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  in_use_ += size;
  return static_cast<std::uint8_t*>(block);
}

void BlockPool::give(std::uint8_t* block, std::size_t size) noexcept {
  in_use_ -= size;
  if (kept_ + size > kKeep) {
    memory_.deallocate(block, size, alignof(std::max_align_t));
    return;
  }
  Free*& head = free_[class_of(size)];
  head = new (block) Free{head};
  kept_ += size;
}

void BlockPool::trim(std::size_t keep) noexcept {
  for (std::size_t c = free_.size(); c-- > 0 && kept_ > keep;) {
    const std::size_t size = std::size_t{1} << (c + kSmallest);
    while (free_[c] && kept_ > keep) {
      Free* const block = free_[c];
      free_[c] = block->next;
      memory_.deallocate(block, size, alignof(std::max_align_t));
      kept_ -= size;
    }
  }
}

}  // namespace gatehouse::flow
