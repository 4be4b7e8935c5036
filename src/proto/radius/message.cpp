// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/radius/message.hpp"

#include <algorithm>
#include <array>

namespace gatehouse::proto::radius {
namespace {

constexpr std::size_t kAuthenticator = 16;

// Types whose value is a number or an address of four octets (RFC 2865, 5; RFC 2866, 5; RFC 2868, 3; RFC 2869, 5).
constexpr std::array<std::uint8_t, 37> kOfFour{4,  5,  6,  7,  8,  9,  10, 12, 13, 14, 15, 16, 23,
                                               27, 28, 29, 37, 38, 40, 41, 42, 43, 45, 46, 47, 48,
                                               49, 51, 52, 53, 55, 61, 62, 64, 65, 76, 86};

bool has_size(const Attribute& a) noexcept {
  const std::size_t size = a.value.size();
  switch (a.type) {
    case 0:
      return false;
    case attribute::user_password:  // RFC 2865, 5.2: padded to a multiple of 16, at most 128
      return size >= 16 && size <= 128 && size % 16 == 0;
    case attribute::chap_password:
      return size == 17;
    case attribute::message_authenticator:
    case attribute::nas_ipv6_address:
      return size == 16;
    case attribute::vendor_specific:
      return size >= 4;
    default:
      return std::ranges::binary_search(kOfFour, a.type) ? size == 4 : true;
  }
}

}  // namespace

bool Attributes::next(Attribute& attribute) noexcept {
  if (cursor_.empty()) return false;
  attribute.type = cursor_.u8();
  const std::size_t length = cursor_.u8();
  if (length < 2) cursor_.fail();
  attribute.value = cursor_.take(length - 2);
  return cursor_.ok();
}

Bytes Message::find(std::uint8_t type) const noexcept {
  Attribute a;
  for (Attributes all{attributes}; all.next(a);)
    if (a.type == type) return a.value;
  return {};
}

bool Message::has(std::uint8_t type) const noexcept {
  Attribute a;
  for (Attributes all{attributes}; all.next(a);)
    if (a.type == type) return true;
  return false;
}

std::optional<std::uint32_t> Message::number(std::uint8_t type) const noexcept {
  Cursor c{find(type)};
  const std::uint32_t value = c.u32();
  return c.ok() ? std::optional{value} : std::nullopt;
}

Eap eap_of(const Message& message) noexcept {
  constexpr std::uint8_t kRequest = 1, kResponse = 2, kIdentity = 1;
  Cursor c{message.find(attribute::eap_message)};
  const std::uint8_t code = c.u8();
  c.skip(3);  // identifier, length
  const std::uint8_t type = c.u8();
  if (!c.ok() || (code != kRequest && code != kResponse)) return {};
  return {type, code == kResponse && type == kIdentity ? c.rest() : Bytes{}};
}

bool read(Bytes datagram, Message& message) noexcept {
  Cursor c{datagram};
  message.code = c.u8();
  message.identifier = c.u8();
  const std::size_t length = c.u16();
  message.authenticator = c.take(kAuthenticator);
  if (!c.ok() || length < kHeader || length > kLongest || length > datagram.size() || !is_code(message.code))
    return false;
  message.attributes = c.take(length - kHeader);
  std::size_t seen = 0;
  Attribute a;
  for (Attributes all{message.attributes}; all.next(a); seen += 2 + a.value.size())
    if (!has_size(a)) return false;
  return seen == message.attributes.size();
}

bool is_code(std::uint8_t code) noexcept {
  return (code >= 1 && code <= 5) || (code >= 11 && code <= 13) || (code >= 40 && code <= 45);
}

bool is_request(std::uint8_t code) noexcept {
  return code == 1 || code == 4 || code == 12 || code == 13 || code == 40 || code == 43;
}

}  // namespace gatehouse::proto::radius
