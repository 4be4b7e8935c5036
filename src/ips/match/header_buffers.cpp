// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/header_buffers.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace gatehouse::ips {
namespace {

using Space = std::array<std::uint8_t, 16>;

constexpr std::size_t kEthernetHeader = 14, kUdpHeader = 8;

Bytes first_of(Bytes bytes, std::size_t most) noexcept {
  return bytes.first(std::min(bytes.size(), most));
}

Bytes ip_header(const Packet& p, std::uint8_t version) noexcept {
  return p.has_ip && p.src.version == version ? p.ip_header : Bytes{};
}
Bytes transport(const Packet& p, std::uint8_t protocol) noexcept {
  return p.has_transport && p.protocol == protocol ? p.transport_header : Bytes{};
}

Bytes address(const IpAddress& ip, Space& space) noexcept {
  if (ip.version == 0) return {};
  std::ranges::copy(ip.view(), space.begin());
  return {space.data(), ip.size()};
}

// The addresses lead the frame's header; its type stands behind them.
Bytes ethernet_header(const Packet& p) noexcept {
  if (p.raw == nullptr || p.mac.empty() || p.raw->link != LinkType::ethernet) return {};
  const Bytes frame = p.raw->data;
  const std::less<const std::uint8_t*> before;
  if (before(p.mac.data(), frame.data()) || before(frame.data() + frame.size(), p.mac.data())) return {};
  const auto left = static_cast<std::size_t>(frame.data() + frame.size() - p.mac.data());
  return left < kEthernetHeader ? Bytes{} : Bytes{p.mac.data(), kEthernetHeader};
}

struct Row {
  std::string_view name;
  HeaderBuffer bytes;
};

constexpr Row kRows[] = {
    {"ether.hdr", [](const Packet& p, Space&) { return ethernet_header(p); }},
    {"icmpv4.hdr", [](const Packet& p, Space&) { return transport(p, ip_protocol::icmp); }},
    {"icmpv6.hdr", [](const Packet& p, Space&) { return transport(p, ip_protocol::icmpv6); }},
    {"ip.dst", [](const Packet& p, Space& space) { return address(p.dst, space); }},
    {"ip.src", [](const Packet& p, Space& space) { return address(p.src, space); }},
    {"ipv4.hdr", [](const Packet& p, Space&) { return ip_header(p, 4); }},
    {"ipv6.hdr", [](const Packet& p, Space&) { return ip_header(p, 6); }},
    {"tcp.hdr", [](const Packet& p, Space&) { return transport(p, ip_protocol::tcp); }},
    {"udp.hdr", [](const Packet& p, Space&) { return first_of(transport(p, ip_protocol::udp), kUdpHeader); }},
};

}  // namespace

HeaderBuffer header_buffer(std::string_view name) noexcept {
  const auto row = std::ranges::find(kRows, name, &Row::name);
  return row == std::end(kRows) ? nullptr : row->bytes;
}

}  // namespace gatehouse::ips
