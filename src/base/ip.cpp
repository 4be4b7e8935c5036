// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/ip.hpp"

#include <arpa/inet.h>
#include <charconv>
#include <cstring>

namespace gatehouse {

IpAddress IpAddress::v4(const std::uint8_t* four) noexcept {
  IpAddress ip;
  ip.version = 4;
  std::memcpy(ip.bytes.data(), four, 4);
  return ip;
}

IpAddress IpAddress::v6(const std::uint8_t* sixteen) noexcept {
  IpAddress ip;
  ip.version = 6;
  std::memcpy(ip.bytes.data(), sixteen, 16);
  return ip;
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string terminated{text};
  IpAddress ip;
  ip.version = text.find(':') == text.npos ? 4 : 6;
  if (inet_pton(ip.version == 4 ? AF_INET : AF_INET6, terminated.c_str(), ip.bytes.data()) != 1) return std::nullopt;
  return ip;
}

std::string_view format_ip(const IpAddress& ip, char* out) noexcept {
  if (ip.version == 4) {
    char* p = out;
    for (std::size_t i = 0; i < 4; ++i) {
      if (i > 0) *p++ = '.';
      p = std::to_chars(p, out + kIpText, ip.bytes[i]).ptr;
    }
    return {out, static_cast<std::size_t>(p - out)};
  }
  if (ip.version != 6 || inet_ntop(AF_INET6, ip.bytes.data(), out, kIpText) == nullptr) return {};
  return out;
}

std::string_view format_ip_full(const IpAddress& ip, char* out) noexcept {
  if (ip.version != 6) return format_ip(ip, out);
  constexpr char hex[] = "0123456789abcdef";
  char* p = out;
  for (std::size_t i = 0; i < 16; ++i) {
    if (i > 0 && i % 2 == 0) *p++ = ':';
    *p++ = hex[ip.bytes[i] >> 4];
    *p++ = hex[ip.bytes[i] & 15];
  }
  return {out, static_cast<std::size_t>(p - out)};
}

std::string to_string(const IpAddress& ip) {
  char text[kIpText];
  return std::string(format_ip(ip, text));
}

bool IpPrefix::contains(const IpAddress& ip) const noexcept {
  if (ip.version != address.version) return false;
  const std::size_t whole = length / 8;
  if (std::memcmp(ip.bytes.data(), address.bytes.data(), whole) != 0) return false;
  const unsigned bits = length % 8;
  if (bits == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xff << (8 - bits));
  return (ip.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

std::optional<IpPrefix> IpPrefix::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto ip = IpAddress::parse(text.substr(0, slash));
  if (!ip) return std::nullopt;
  const auto most = static_cast<unsigned>(ip->size() * 8);
  unsigned length = most;
  if (slash != text.npos) {
    const auto digits = text.substr(slash + 1);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    if (error != std::errc{} || end != digits.data() + digits.size() || length > most) return std::nullopt;
  }
  return IpPrefix{*ip, static_cast<std::uint8_t>(length)};
}

}  // namespace gatehouse
