// SPDX-License-Identifier: GPL-3.0-or-later
// The bytes of a file or of standard input, unpacked where they are compressed: gzip and zstd, known by their first
// bytes and never by the file's name. One pass from front to back in bounded memory.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::capture {

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  // Fills `out` as far as it can: fewer bytes than asked only at the end (or on an error, which error() then tells).
  virtual std::size_t read(std::span<char> out) noexcept = 0;
  virtual std::string_view error() const noexcept = 0;

  // "-" is standard input.
  static Result<std::unique_ptr<ByteStream>> open(const std::string& path);
};

// zstd frames may ask for a window of any size; more than this (the tool's own limit without --long) is refused.
inline constexpr int kMaxZstdWindowLog = 27;

}  // namespace gatehouse::capture
