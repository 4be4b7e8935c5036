// SPDX-License-Identifier: GPL-3.0-or-later
// For tests: wire bytes put together by hand, sound or not.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::proto::tls::test_bytes {

inline std::string number(std::uint64_t value, int octets) {
  std::string bytes;
  for (int i = octets - 1; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}
inline std::string vector8(std::string_view body) {
  return number(body.size(), 1) + std::string(body);
}
inline std::string vector16(std::string_view body) {
  return number(body.size(), 2) + std::string(body);
}
inline std::string vector24(std::string_view body) {
  return number(body.size(), 3) + std::string(body);
}
inline std::string list16(const std::vector<std::uint16_t>& values) {
  std::string bytes;
  for (const std::uint16_t value : values) bytes += number(value, 2);
  return bytes;
}

inline std::string record(int type, std::string_view body, int version = 0x0301) {
  return number(static_cast<unsigned>(type), 1) + number(static_cast<unsigned>(version), 2) + vector16(body);
}
inline std::string message(int type, std::string_view body) {
  return number(static_cast<unsigned>(type), 1) + vector24(body);
}
inline std::string ext(int type, std::string_view body) {
  return number(static_cast<unsigned>(type), 2) + vector16(body);
}
inline std::string server_name(std::string_view name, int type = 0) {
  return ext(0, vector16(number(static_cast<unsigned>(type), 1) + vector16(name)));
}
inline std::string alpn(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) list += vector8(name);
  return ext(16, vector16(list));
}

inline std::string client_hello_body(std::string_view extensions,
                                     const std::vector<std::uint16_t>& ciphers = {0x1301, 0xc02b},
                                     int version = 0x0303) {
  return number(static_cast<unsigned>(version), 2) + std::string(32, 'r') + vector8("") + vector16(list16(ciphers)) +
         vector8(std::string(1, '\0')) + (extensions.empty() ? std::string{} : vector16(extensions));
}
inline std::string server_hello_body(std::string_view extensions, int version = 0x0303, int cipher = 0xc02b) {
  return number(static_cast<unsigned>(version), 2) + std::string(32, 's') + vector8("") +
         number(static_cast<unsigned>(cipher), 2) + std::string(1, '\0') +
         (extensions.empty() ? std::string{} : vector16(extensions));
}
inline std::string client_hello(std::string_view extensions) {
  return record(22, message(1, client_hello_body(extensions)));
}
inline std::string server_hello(std::string_view extensions, int version = 0x0303) {
  return record(22, message(2, server_hello_body(extensions, version)), 0x0303);
}

// One value of DER.
inline std::string asn1(int tag, std::string_view body) {
  std::string bytes(1, static_cast<char>(tag));
  if (body.size() < 0x80)
    bytes += number(body.size(), 1);
  else if (body.size() < 0x100)
    bytes += "\x81" + number(body.size(), 1);
  else if (body.size() < 0x10000)
    bytes += "\x82" + number(body.size(), 2);
  else
    bytes += "\x83" + number(body.size(), 3);
  return bytes + std::string(body);
}

}  // namespace gatehouse::proto::tls::test_bytes
