// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

// What rides on the link and is read by a protocol of its own.
void link_protocol(Context&, Packet& packet, Bytes bytes) noexcept {
  packet.payload = bytes;
}

constexpr std::size_t kEthernetHeader = 14, kMacs = 12;
// IEEE 802.3, 3.2.6: a value below is the length of the payload, which then begins with an LLC header.
constexpr std::uint16_t kFirstEtherType = 0x0600;
constexpr std::size_t kSnapHeader = 8, kSllHeader = 16, kSll2Header = 20, kNullHeader = 4, kChdlcHeader = 4;

struct EtherTypeRow {
  std::uint16_t type;
  DecodeFn decode;
};

// The frequent ones first.
constexpr std::array kEtherTypes{
    EtherTypeRow{ether_type::ipv4, ipv4},
    EtherTypeRow{ether_type::ipv6, ipv6},
    EtherTypeRow{ether_type::vlan, vlan},
    EtherTypeRow{ether_type::arp, arp},
    EtherTypeRow{ether_type::pppoe_session, pppoe_session},
    EtherTypeRow{ether_type::mpls, mpls},
    EtherTypeRow{ether_type::mpls_multicast, mpls},
    EtherTypeRow{ether_type::qinq, vlan},
    EtherTypeRow{0x9100, vlan},  // QinQ, as it was before 802.1ad
    EtherTypeRow{0x9200, vlan},
    EtherTypeRow{0x9300, vlan},
    EtherTypeRow{ether_type::pppoe_discovery, pppoe_discovery},
    EtherTypeRow{ether_type::ieee8021ah, ieee8021ah},
    EtherTypeRow{ether_type::vntag, vntag},
    EtherTypeRow{ether_type::dce, dce},
    EtherTypeRow{ether_type::nsh, nsh},
    EtherTypeRow{ether_type::bridge, ethernet},
    EtherTypeRow{ether_type::profinet, link_protocol},
};

// RFC 1042: LLC with SNAP and a zero organisation carries an EtherType. Anything else in LLC (spanning tree and the
// like) is for bridges, not for us.
void llc(Context& context, Packet& packet, Bytes bytes) noexcept {
  constexpr std::uint8_t snap[] = {0xaa, 0xaa, 0x03, 0, 0, 0};
  if (bytes.size() < kSnapHeader || std::memcmp(bytes.data(), snap, sizeof snap) != 0) {
    packet.payload = bytes;
    return;
  }
  decode_ether_type(context, packet, be16(bytes.data() + 6), bytes.subspan(kSnapHeader),
                    PacketEvent::ethernet_unknown_ethertype);
}

}  // namespace

DecodeFn find_ether_type(std::uint16_t type) noexcept {
  for (const EtherTypeRow& row : kEtherTypes)
    if (row.type == type) return row.decode;
  return nullptr;
}

void decode_ether_type(Context& context, Packet& packet, std::uint16_t type, Bytes bytes,
                       PacketEvent unknown) noexcept {
  packet.ethernet_type = type;
  if (const DecodeFn next = find_ether_type(type); next != nullptr) return next(context, packet, bytes);
  ++context.counters.unknown_ethertype;
  note(packet, unknown);
  packet.payload = bytes;
}

void ethernet(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.ethernet;
  if (!context.enter(packet)) return;
  if (bytes.size() < kEthernetHeader) return refuse(packet, PacketEvent::ethernet_pkt_too_small);
  // Of Ethernet within MPLS or the like the outer addresses stand: they are the ones to answer to.
  if (packet.mac.empty()) packet.mac = bytes.first(kMacs);
  const std::uint16_t type = be16(bytes.data() + kMacs);
  const Bytes rest = bytes.subspan(kEthernetHeader);
  if (type < kFirstEtherType) return llc(context, packet, rest.first(std::min<std::size_t>(type, rest.size())));
  decode_ether_type(context, packet, type, rest, PacketEvent::ethernet_unknown_ethertype);
}

void linux_sll(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.sll;
  if (!context.enter(packet)) return;
  if (bytes.size() < kSllHeader) return refuse(packet, PacketEvent::sll_pkt_too_small);
  decode_ether_type(context, packet, be16(bytes.data() + 14), bytes.subspan(kSllHeader),
                    PacketEvent::ethernet_unknown_ethertype);
}

void linux_sll2(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.sll;
  if (!context.enter(packet)) return;
  if (bytes.size() < kSll2Header) return refuse(packet, PacketEvent::sll2_pkt_too_small);
  decode_ether_type(context, packet, be16(bytes.data()), bytes.subspan(kSll2Header),
                    PacketEvent::ethernet_unknown_ethertype);
}

void raw_ip(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.raw;
  if (bytes.empty()) return refuse(packet, PacketEvent::ipv4_pkt_too_small);
  const unsigned version = bytes[0] >> 4;
  if (version == 4) return ipv4(context, packet, bytes);
  if (version == 6) return ipv6(context, packet, bytes);
  refuse(packet, PacketEvent::ipraw_invalid_ip_version);
}

// The address family stands in the byte order of the machine that captured; IPv6 has another number on each system.
void null_loopback(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.null_link;
  if (!context.enter(packet)) return;
  if (bytes.size() < kNullHeader) return refuse(packet, PacketEvent::ltnull_pkt_too_small);
  std::uint32_t family = be32(bytes.data());
  if (family > 0xffff) family = bytes[0] | std::uint32_t{bytes[1]} << 8;
  const Bytes rest = bytes.subspan(kNullHeader);
  if (family == 2) return ipv4(context, packet, rest);
  constexpr std::uint32_t families_of_ipv6[] = {10, 24, 28, 30};
  for (const std::uint32_t ipv6_family : families_of_ipv6)
    if (family == ipv6_family) return ipv6(context, packet, rest);
  note(packet, PacketEvent::ltnull_unsupported_type);
}

void chdlc(Context& context, Packet& packet, Bytes bytes) noexcept {
  if (!context.enter(packet)) return;
  if (bytes.size() < kChdlcHeader) return refuse(packet, PacketEvent::chdlc_pkt_too_small);
  decode_ether_type(context, packet, be16(bytes.data() + 2), bytes.subspan(kChdlcHeader),
                    PacketEvent::ethernet_unknown_ethertype);
}

void unsupported_link(Context&, Packet& packet, Bytes) noexcept {
  refuse(packet, PacketEvent::unsupported_link_type);
}

}  // namespace gatehouse::decode
