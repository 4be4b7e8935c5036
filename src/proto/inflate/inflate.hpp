// SPDX-License-Identifier: GPL-3.0-or-later
// Deflate, piece by piece, in the session's memory.
#pragma once

#include <array>
#include <zlib.h>

#include "model/protocol.hpp"

namespace gatehouse::proto::inflate {

inline constexpr std::uint64_t kBombBytes = 1024 * 1024;  // of output, from where the ratio counts
inline constexpr std::uint64_t kBombRatio = 2048;

enum class Format : std::uint8_t {
  wrapped,  // zlib or gzip, whichever it is; bare where it is neither, as some servers send "deflate"
  bare,     // RFC 1951 alone
};

enum class Outcome : std::uint8_t { ok, broken, bomb };

class Inflater {
 public:
  Inflater(Memory& memory, Format format) noexcept;
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Calls give(Bytes) for each piece of output.
  template <typename Give>
  Outcome decode(Bytes input, Give&& give) {
    const bool was_over = over_;
    Bytes rest = input;
    std::array<std::uint8_t, 8192> out;
    while (!over_) {
      const Bytes piece = next(rest, out);
      if (piece.empty()) break;
      give(piece);
    }
    // What was never compressed is what it is.
    if (outcome_ == Outcome::broken && total_out_ == 0 && !input.empty()) {
      if (!was_over && first_size_ > 0) give(Bytes{first_}.first(first_size_));
      give(input);
    }
    if (!over_) remember(input);
    return outcome_;
  }

 private:
  bool start(int window_bits) noexcept;
  Bytes next(Bytes& input, std::span<std::uint8_t> out) noexcept;
  bool continue_after_end(Bytes& input) noexcept;
  bool try_bare() noexcept;
  void remember(Bytes input) noexcept;
  void fail(Outcome outcome) noexcept { over_ = true, outcome_ = outcome; }

  Memory& memory_;
  z_stream stream_{};
  bool bare_, started_ = false, over_ = false, may_be_bare_ = false;
  Outcome outcome_ = Outcome::ok;
  std::uint64_t total_in_ = 0, total_out_ = 0;
  // The first bytes, as long as nothing came out: whether they are deflate at all shows within the first two.
  std::array<std::uint8_t, 64> first_{};
  std::size_t first_size_ = 0;
};

}  // namespace gatehouse::proto::inflate
