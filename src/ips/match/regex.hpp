// SPDX-License-Identifier: GPL-3.0-or-later
// A compiled regular expression (PCRE2), with bounds on the work of one search.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

struct pcre2_real_code_8;
struct pcre2_real_match_data_8;

namespace gatehouse::ips {

// A worker's working memory for searches.
class RegexSpace {
 public:
  RegexSpace();
  ~RegexSpace();
  RegexSpace(const RegexSpace&) = delete;
  RegexSpace& operator=(const RegexSpace&) = delete;

 private:
  friend class Regex;
  pcre2_real_match_data_8* match_ = nullptr;
  struct Limits;
  std::unique_ptr<Limits> limits_;
};

struct RegexMatch {
  std::size_t begin = 0, end = 0;
};

class Regex {
 public:
  static constexpr std::uint32_t kMatchLimit = 3500;  // the reference's own bounds (pcre.match-limit)
  static constexpr std::uint32_t kRecursionLimit = 1500;
  static constexpr std::size_t kMostGroups = 16;

  // `options`: PCRE2's compile options. The error is a sentence with PCRE2's words and the offset in the expression.
  static std::expected<Regex, std::string> compile(std::string_view expression, std::uint32_t options);
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;
  ~Regex();

  // The first match at or behind `from`. `groups`, if given, takes what the groups caught, kMostGroups at most.
  enum class Answer : std::uint8_t { no, yes, gave_up };  // gave_up: a bound was met before the answer was known
  Answer find(Bytes bytes, std::size_t from, RegexSpace& space, RegexMatch& match,
              Bytes* groups = nullptr) const noexcept;
  bool search(Bytes bytes, std::size_t from, RegexSpace& space, RegexMatch& match,
              Bytes* groups = nullptr) const noexcept {
    return find(bytes, from, space, match, groups) == Answer::yes;
  }
  // Compiles to machine code, which costs a hundred times the memory and pays off for expressions that are searched for
  // often. Not while others search. False: the expression or the processor has no such form.
  bool jit() noexcept;
  unsigned groups() const noexcept { return groups_; }
  std::size_t bytes() const noexcept;  // of memory

 private:
  Regex() = default;
  pcre2_real_code_8* code_ = nullptr;
  unsigned groups_ = 0;
  bool jit_ = false;
};

}  // namespace gatehouse::ips
