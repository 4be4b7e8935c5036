// SPDX-License-Identifier: GPL-3.0-or-later
// Lines and words of the files that select rules, each with its place.
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "ips/select/expression.hpp"

namespace gatehouse::ips::select {

inline constexpr std::size_t kLargestList = 64u << 20;

struct ListLine {
  std::uint32_t number = 0;  // from 1
  std::uint32_t column = 1;  // of its first character
  std::string_view text;     // without white space at its ends; not empty, and no comment
};
std::vector<ListLine> lines_of(std::string_view text);

// What stands before a comment behind a space.
std::string_view without_comment(std::string_view line);

struct ListWord {
  std::string text;        // quotes and escapes resolved
  std::size_t offset = 0;  // of what it was read from, in the line; behind its quote
};
// Words as a shell has them: parted by spaces; in double quotes a backslash escapes '"' and itself, in single quotes
// nothing. A '#' that begins a word begins a comment.
std::expected<std::vector<ListWord>, Mistake> words_of(std::string_view line);

Result<std::string> read_list(const std::filesystem::path& path);

}  // namespace gatehouse::ips::select
