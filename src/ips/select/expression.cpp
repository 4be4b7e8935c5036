// SPDX-License-Identifier: GPL-3.0-or-later
#define PCRE2_CODE_UNIT_WIDTH 8
#include "ips/select/expression.hpp"

#include <algorithm>
#include <array>
#include <pcre2.h>
#include <utility>

namespace gatehouse::ips::select {
namespace {

struct FreeMatch {
  void operator()(pcre2_match_data* data) const noexcept { pcre2_match_data_free(data); }
};
using MatchData = std::unique_ptr<pcre2_match_data, FreeMatch>;

PCRE2_SPTR units(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "2}" of "${2}": the number and how many characters it takes with what ends it; 0 characters: there is none.
struct GroupNumber {
  unsigned number = 0;
  std::size_t length = 0;
};
GroupNumber group_number(std::string_view text, char end) {
  std::size_t digits = 0;
  GroupNumber found;
  for (; digits < text.size() && digits < 2 && is_digit(text[digits]); ++digits)
    found.number = found.number * 10 + static_cast<unsigned>(text[digits] - '0');
  if (digits == 0) return {};
  if (end == 0) return {found.number, digits};
  if (digits == text.size() || text[digits] != end) return {};
  return {found.number, digits + 1};
}

}  // namespace

std::expected<Replacement, Mistake> Replacement::parse(std::string_view text) {
  Replacement made;
  std::string literal;
  const auto add_group = [&](unsigned number) {
    if (!literal.empty()) made.pieces_.emplace_back(std::exchange(literal, {}));
    made.pieces_.emplace_back(number);
    made.highest_ = std::max(made.highest_, number);
  };
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    const bool named = rest.starts_with("\\g<"), dollar = rest.starts_with("${");
    const std::size_t skip = named ? 3 : dollar ? 2 : 1;
    if (named || dollar || (rest.size() > 1 && rest[0] == '\\' && is_digit(rest[1]))) {
      const GroupNumber group = group_number(rest.substr(skip), named ? '>' : dollar ? '}' : '\0');
      if (group.length == 0)
        return std::unexpected(Mistake{i, "a group of the expression is named by its number, such as \\1 or ${1}"});
      add_group(group.number);
      i += skip + group.length;
    } else if (rest.starts_with("\\\\")) {
      literal += '\\';
      i += 2;
    } else {
      literal += rest[0];  // a lone backslash too: replacements are rules' text, and rules have escapes of their own
      ++i;
    }
  }
  if (!literal.empty()) made.pieces_.emplace_back(std::move(literal));
  return made;
}

void Expression::Free::operator()(pcre2_real_code_8* code) const noexcept {
  pcre2_code_free(code);
}

std::expected<Expression, Mistake> Expression::compile(std::string_view text, LetterCase letter_case) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const std::uint32_t options = letter_case == LetterCase::ignored ? PCRE2_CASELESS : 0;
  Expression made;
  made.code_.reset(pcre2_compile(units(text), text.size(), options, &error, &offset, nullptr));
  if (!made.code_) {
    std::array<PCRE2_UCHAR, 128> words{};
    pcre2_get_error_message(error, words.data(), words.size());
    return std::unexpected(
        Mistake{offset, std::string("the expression cannot be read: ") + reinterpret_cast<const char*>(words.data())});
  }
  pcre2_jit_compile(made.code_.get(), PCRE2_JIT_COMPLETE);  // where it cannot, matching is slower and no different
  std::uint32_t groups = 0;
  pcre2_pattern_info(made.code_.get(), PCRE2_INFO_CAPTURECOUNT, &groups);
  made.groups_ = groups;
  return made;
}

bool Expression::found_in(std::string_view text) const {
  const MatchData data{pcre2_match_data_create(1, nullptr)};
  // 0: found, with more groups than were asked for.
  return data && pcre2_match(code_.get(), units(text), text.size(), 0, 0, data.get(), nullptr) >= 0;
}

std::string Expression::replaced(std::string_view text, const Replacement& by) const {
  const MatchData data{pcre2_match_data_create_from_pattern(code_.get(), nullptr)};
  if (!data) return std::string(text);
  std::string out;
  std::size_t copied = 0, from = 0;
  while (from <= text.size()) {
    const int found = pcre2_match(code_.get(), units(text), text.size(), from, 0, data.get(), nullptr);
    if (found < 0) break;
    const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
    if (ends[0] < copied || ends[1] < ends[0]) break;  // \K in a lookahead: there is no text to replace
    out += text.substr(copied, ends[0] - copied);
    for (const auto& piece : by.pieces()) {
      if (const auto* literal = std::get_if<std::string>(&piece)) {
        out += *literal;
      } else if (const std::size_t group = std::get<unsigned>(piece);
                 group < static_cast<std::size_t>(found) && ends[2 * group] != PCRE2_UNSET) {
        out += text.substr(ends[2 * group], ends[2 * group + 1] - ends[2 * group]);
      }
    }
    copied = ends[1];
    from = ends[1] > ends[0] ? ends[1] : ends[1] + 1;
  }
  return out += text.substr(copied);
}

}  // namespace gatehouse::ips::select
