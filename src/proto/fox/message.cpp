// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fox/message.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::proto::fox {
namespace {

constexpr std::size_t kLongestLine = 160;

bool is_number(std::string_view word) noexcept {
  if (word.starts_with('-')) word.remove_prefix(1);
  return !word.empty() && word.size() <= 10 && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}
bool is_name(std::string_view word) noexcept {
  constexpr std::size_t kLongest = 64;
  return !word.empty() && word.size() <= kLongest && std::ranges::all_of(word, [](char c) {
    const char lower = ascii_lower(c);
    return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

}  // namespace

Reading read_first_line(std::string_view text, FirstLine& line, std::size_t& size) noexcept {
  if (!text.starts_with(kMagic.substr(0, text.size()))) return Reading::no;
  const std::size_t end = text.substr(0, kLongestLine).find('\n');
  if (end == text.npos) return text.size() < kLongestLine ? Reading::need_more : Reading::no;
  size = end + 1;
  std::array<std::string_view, 5> words;
  std::string_view rest = text.substr(kMagic.size(), end - kMagic.size());
  for (std::string_view& word : words) {
    const std::size_t space = rest.find(' ');
    word = rest.substr(0, space);
    rest = space == rest.npos ? std::string_view{} : rest.substr(space + 1);
  }
  const bool fits = rest.empty() && words[0].size() == 1 && is_number(words[1]) && is_number(words[2]) &&
                    is_name(words[3]) && is_name(words[4]);
  if (!fits) return Reading::no;
  line = {words[0][0], words[1], words[2], words[3], words[4]};
  return Reading::yes;
}

bool Members::next(Member& member) noexcept {
  while (!rest_.empty()) {
    const std::size_t end = rest_.find('\n');
    const std::string_view line = rest_.substr(0, end);
    rest_ = end == rest_.npos ? std::string_view{} : rest_.substr(end + 1);
    const std::size_t equals = line.find('=');
    if (equals == line.npos || !is_name(line.substr(0, equals)) || line.size() < equals + 3 || line[equals + 2] != ':')
      continue;
    member = {line.substr(0, equals), line.substr(equals + 3), line[equals + 1]};
    return true;
  }
  return false;
}

}  // namespace gatehouse::proto::fox
