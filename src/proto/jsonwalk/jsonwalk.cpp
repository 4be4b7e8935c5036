// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/jsonwalk/jsonwalk.hpp"

namespace gatehouse::proto::jsonwalk {

void Walk::space() noexcept {
  const std::size_t first = rest_.find_first_not_of(" \t\r\n");
  rest_.remove_prefix(first == rest_.npos ? rest_.size() : first);
}

bool Walk::take(char c) noexcept {
  space();
  if (!rest_.starts_with(c)) return false;
  rest_.remove_prefix(1);
  return true;
}

// RFC 8259, 7. Strings: control characters must be escaped, and so is the quotation mark within.
bool Walk::read_string(std::string_view& out) noexcept {
  if (!take('"')) return false;
  for (std::size_t i = 0; i < rest_.size(); ++i) {
    const char c = rest_[i];
    if (static_cast<unsigned char>(c) < 0x20) return false;
    if (c == '\\') {
      ++i;
    } else if (c == '"') {
      out = rest_.substr(0, i);
      rest_.remove_prefix(i + 1);
      return true;
    }
  }
  return false;
}

// RFC 8259, 3 and 6: true, false, null, or a number.
bool Walk::read_word(std::string_view& out) noexcept {
  constexpr std::string_view kNumber = "0123456789+-.eE";
  const bool number = !rest_.empty() && (rest_[0] == '-' || (rest_[0] >= '0' && rest_[0] <= '9'));
  std::size_t size = 0;
  if (number) {
    size = rest_.find_first_not_of(kNumber);
    if (size == rest_.npos) size = rest_.size();
  }
  for (const std::string_view word : {"true", "false", "null"})
    if (rest_.starts_with(word)) size = word.size();
  out = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return size > 0;
}

bool Walk::open(Value& value, bool object) noexcept {
  if (depth_ == kMaxDepth) return fail();
  const std::uint64_t bit = 1ull << depth_;
  objects_ = object ? objects_ | bit : objects_ & ~bit;
  ++depth_;
  value.kind = object ? Kind::object : Kind::array;
  state_ = State::first;
  return true;
}

bool Walk::close(Value& value, char bracket) noexcept {
  if (bracket != (in_object() ? '}' : ']')) return fail();
  --depth_;
  value = {Kind::close, depth_, {}, {}};
  state_ = depth_ == 0 ? State::done : State::separator;
  return true;
}

bool Walk::next(Value& value) noexcept {
  if (state_ == State::broken) return false;
  space();
  if (state_ == State::done) return rest_.empty() ? false : fail();
  if (state_ != State::value) {
    for (const char bracket : {'}', ']'})
      if (take(bracket)) return close(value, bracket);
    if (state_ == State::separator && !take(',')) return fail();
  }
  value = {Kind::other, depth_, {}, {}};
  if (depth_ > 0 && in_object() && (!read_string(value.key) || !take(':'))) return fail();
  if (take('{')) return open(value, true);
  if (take('[')) return open(value, false);
  if (rest_.starts_with('"')) {
    value.kind = Kind::string;
    if (!read_string(value.text)) return fail();
  } else if (!read_word(value.text)) {
    return fail();
  }
  state_ = depth_ == 0 ? State::done : State::separator;
  return true;
}

}  // namespace gatehouse::proto::jsonwalk
