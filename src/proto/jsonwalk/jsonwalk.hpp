// SPDX-License-Identifier: GPL-3.0-or-later
// Walks over JSON (RFC 8259) value by value where it lies: nothing is built, nothing allocated.
#pragma once

#include <cstdint>
#include <string_view>

namespace gatehouse::proto::jsonwalk {

inline constexpr unsigned kMaxDepth = 64;  // deeper text is not walked

enum class Kind : std::uint8_t {
  object,  // its beginning
  array,
  close,  // the end of either
  string,
  other,  // a number, true, false, null
};

struct Value {
  Kind kind = Kind::other;
  unsigned depth = 0;     // how many objects and arrays are around it
  std::string_view key;   // of a member of an object, escapes as they stand
  std::string_view text;  // of a string without its quotes, escapes as they stand; of a number or word as it stands
};

class Walk {
 public:
  explicit Walk(std::string_view text) noexcept : rest_(text) {}
  // False at the end and at what is no JSON.
  bool next(Value& value) noexcept;
  // Whether what was walked is JSON so far; with next() false: that it was one whole value.
  bool ok() const noexcept { return state_ != State::broken; }
  bool done() const noexcept { return state_ == State::done; }

 private:
  enum class State : std::uint8_t { value, first, separator, done, broken };
  bool in_object() const noexcept { return (objects_ >> (depth_ - 1) & 1) != 0; }
  bool read_string(std::string_view& out) noexcept;
  bool read_word(std::string_view& out) noexcept;
  bool open(Value& value, bool object) noexcept;
  bool close(Value& value, char bracket) noexcept;
  void space() noexcept;
  bool take(char c) noexcept;
  bool fail() noexcept {
    state_ = State::broken;
    return false;
  }

  std::string_view rest_;
  std::uint64_t objects_ = 0;  // bit d: what is open at depth d is an object
  unsigned depth_ = 0;
  State state_ = State::value;
};

}  // namespace gatehouse::proto::jsonwalk
