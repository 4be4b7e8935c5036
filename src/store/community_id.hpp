// SPDX-License-Identifier: GPL-3.0-or-later
// Community ID v1 (github.com/corelight/community-id-spec, seed 0): the same text for a flow in every tool.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ip.hpp"

namespace gatehouse::store {

inline constexpr std::size_t kCommunityIdText = 30;  // "1:" and 28 characters of base64

// For ICMP give type and its counterpart (or code, for one-way messages) as ports: icmp_ports().
std::string_view community_id(const IpAddress& src, const IpAddress& dst, std::uint16_t src_port,
                              std::uint16_t dst_port, std::uint8_t protocol, bool one_way, char* out) noexcept;

// The specification's mapping of ICMP types; `one_way` says that the ends must not be ordered.
struct IcmpPorts {
  std::uint16_t src = 0, dst = 0;
  bool one_way = false;
};
IcmpPorts icmp_ports(std::uint8_t protocol, std::uint8_t type, std::uint8_t code) noexcept;

}  // namespace gatehouse::store
