// SPDX-License-Identifier: GPL-3.0-or-later
// What libhtp calls instead of malloc and its kin: ../CMakeLists.txt renames them in a copy of the static library, because
// libhtp itself lets nobody choose its allocator.
#include <cstddef>
#include <cstring>

#include "base/lent_heap.hpp"

extern "C" {

void* gatehouse_lent_malloc(std::size_t size) { return gatehouse::lent_malloc(size); }
void* gatehouse_lent_calloc(std::size_t count, std::size_t size) { return gatehouse::lent_calloc(count, size); }
void* gatehouse_lent_realloc(void* old, std::size_t size) { return gatehouse::lent_realloc(old, size); }
void gatehouse_lent_free(void* memory) { gatehouse::lent_free(memory); }
char* gatehouse_lent_strdup(const char* text) {
  const std::size_t size = std::strlen(text) + 1;
  auto* copy = static_cast<char*>(gatehouse::lent_malloc(size));
  return copy == nullptr ? nullptr : static_cast<char*>(std::memcpy(copy, text, size));
}

}
