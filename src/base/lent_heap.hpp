// SPDX-License-Identifier: GPL-3.0-or-later
// malloc and free for C libraries, out of recycled memory: so that a library that allocates per session or per message
// does not touch the heap in the steady state either.
#pragma once

#include <cstddef>
#include <memory_resource>

namespace gatehouse {

// While it lives, what this thread's lent_malloc() takes comes from `memory`. Nests.
class LentHeap {
 public:
  explicit LentHeap(std::pmr::memory_resource& memory) noexcept;
  ~LentHeap();
  LentHeap(const LentHeap&) = delete;
  LentHeap& operator=(const LentHeap&) = delete;

 private:
  std::pmr::memory_resource* before_;
};

// Null where there is no memory. Outside of any LentHeap it comes from the heap.
void* lent_malloc(std::size_t size) noexcept;
void* lent_calloc(std::size_t count, std::size_t size) noexcept;
void* lent_realloc(void* old, std::size_t size) noexcept;
// Goes back to where it came from, which must still be there: on the thread that it was taken on, if that memory is not
// thread-safe.
void lent_free(void* memory) noexcept;

}  // namespace gatehouse
