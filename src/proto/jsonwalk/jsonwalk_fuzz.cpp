// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdlib>

#include "proto/jsonwalk/jsonwalk.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse::proto::jsonwalk;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  Walk walk{text};
  std::size_t seen = 0;
  for (Value value; walk.next(value); ++seen)
    if (value.depth > kMaxDepth || seen > size) std::abort();
  return 0;
}
