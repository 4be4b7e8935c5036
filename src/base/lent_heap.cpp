// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/lent_heap.hpp"

#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <utility>

namespace gatehouse {
namespace {

thread_local std::pmr::memory_resource* lender = nullptr;

// Stands before each block; as long as the strictest alignment, so that the block behind it is aligned too.
struct alignas(std::max_align_t) Header {
  std::pmr::memory_resource* from;
  std::size_t size;  // with the header
};

Header* header_of(void* memory) noexcept {
  return static_cast<Header*>(memory) - 1;
}

}  // namespace

LentHeap::LentHeap(std::pmr::memory_resource& memory) noexcept : before_(std::exchange(lender, &memory)) {}
LentHeap::~LentHeap() {
  lender = before_;
}

void* lent_malloc(std::size_t size) noexcept {
  if (size > std::numeric_limits<std::size_t>::max() - 2 * sizeof(Header)) return nullptr;
  std::pmr::memory_resource* from = lender != nullptr ? lender : std::pmr::new_delete_resource();
  // A multiple of the alignment: libstdc++'s pools align a block by its size only.
  const std::size_t whole = (size + 2 * sizeof(Header) - 1) / sizeof(Header) * sizeof(Header);
  try {
    auto* header = new (from->allocate(whole, alignof(Header))) Header{from, whole};
    return header + 1;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

void* lent_calloc(std::size_t count, std::size_t size) noexcept {
  if (size != 0 && count > std::numeric_limits<std::size_t>::max() / size) return nullptr;
  void* memory = lent_malloc(count * size);
  if (memory != nullptr) std::memset(memory, 0, count * size);
  return memory;
}

void* lent_realloc(void* old, std::size_t size) noexcept {
  if (old == nullptr) return lent_malloc(size);
  if (size == 0) {
    lent_free(old);
    return nullptr;
  }
  const std::size_t had = header_of(old)->size - sizeof(Header);
  if (size <= had && size > had / 2) return old;
  void* fresh = lent_malloc(size);
  if (fresh == nullptr) return nullptr;
  std::memcpy(fresh, old, size < had ? size : had);
  lent_free(old);
  return fresh;
}

void lent_free(void* memory) noexcept {
  if (memory == nullptr) return;
  Header* header = header_of(memory);
  header->from->deallocate(header, header->size, alignof(Header));
}

}  // namespace gatehouse
