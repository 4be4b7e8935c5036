// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/search.hpp"

#include <array>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace gatehouse::ips {
namespace {

constexpr auto kLower = [] {
  std::array<std::uint8_t, 256> table{};
  for (unsigned b = 0; b < 256; ++b) table[b] = static_cast<std::uint8_t>(b >= 'A' && b <= 'Z' ? b + 32 : b);
  return table;
}();

bool is_letter(std::uint8_t b) noexcept {
  return b >= 'a' && b <= 'z';
}

bool equal_nocase(const std::uint8_t* bytes, Bytes lower) noexcept {
  for (std::size_t i = 0; i < lower.size(); ++i)
    if (kLower[bytes[i]] != lower[i]) return false;
  return true;
}

// How unlikely a byte is in traffic, roughly: letters and digits are everywhere, and zeros in binary protocols.
int rarity(std::uint8_t b) noexcept {
  if (b == 0 || b == ' ' || b == 'e' || b == 't' || b == 'a' || b == 'o' || b == 'i' || b == 'n') return 0;
  if (is_letter(b)) return b == 'q' || b == 'x' || b == 'z' || b == 'j' ? 3 : 1;
  if (b >= '0' && b <= '9') return 1;
  return b < 0x80 ? 2 : 3;
}

// Places where both the pattern's first byte and a rare one of it stand, in either case, sixteen at a time.
class NocaseSearch {
 public:
  explicit NocaseSearch(Bytes lower) noexcept : lower_(lower) {
    for (std::size_t i = 1; i < lower.size(); ++i)
      if (rarity(lower[i]) > rarity(lower[rare_])) rare_ = i;
    if (rare_ == 0) rare_ = lower.size() - 1;
  }

  // First place in [at, last] where the pattern stands.
  std::size_t find(const std::uint8_t* bytes, std::size_t at, std::size_t last) const noexcept {
#if defined(__SSE2__)
    const auto first = both_cases(lower_[0]), rare = both_cases(lower_[rare_]);
    for (; at + 15 <= last; at += 16) {
      auto candidates = hits(bytes + at, first) & hits(bytes + at + rare_, rare);
      for (; candidates != 0; candidates &= candidates - 1) {
        const auto place = at + static_cast<std::size_t>(__builtin_ctz(candidates));
        if (equal_nocase(bytes + place, lower_)) return place;
      }
    }
#endif
    for (; at <= last; ++at)
      if (kLower[bytes[at + rare_]] == lower_[rare_] && equal_nocase(bytes + at, lower_)) return at;
    return kNotFound;
  }

 private:
#if defined(__SSE2__)
  struct Cases {
    __m128i fold, value;  // a byte with `fold` set is `value`
  };
  static Cases both_cases(std::uint8_t lower) noexcept {
    return {_mm_set1_epi8(is_letter(lower) ? 0x20 : 0), _mm_set1_epi8(static_cast<char>(lower))};
  }
  static unsigned hits(const std::uint8_t* bytes, const Cases& cases) noexcept {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes));
    return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_or_si128(block, cases.fold), cases.value)));
  }
#endif
  Bytes lower_;
  std::size_t rare_ = 0;
};

}  // namespace

std::size_t find_literal(Bytes bytes, std::size_t from, std::size_t to, Bytes pattern, bool nocase) noexcept {
  if (to > bytes.size()) to = bytes.size();
  if (pattern.empty() || from > to || to - from < pattern.size()) return kNotFound;
  if (!nocase) {
    const void* found = memmem(bytes.data() + from, to - from, pattern.data(), pattern.size());
    return found == nullptr ? kNotFound
                            : static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
  }
  return NocaseSearch{pattern}.find(bytes.data(), from, to - pattern.size());
}

bool stands_at(Bytes bytes, std::size_t at, Bytes pattern, bool nocase) noexcept {
  if (at > bytes.size() || bytes.size() - at < pattern.size()) return false;
  if (nocase) return equal_nocase(bytes.data() + at, pattern);
  return pattern.empty() || std::memcmp(bytes.data() + at, pattern.data(), pattern.size()) == 0;
}

}  // namespace gatehouse::ips
