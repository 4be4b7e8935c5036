// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/block_pool.hpp"

namespace gatehouse::flow {

std::uint8_t* BlockPool::grow(std::size_t size) noexcept {
  // Memory resources tell of exhaustion by throwing.
  try {
    auto* const block = static_cast<std::uint8_t*>(memory_.allocate(size, alignof(std::max_align_t)));
    in_use_ += size;
    return block;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void BlockPool::release(std::uint8_t* block, std::size_t size) noexcept {
  memory_.deallocate(block, size, alignof(std::max_align_t));
}

void BlockPool::release_all() noexcept {
  for (std::size_t c = 0; c < free_.size(); ++c)
    while (Free* const block = free_[c]) {
      free_[c] = block->next;
      memory_.deallocate(block, std::size_t{1} << (c + kSmallest), alignof(std::max_align_t));
    }
}

}  // namespace gatehouse::flow
