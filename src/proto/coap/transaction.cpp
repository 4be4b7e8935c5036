// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/transaction.hpp"

namespace gatehouse::proto::coap {
namespace {

// RFC 3986, 3.3: what a segment of a path may hold as it is. "&" separates here.
bool stands_as_it_is(std::uint8_t c) noexcept {
  const auto lower = static_cast<std::uint8_t>(c | 0x20);
  if ((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9')) return true;
  return std::string_view{"-._~!$'()*+,;=:@"}.find(static_cast<char>(c)) != std::string_view::npos;
}

}  // namespace

bool UriText::put(char c) noexcept {
  if (size_ == room_.size()) return false;
  room_[size_++] = c;
  return true;
}

bool UriText::add(char separator, Bytes segment) noexcept {
  constexpr std::string_view digits = "0123456789ABCDEF";
  bool fits = (separator == '&' && size_ == 0) || put(separator);
  for (const std::uint8_t c : segment) {
    if (stands_as_it_is(c) || (separator == '&' && (c == '/' || c == '?')))
      fits = fits && put(static_cast<char>(c));
    else
      fits = fits && put('%') && put(digits[c >> 4]) && put(digits[c & 15]);
  }
  return fits;
}

Block block_of(const Option& option) noexcept {
  const std::uint32_t value = option.number_value();
  return {value >> 4, (value & 8) != 0, 16u << (value & 7)};
}

}  // namespace gatehouse::proto::coap
