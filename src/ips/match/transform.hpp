// SPDX-License-Identifier: GPL-3.0-or-later
// Transforms of buffers: to_lowercase, url_decode, to_md5, …, one after the other, as the rule names them.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace gatehouse::ips {

// A worker's memory for what transforms make, used again and again.
class TransformSpace {
 public:
  static constexpr std::size_t kLargest = 1u << 20;  // what would grow past it is cut
  std::vector<std::uint8_t> front, back;
  std::vector<std::uint8_t> work;  // of decompression
};

struct TransformOptions;  // what a transform needs beside its name: a key, an expression

struct Transform {
  std::string name;     // "xor"
  std::string options;  // as written: "0d0ac8ff"
  std::shared_ptr<const TransformOptions> compiled;
  bool operator==(const Transform& o) const { return name == o.name && options == o.options; }
};

// Reads a transform's options. The error is a sentence.
std::expected<Transform, std::string> make_transform(std::string_view name, std::string_view options);
std::span<const std::string_view> transform_names() noexcept;
// Whether what the transform makes can hold these bytes: to_lowercase leaves no 'A'.
bool can_hold(const Transform& transform, Bytes pattern) noexcept;

// The bytes after all transforms: a view into `space`, or of `in` itself where nothing changed. `missing`: a transform
// says that there is no buffer then (pcrexform without a match).
Bytes apply(std::span<const Transform> transforms, Bytes in, TransformSpace& space, bool& missing) noexcept;

}  // namespace gatehouse::ips
