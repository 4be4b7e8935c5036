// SPDX-License-Identifier: GPL-3.0-or-later
// IP within IP (RFC 2003, 2473, 4213), and the tunnels that ride on UDP: VXLAN (RFC 7348), Geneve (RFC 8926), Teredo
// (RFC 4380).
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kIpv4Header = 20, kIpv6Header = 40, kEthernetHeader = 14;
constexpr std::size_t kVxlanHeader = 8, kGeneveHeader = 8, kGeneveOption = 4;
constexpr std::uint16_t kVxlanPort = 4789, kGenevePort = 6081;

// The outer packet belongs to a flow of its own, between the tunnel's ends.
void ip_in_ip(Context& context, Packet& packet, DecodeFn next, Bytes bytes) noexcept {
  ++context.counters.ipip;
  packet.has_transport = true;
  decode_inner(context, packet, Tunnel::ipip, next, bytes);
}

bool uses_port(const Packet& packet, std::uint16_t port) noexcept {
  return packet.dst_port == port || packet.src_port == port;
}

// Each returns whether the datagram was its tunnel.
bool vxlan(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kVxlanHeader + kEthernetHeader) return false;
  if ((bytes[0] & 0x08) == 0 || bytes[7] != 0) return false;  // the network identifier is valid; reserved
  ++context.counters.vxlan;
  const Bytes frame = bytes.subspan(kVxlanHeader);
  const std::uint16_t type = be16(frame.data() + 12);
  if (type >= 0x0600 && find_ether_type(type) == nullptr)
    note(packet, PacketEvent::vxlan_unknown_payload_type);
  else
    decode_inner(context, packet, Tunnel::vxlan, ethernet, frame);
  return true;
}

bool geneve_options_fill(Bytes options) noexcept {
  while (!options.empty()) {
    if (options.size() < kGeneveOption) return false;
    const std::size_t length = kGeneveOption + (options[3] & 0x1fu) * 4;
    if (length > options.size()) return false;
    options = options.subspan(length);
  }
  return true;
}

bool geneve(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kGeneveHeader) return false;
  const std::size_t options = (bytes[0] & 0x3fu) * 4;
  if (bytes[0] >> 6 != 0 || (bytes[1] & 0x3f) != 0 || bytes[7] != 0) return false;  // version, reserved
  if (bytes.size() < kGeneveHeader + options || !geneve_options_fill(bytes.subspan(kGeneveHeader, options)))
    return false;
  ++context.counters.geneve;
  const std::uint16_t type = be16(bytes.data() + 2);
  const DecodeFn next = find_ether_type(type);
  if (next == nullptr)
    note(packet, PacketEvent::geneve_unknown_payload_type);
  else
    decode_inner(context, packet, Tunnel::geneve, next, bytes.subspan(kGeneveHeader + options));
  return true;
}

// RFC 4380, 5.1.1: an authentication and an origin indication may precede the IPv6 packet.
Bytes behind_teredo_indications(Bytes bytes) noexcept {
  if (bytes.size() >= 4 && bytes[0] == 0 && bytes[1] == 1) {
    const std::size_t length = 4u + bytes[2] + bytes[3] + 9u;
    if (bytes.size() < length) return {};
    bytes = bytes.subspan(length);
  }
  if (bytes.size() >= 8 && bytes[0] == 0 && bytes[1] == 0) bytes = bytes.subspan(8);
  return bytes;
}

// By content, on any port: relays answer from any. That the lengths agree is the test, and that the packet is sound.
bool teredo(Context& context, Packet& packet, Bytes bytes) noexcept {
  const Bytes inner_bytes = behind_teredo_indications(bytes);
  if (inner_bytes.size() < kIpv6Header || inner_bytes[0] >> 4 != 6) return false;
  if (inner_bytes.size() != kIpv6Header + be16(inner_bytes.data() + 4)) return false;
  const std::size_t before = context.count;
  const std::size_t layers = context.layers;
  Packet* inner = context.open_inner(packet, Tunnel::teredo);
  if (inner == nullptr) return true;
  ipv6(context, *inner, inner_bytes);
  if (inner->invalid) {
    context.count = before;
    context.layers = layers;
    return false;
  }
  ++context.counters.teredo;
  return true;
}

}  // namespace

void ipv4_in_ipv4(Context& context, Packet& packet, Bytes bytes) noexcept {
  ip_in_ip(context, packet, ipv4, bytes);
}

void ipv6_in_ipv4(Context& context, Packet& packet, Bytes bytes) noexcept {
  ip_in_ip(context, packet, ipv6, bytes);
}

void ipv4_in_ipv6(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kIpv4Header) return refuse(packet, PacketEvent::ipv6_ipv4_in_ipv6_too_small);
  if (bytes[0] >> 4 != 4) return refuse(packet, PacketEvent::ipv6_ipv4_in_ipv6_wrong_version);
  ip_in_ip(context, packet, ipv4, bytes);
}

void ipv6_in_ipv6(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kIpv6Header) return refuse(packet, PacketEvent::ipv6_ipv6_in_ipv6_too_small);
  if (bytes[0] >> 4 != 6) return refuse(packet, PacketEvent::ipv6_ipv6_in_ipv6_wrong_version);
  ip_in_ip(context, packet, ipv6, bytes);
}

void udp_tunnel(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (uses_port(packet, kVxlanPort) && vxlan(context, packet, bytes)) return;
  if (uses_port(packet, kGenevePort) && geneve(context, packet, bytes)) return;
  teredo(context, packet, bytes);
}

}  // namespace gatehouse::decode
