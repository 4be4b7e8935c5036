// SPDX-License-Identifier: GPL-3.0-or-later
// Brotli (RFC 7932) as a content encoding: libhtp does not decode it.
#pragma once

#include <array>
#include <brotli/decode.h>

#include "model/protocol.hpp"

namespace gatehouse::proto::http {

class BrotliBody {
 public:
  explicit BrotliBody(Memory& memory) noexcept;
  ~BrotliBody();
  BrotliBody(const BrotliBody&) = delete;
  BrotliBody& operator=(const BrotliBody&) = delete;

  enum class Outcome : std::uint8_t { ok, broken, bomb };

  // Calls give(Bytes) for each decoded piece. What is broken from the start, or wants too much memory, is given as it
  // came.
  template <typename Give>
  Outcome decode(Bytes input, Give&& give) {
    const bool was_over = over_;
    Bytes rest = input;
    while (!over_) {
      const Bytes piece = next(rest);
      if (piece.empty()) break;
      give(piece);
    }
    if (!over_) remember(input);
    if (outcome_ != Outcome::broken || input.empty()) return outcome_;
    if (!was_over && first_size_ > 0) give(Bytes{first_}.first(first_size_));
    if (was_over || out_ == 0) give(input);
    return outcome_;
  }

 private:
  static void* allocate(void* self, std::size_t size);
  static void release(void* self, void* address);
  Bytes next(Bytes& input) noexcept;
  void remember(Bytes input) noexcept;

  Memory& memory_;
  BrotliDecoderState* decoder_ = nullptr;
  std::size_t held_ = 0;
  std::uint64_t in_ = 0, out_ = 0;
  // The first bytes, as long as nothing was decoded: most of what is not Brotli shows so within a few.
  std::array<std::uint8_t, 32> first_{};
  std::size_t first_size_ = 0;
  bool over_ = false;
  Outcome outcome_ = Outcome::ok;
};

}  // namespace gatehouse::proto::http
