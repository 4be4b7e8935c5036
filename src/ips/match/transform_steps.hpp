// SPDX-License-Identifier: GPL-3.0-or-later
// The single transforms: within the match room only.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ips/match/base64.hpp"
#include "ips/match/regex.hpp"
#include "ips/match/transform.hpp"

namespace gatehouse::ips {

struct TransformOptions {
  // Writes what `in` becomes to `out`, which is empty; false: nothing changes. Never more than
  // TransformSpace::kLargest.
  using Run = bool (*)(const TransformOptions& options, Bytes in, std::vector<std::uint8_t>& out,
                       TransformSpace& space);
  Run run = nullptr;
  bool (*can_hold)(Bytes pattern) noexcept = nullptr;  // null: anything
  std::vector<std::uint8_t> key;
  std::optional<Regex> expression;
  Base64Mode mode = Base64Mode::rfc4648;
  std::size_t offset = 0, bytes = 0;
  std::size_t largest = 1024;  // of what is decompressed
};

namespace transforms {

using Out = std::vector<std::uint8_t>;
bool compress_whitespace(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool strip_whitespace(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool dotprefix(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool to_lowercase(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool to_uppercase(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool header_lowercase(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool strip_pseudo_headers(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool url_decode(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool exclusive_or(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool from_base64(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool pcrexform(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool domain(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool tld(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool gunzip(const TransformOptions&, Bytes in, Out& out, TransformSpace& space);
bool zlib_deflate(const TransformOptions&, Bytes in, Out& out, TransformSpace& space);
bool to_md5(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool to_sha1(const TransformOptions&, Bytes in, Out& out, TransformSpace&);
bool to_sha256(const TransformOptions&, Bytes in, Out& out, TransformSpace&);

bool is_space(std::uint8_t b) noexcept;
bool without_space(Bytes pattern) noexcept;
bool without_double_space(Bytes pattern) noexcept;
bool without_upper(Bytes pattern) noexcept;
bool without_lower(Bytes pattern) noexcept;

}  // namespace transforms
}  // namespace gatehouse::ips
