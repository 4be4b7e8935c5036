// SPDX-License-Identifier: GPL-3.0-or-later
// Writes ASN.1 for the tests of the protocols that are made of it.
#pragma once

#include <string>
#include <string_view>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::asn1::test {

inline std::string value(std::uint8_t tag, std::string_view body) {
  std::string bytes{static_cast<char>(tag)};
  const std::size_t size = body.size();
  if (size < 0x80)
    bytes += static_cast<char>(size);
  else if (size < 0x100)
    bytes += {'\x81', static_cast<char>(size)};
  else
    bytes += {'\x82', static_cast<char>(size >> 8), static_cast<char>(size)};
  return bytes += body;
}

inline std::string number(long long n, std::uint8_t tag = integer) {
  std::string body;
  do {
    body.insert(body.begin(), static_cast<char>(n & 0xff));
    n >>= 8;
  } while (!((n == 0 && (body[0] & 0x80) == 0) || (n == -1 && (body[0] & 0x80) != 0)));
  return value(tag, body);
}

inline std::string octets(std::string_view text) {
  return value(octet_string, text);
}

template <typename... Parts>
std::string list(std::uint8_t tag, const Parts&... parts) {
  return value(tag, (std::string{} + ... + std::string(parts)));
}
template <typename... Parts>
std::string seq(const Parts&... parts) {
  return list(sequence, parts...);
}

}  // namespace gatehouse::proto::asn1::test
