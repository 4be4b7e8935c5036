// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte names a transform, the second another, the rest is the buffer.
#include <array>
#include <cstdlib>

#include "ips/match/transform.hpp"

namespace {

using namespace gatehouse::ips;

std::vector<Transform> all() {
  std::vector<Transform> made;
  for (const std::string_view name : transform_names())
    for (const std::string_view options :
         {"", "\"0d0ac8ff\"", "\"a(.*?)b\"", "offset 2, mode rfc2045", "max-size 4096"})
      if (auto transform = make_transform(name, options)) made.push_back(std::move(*transform));
  return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::vector<Transform> transforms = all();
  static TransformSpace space;
  if (size < 2) return 0;
  const std::array chain{transforms[data[0] % transforms.size()], transforms[data[1] % transforms.size()]};
  bool missing = false;
  const auto out = apply(chain, {data + 2, size - 2}, space, missing);
  if (out.size() > TransformSpace::kLargest) std::abort();
  return 0;
}
