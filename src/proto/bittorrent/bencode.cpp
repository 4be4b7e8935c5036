// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bittorrent/bencode.hpp"

#include "proto/line/words.hpp"

namespace gatehouse::proto::bittorrent {
namespace {

// The text up to `end`, which is taken too.
std::string_view take_until(Cursor& c, char end, std::size_t most) noexcept {
  const std::string_view rest = as_text(c.rest()).substr(0, most + 1);
  const std::size_t size = rest.find(end);
  if (size == rest.npos) {
    c.fail();
    return {};
  }
  c.skip(size + 1);
  return rest.substr(0, size);
}

}  // namespace

Bytes take_string(Cursor& c) noexcept {
  constexpr std::size_t kMaxDigits = 5;  // a datagram holds no longer ones
  const std::string_view digits = take_until(c, ':', kMaxDigits);
  const auto size = whole_number<std::uint32_t>(digits);
  if (!size || (digits.size() > 1 && digits[0] == '0')) {
    c.fail();
    return {};
  }
  return c.take(*size);
}

std::int64_t take_integer(Cursor& c) noexcept {
  constexpr std::size_t kMaxDigits = 20;
  if (c.u8() != 'i') c.fail();
  const auto number = whole_number<std::int64_t>(take_until(c, 'e', kMaxDigits));
  if (!number) c.fail();
  return number.value_or(0);
}

void skip_value(Cursor& c, unsigned depth) noexcept {
  if (depth > kMaxDepth) return c.fail();
  switch (c.peek()) {
    case 'i':
      (void)take_integer(c);
      break;
    case 'l':
      c.skip(1);
      while (c.ok() && c.peek() != 'e') skip_value(c, depth + 1);
      c.skip(1);
      break;
    case 'd':
      take_dictionary(c, [depth](std::string_view, Cursor& inner) { skip_value(inner, depth + 1); });
      break;
    default:
      (void)take_string(c);
  }
}

}  // namespace gatehouse::proto::bittorrent
