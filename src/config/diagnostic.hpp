// SPDX-License-Identifier: GPL-3.0-or-later
// What is wrong with a file that a person wrote: all of it, each with its place, what was read and what was expected.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace gatehouse::config {

inline constexpr std::size_t kMaxDiagnostics = 100;  // shown; the rest is counted
inline constexpr std::size_t kMaxQuoted = 60;        // characters of what was read

// Counted from 1; line 0: the place is not in a file.
struct Mark {
  std::uint32_t line = 0, column = 0;
  auto operator<=>(const Mark&) const = default;
};

class Diagnostics {
 public:
  explicit Diagnostics(std::string file_name) : file_name_(std::move(file_name)) {}

  // `key` is the dotted path of what the message is about; may be empty.
  void add(Mark mark, std::string_view key, std::string text);
  // For values that do not come from the file: "--set".
  void add_from(std::string_view source, std::string_view key, std::string text);
  bool empty() const noexcept { return found_.empty(); }
  std::size_t size() const noexcept { return found_.size() + not_shown_; }
  const std::string& file_name() const noexcept { return file_name_; }

  // One line each, "FILE:LINE:COLUMN: KEY: text", in the order of the file.
  std::string text() const;
  Error error() const { return {ErrorCode::invalid_config, text()}; }

 private:
  struct Diagnostic {
    std::string source;
    Mark mark;
    std::string key, text;
  };
  void add(Diagnostic diagnostic);

  std::string file_name_;
  std::vector<Diagnostic> found_;
  std::size_t not_shown_ = 0;
};

// Shortened, and with what would spoil a terminal made visible.
std::string printable(std::string_view text);
// The same between quotation marks.
std::string in_quotes(std::string_view text);
// The one of `known` that was most likely meant, by edit distance without regard to letter case; empty if none is near.
std::string_view closest(std::string_view typed, std::span<const std::string_view> known);
// "; did you mean 'x'?", or nothing.
std::string suggestion(std::string_view typed, std::span<const std::string_view> known);
// "a, b or c"
std::string listed(std::span<const std::string_view> words);

}  // namespace gatehouse::config
