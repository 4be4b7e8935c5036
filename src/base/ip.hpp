// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse {

// An IPv4 or IPv6 address in network byte order; IPv4 stands in the first four bytes, the rest is zero.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t version = 0;  // 4, 6, or 0 for none

  auto operator<=>(const IpAddress&) const = default;
  std::size_t size() const noexcept { return version == 4 ? 4 : 16; }
  Bytes view() const noexcept { return {bytes.data(), size()}; }

  static IpAddress v4(const std::uint8_t* four) noexcept;
  static IpAddress v6(const std::uint8_t* sixteen) noexcept;
  static std::optional<IpAddress> parse(std::string_view text);
};

// Into `out` of at least kIpText characters. IPv6 is written compressed (RFC 5952), as people and policies write it.
inline constexpr std::size_t kIpText = 46;
std::string_view format_ip(const IpAddress& ip, char* out) noexcept;
// IPv6 with all eight groups ("2001:0db8:0000:…"): the form that EVE readers know for addresses.
std::string_view format_ip_full(const IpAddress& ip, char* out) noexcept;
std::string to_string(const IpAddress& ip);

struct IpPrefix {
  IpAddress address;
  std::uint8_t length = 0;

  bool contains(const IpAddress& ip) const noexcept;
  // "192.0.2.0/24", "2001:db8::/32", or a lone address.
  static std::optional<IpPrefix> parse(std::string_view text);
};

}  // namespace gatehouse
