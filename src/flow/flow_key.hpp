// SPDX-License-Identifier: GPL-3.0-or-later
// What makes two packets one flow: addresses, ports, protocol, VLANs and tunnel depth, the same for both directions.
#pragma once

#include "flow/flow.hpp"

namespace gatehouse::flow {

struct FlowKey {
  const IpAddress* src;
  const IpAddress* dst;
  std::uint16_t src_port = 0, dst_port = 0;  // ICMP: the message's type, and the type of its answer
  std::uint16_t icmp_id = 0;
  std::uint8_t protocol = 0, tunnel_depth = 0, vlan_layers = 0;
  std::array<std::uint16_t, 3> vlan{};
};

FlowKey key_of(const Packet& packet) noexcept;
// Of the packet that an ICMP error quotes, as its sender sent it.
FlowKey key_of_quoted(const Packet& packet) noexcept;

// The same for a packet and its answer.
std::uint64_t hash_of(const FlowKey& key, std::uint64_t secret) noexcept;

// Whether the packet belongs to the flow, and in which direction it goes.
bool belongs(const Flow& flow, const FlowKey& key, Direction& direction) noexcept;

}  // namespace gatehouse::flow
