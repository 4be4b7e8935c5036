// SPDX-License-Identifier: GPL-3.0-or-later
// What stands between the link and the network layer, and ARP, which ends there.
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kVlanTag = 4, kServiceTag = 18, kVntag = 6, kDceTag = 2, kLabel = 4, kControlWord = 4;
constexpr std::size_t kNshBase = 8, kNshType1 = 24;
constexpr std::size_t kArpFixed = 8, kArpWhole = 28;

void mpls_payload(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kControlWord) return refuse(packet, PacketEvent::mpls_pkt_too_small);
  // Nothing in the label says what it carries. An IP version, or the zero of a control word (RFC 4385), is the best
  // guess.
  const unsigned first = bytes[0] >> 4;
  if (first == 4) return ipv4(context, packet, bytes);
  if (first == 6) return ipv6(context, packet, bytes);
  if (first == 0) return ethernet(context, packet, bytes.subspan(kControlWord));
  refuse(packet, PacketEvent::mpls_unknown_payload_type);
}

}  // namespace

void vlan(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++(packet.vlan_layers == 0 ? context.counters.vlan : context.counters.qinq);
  if (!context.enter(packet)) return;
  if (bytes.size() < kVlanTag) return refuse(packet, PacketEvent::vlan_header_too_small);
  if (packet.vlan_layers == packet.vlan.size()) return note(packet, PacketEvent::vlan_too_many_layers);
  packet.vlan[packet.vlan_layers++] = be16(bytes.data()) & 0x0fff;
  const std::uint16_t type = be16(bytes.data() + 2);
  decode_ether_type(context, packet, type, bytes.subspan(kVlanTag), PacketEvent::vlan_unknown_type);
}

// IEEE 802.1ah: service tag, then a customer's frame.
void ieee8021ah(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (!context.enter(packet)) return;
  if (bytes.size() < kServiceTag) return refuse(packet, PacketEvent::ieee8021ah_header_too_small);
  decode_ether_type(context, packet, be16(bytes.data() + 16), bytes.subspan(kServiceTag),
                    PacketEvent::ethernet_unknown_ethertype);
}

void vntag(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (!context.enter(packet)) return;
  if (bytes.size() < kVntag) return refuse(packet, PacketEvent::vntag_header_too_small);
  decode_ether_type(context, packet, be16(bytes.data() + 4), bytes.subspan(kVntag), PacketEvent::vntag_unknown_type);
}

// Cisco Fabric Path: two bytes, then an Ethernet frame.
void dce(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kDceTag) return refuse(packet, PacketEvent::dce_pkt_too_small);
  ethernet(context, packet, bytes.subspan(kDceTag));
}

void mpls(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.mpls;
  if (!context.enter(packet)) return;
  std::uint32_t entry = 0;
  do {
    if (bytes.size() < kLabel) return refuse(packet, PacketEvent::mpls_header_too_small);
    entry = be32(bytes.data());
    bytes = bytes.subspan(kLabel);
  } while ((entry & 0x100) == 0);  // RFC 3032, 2.1: bottom of stack

  // RFC 3032, 2.1: label values 0 to 15 have meanings of their own.
  const std::uint32_t label = entry >> 12;
  if (label == 0) return ipv4(context, packet, bytes);
  if (label == 1) return note(packet, PacketEvent::mpls_bad_label_router_alert);
  if (label == 2) return ipv6(context, packet, bytes);
  if (label == 3) return note(packet, PacketEvent::mpls_bad_label_implicit_null);
  if (label < 15) return note(packet, PacketEvent::mpls_bad_label_reserved);
  mpls_payload(context, packet, bytes);
}

// RFC 8300
void nsh(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (!context.enter(packet)) return;
  if (bytes.size() < kNshBase) return refuse(packet, PacketEvent::nsh_header_too_small);
  const std::uint16_t base = be16(bytes.data());
  if (base >> 14 != 0) return note(packet, PacketEvent::nsh_unsupported_version);
  const std::size_t length = (base & 0x3fu) * 4;
  if (length < kNshBase || length >= bytes.size()) return refuse(packet, PacketEvent::nsh_bad_header_length);

  const unsigned metadata = bytes[2] & 0x0f;
  if (metadata == 0 || metadata == 15) return note(packet, PacketEvent::nsh_reserved_type);
  if (metadata > 2) return note(packet, PacketEvent::nsh_unsupported_type);
  if (metadata == 1 && length != kNshType1) return refuse(packet, PacketEvent::nsh_bad_header_length);

  constexpr std::array<DecodeFn, 6> carried{nullptr, ipv4, ipv6, ethernet, nullptr, mpls};
  const std::uint8_t next = bytes[3];
  if (next >= carried.size() || carried[next] == nullptr) return note(packet, PacketEvent::nsh_unknown_payload);
  carried[next](context, packet, bytes.subspan(length));
}

// RFC 826. Only what an Ethernet segment with IPv4 speaks is read; the payload is the whole ARP packet.
void arp(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.arp;
  if (!context.enter(packet)) return;
  if (bytes.size() < kArpFixed) return refuse(packet, PacketEvent::arp_pkt_too_small);
  if (be16(bytes.data()) != 1) return refuse(packet, PacketEvent::arp_unsupported_hardware);
  if (be16(bytes.data() + 2) != ether_type::ipv4) return refuse(packet, PacketEvent::arp_unsupported_protocol);
  if (bytes.size() < kArpWhole) return refuse(packet, PacketEvent::arp_invalid_pkt);
  if (bytes[4] != 6) return refuse(packet, PacketEvent::arp_invalid_hardware_size);
  if (bytes[5] != 4) return refuse(packet, PacketEvent::arp_invalid_protocol_size);
  const std::uint16_t operation = be16(bytes.data() + 6);
  if (operation < 1 || operation > 4) return refuse(packet, PacketEvent::arp_unsupported_opcode);
  packet.payload = bytes.first(kArpWhole);
}

}  // namespace gatehouse::decode
