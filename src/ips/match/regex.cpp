// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/regex.hpp"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <pcre2.h>
#include <utility>

namespace gatehouse::ips {
namespace {

// The interpreter counts every step back where machine code counts few: the same expressions must come through.
constexpr std::uint32_t kInterpreted = 10;
constexpr std::uint32_t kHeapKilobytes = 4096;
constexpr std::uint32_t kOvectorPairs = Regex::kMostGroups + 1;

}  // namespace

struct RegexSpace::Limits {
  pcre2_match_context* compiled = pcre2_match_context_create(nullptr);
  pcre2_match_context* interpreted = pcre2_match_context_create(nullptr);

  Limits() {
    if (compiled == nullptr || interpreted == nullptr) return;
    set(compiled, 1);
    set(interpreted, kInterpreted);
  }
  ~Limits() {
    pcre2_match_context_free(compiled);
    pcre2_match_context_free(interpreted);
  }
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

 private:
  static void set(pcre2_match_context* context, std::uint32_t times) {
    pcre2_set_match_limit(context, Regex::kMatchLimit * times);
    pcre2_set_depth_limit(context, Regex::kRecursionLimit * times);
    pcre2_set_heap_limit(context, kHeapKilobytes);
  }
};

RegexSpace::RegexSpace()
    : match_(pcre2_match_data_create(kOvectorPairs, nullptr)), limits_(std::make_unique<Limits>()) {}
RegexSpace::~RegexSpace() {
  pcre2_match_data_free(match_);
}

std::expected<Regex, std::string> Regex::compile(std::string_view expression, std::uint32_t options) {
  int code = 0;
  PCRE2_SIZE offset = 0;
  Regex regex;
  // '.' and negated classes take any byte: there is no text encoding on the wire.
  regex.code_ = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(expression.data()), expression.size(),
                              options | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C, &code, &offset, nullptr);
  if (regex.code_ == nullptr) {
    PCRE2_UCHAR words[160] = {};
    pcre2_get_error_message(code, words, sizeof words);
    return std::unexpected("the expression cannot be compiled: " + std::string(reinterpret_cast<const char*>(words)) +
                           ", at its character " + std::to_string(offset + 1));
  }
  std::uint32_t groups = 0;
  pcre2_pattern_info(regex.code_, PCRE2_INFO_CAPTURECOUNT, &groups);
  regex.groups_ = groups;
  return regex;
}

Regex::Regex(Regex&& other) noexcept
    : code_(std::exchange(other.code_, nullptr)), groups_(other.groups_), jit_(other.jit_) {}
Regex& Regex::operator=(Regex&& other) noexcept {
  std::swap(code_, other.code_);
  groups_ = other.groups_;
  jit_ = other.jit_;
  return *this;
}
Regex::~Regex() {
  pcre2_code_free(code_);
}

bool Regex::jit() noexcept {
  jit_ = jit_ || pcre2_jit_compile(code_, PCRE2_JIT_COMPLETE) == 0;
  return jit_;
}

Regex::Answer Regex::find(Bytes bytes, std::size_t from, RegexSpace& space, RegexMatch& match,
                          Bytes* groups) const noexcept {
  if (from > bytes.size() || space.match_ == nullptr || code_ == nullptr) return Answer::no;
  static constexpr std::uint8_t kNothing[1] = {0};
  const auto* subject = bytes.data() != nullptr ? bytes.data() : kNothing;
  const int found = pcre2_match(code_, subject, bytes.size(), from, 0, space.match_,
                                jit_ ? space.limits_->compiled : space.limits_->interpreted);
  if (found == PCRE2_ERROR_NOMATCH) return Answer::no;
  if (found < 0) return Answer::gave_up;
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(space.match_);
  // \K may put the beginning behind the end.
  match = {std::min(ends[0], ends[1]), ends[1]};
  if (groups != nullptr) {
    const auto caught = found == 0 ? kMostGroups : static_cast<std::size_t>(found - 1);
    for (std::size_t g = 0; g < kMostGroups; ++g) {
      const PCRE2_SIZE begin = ends[2 * (g + 1)], end = ends[2 * (g + 1) + 1];
      groups[g] = g < caught && begin != PCRE2_UNSET && begin <= end ? bytes.subspan(begin, end - begin) : Bytes{};
    }
  }
  return Answer::yes;
}

std::size_t Regex::bytes() const noexcept {
  std::size_t size = 0, machine_code = 0;
  if (code_ == nullptr) return 0;
  pcre2_pattern_info(code_, PCRE2_INFO_SIZE, &size);
  pcre2_pattern_info(code_, PCRE2_INFO_JITSIZE, &machine_code);
  return size + machine_code;
}

}  // namespace gatehouse::ips
