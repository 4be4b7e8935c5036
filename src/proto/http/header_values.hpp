// SPDX-License-Identifier: GPL-3.0-or-later
// The few header values whose inside matters here.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gatehouse::proto::http {

// RFC 9110, 14.4: "Content-Range: bytes 500-1000/146515".
struct ContentRange {
  std::uint64_t start = 0, end = 0;
  std::optional<std::uint64_t> size;  // "*": not known
};
std::optional<ContentRange> parse_content_range(std::string_view value) noexcept;

// RFC 6266, RFC 2045: a parameter of Content-Disposition or Content-Type, quotes taken off. Escapes stay as they are.
std::optional<std::string_view> parameter(std::string_view value, std::string_view name) noexcept;

// One of the comma-separated words of `value` is `word`, in any letter case.
bool has_word(std::string_view value, std::string_view word) noexcept;

}  // namespace gatehouse::proto::http
