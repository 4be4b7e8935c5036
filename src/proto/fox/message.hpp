// SPDX-License-Identifier: GPL-3.0-or-later
// A Fox frame: a line, and members between braces. Views into the bytes.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto::fox {

inline constexpr std::string_view kMagic = "fox ";
inline constexpr std::string_view kEnd = "};;\n";

// "fox a 1 -1 fox hello": kind, number, number that is replied to, channel, command.
struct FirstLine {
  char kind = 0;
  std::string_view number, reply, channel, command;
};
enum class Reading : std::uint8_t { no, need_more, yes };
// `size`: of the line, with its end.
Reading read_first_line(std::string_view text, FirstLine& line, std::size_t& size) noexcept;

// "hostName=s:plc7": name, type (s text, i number, …), value.
struct Member {
  std::string_view name, value;
  char type = 0;
};
// The members of a frame in their order; contents of blobs are passed by with the lines that they look like.
class Members {
 public:
  explicit Members(std::string_view body) noexcept : rest_(body) {}
  bool next(Member& member) noexcept;

 private:
  std::string_view rest_;
};

}  // namespace gatehouse::proto::fox
