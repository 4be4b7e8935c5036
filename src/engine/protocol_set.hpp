// SPDX-License-Identifier: GPL-3.0-or-later
// A set of protocols by their index among the enabled ones, small enough to be copied and walked on the packet path.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace gatehouse::engine {

inline constexpr std::size_t kMostProtocols = 192;

class ProtocolSet {
 public:
  void add(std::size_t i) noexcept { words_[i >> 6] |= 1ull << (i & 63); }
  bool empty() const noexcept {
    std::uint64_t any = 0;
    for (const std::uint64_t word : words_) any |= word;
    return any == 0;
  }
  // Takes out the lowest member and returns it; only where !empty().
  std::size_t take_first() noexcept {
    std::size_t word = 0;
    while (words_[word] == 0) ++word;
    const auto bit = static_cast<std::size_t>(std::countr_zero(words_[word]));
    words_[word] &= words_[word] - 1;
    return word << 6 | bit;
  }

 private:
  std::array<std::uint64_t, kMostProtocols / 64> words_{};
};

}  // namespace gatehouse::engine
