// SPDX-License-Identifier: GPL-3.0-or-later
// A record of the log is bounded, and text from the wire may grow sixfold when it is escaped: what is written of it
// stays within a budget, so that nobody writes himself out of the log by a long name.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace gatehouse::proto {

class LogBudget {
 public:
  explicit LogBudget(std::size_t bytes) noexcept : left_(bytes) {}

  // As much of the text as the budget allows.
  std::string_view take(std::string_view text) noexcept {
    const bool plain = std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; });
    const std::size_t growth = plain ? 1 : 6;
    text = text.substr(0, left_ / growth);
    left_ -= std::min(left_, text.size() * growth + 3);
    return text;
  }
  bool empty() const noexcept { return left_ < kLeast; }

 private:
  static constexpr std::size_t kLeast = 64;
  std::size_t left_;
};

// Of a record's 64 KiB, what a protocol's members may take; the rest is for the head, and for the alert around it.
inline constexpr std::size_t kLogBudget = 40 * 1024;

}  // namespace gatehouse::proto
