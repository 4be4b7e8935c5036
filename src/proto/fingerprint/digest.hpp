// SPDX-License-Identifier: GPL-3.0-or-later
// MD5, SHA-1 and SHA-256 for fingerprints. MD5 and SHA-1 are no protection here: they are what the published
// fingerprints are made of.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/bytes.hpp"

namespace gatehouse::proto {

enum class DigestKind : std::uint8_t { md5, sha1, sha256 };

inline constexpr std::size_t kLongestDigest = 32;

struct Digest {
  std::array<std::uint8_t, kLongestDigest> bytes{};
  std::size_t size = 0;  // 0: the library refuses this algorithm

  Bytes view() const noexcept { return {bytes.data(), size}; }
};

Digest digest(DigestKind kind, Bytes data) noexcept;

// The first `characters` characters of the digest in lower-case hex, into `out`; false where there is no digest.
bool hex_digest(DigestKind kind, Bytes data, std::span<char> out) noexcept;

}  // namespace gatehouse::proto
