// SPDX-License-Identifier: GPL-3.0-or-later
// GRE (RFC 1701, 2784, 2890), its version 1 (PPTP, RFC 2637) and ERSPAN, which rides on it.
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kHeader = 4, kWord = 4, kRouteEntry = 4, kErspan2Header = 8;
constexpr std::uint16_t kChecksum = 0x8000, kRouting = 0x4000, kKey = 0x2000, kSequence = 0x1000, kStrictRoute = 0x0800,
                        kRecursion = 0x0700, kAcknowledge = 0x0080, kFlags0 = 0x00f8, kFlags1 = 0x0078,
                        kVersion = 0x0007;

// ERSPAN type I: a mirrored Ethernet frame and nothing else.
void erspan1(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.erspan;
  ethernet(context, packet, bytes);
}

void erspan2(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.erspan;
  if (bytes.size() < kErspan2Header) return refuse(packet, PacketEvent::erspan_header_too_small);
  const std::uint16_t first = be16(bytes.data());
  if (first >> 12 != 1) return note(packet, PacketEvent::erspan_unsupported_version);
  const std::uint16_t vlan_id = first & 0x0fff;
  if (vlan_id > 0) {
    if (packet.vlan_layers == packet.vlan.size()) return note(packet, PacketEvent::erspan_too_many_vlan_layers);
    packet.vlan[packet.vlan_layers++] = vlan_id;
  }
  ethernet(context, packet, bytes.subspan(kErspan2Header));
}

struct Carried {
  std::uint16_t type;
  DecodeFn decode;
};
constexpr std::array kCarried{
    Carried{ether_type::ipv4, ipv4}, Carried{ether_type::ipv6, ipv6},       Carried{ether_type::ppp, ppp},
    Carried{ether_type::vlan, vlan}, Carried{ether_type::bridge, ethernet}, Carried{ether_type::arp, arp},
    Carried{ether_type::mpls, mpls},
};

// RFC 1701: source route entries until one that is null. 0: malformed.
std::size_t skip_routes(Bytes bytes, std::size_t at) noexcept {
  for (;;) {
    if (bytes.size() - at < kRouteEntry) return 0;
    const std::size_t length = bytes[at + 3];
    const bool last = be16(bytes.data() + at) == 0 && length == 0;
    at += kRouteEntry;
    if (last) return at;
    if (bytes.size() - at < length) return 0;
    at += length;
  }
}

// Both return the length of the header; 0: refused.
std::size_t version0(Packet& packet, Bytes bytes, std::uint16_t flags) noexcept {
  const auto reject = [&](PacketEvent event) noexcept -> std::size_t { return refuse(packet, event), 0; };
  if ((flags & kRecursion) != 0) return reject(PacketEvent::gre_version0_recur);
  if ((flags & kFlags0) != 0) return reject(PacketEvent::gre_version0_flags);
  std::size_t length = kHeader;
  if ((flags & (kChecksum | kRouting)) != 0) length += kWord;
  if ((flags & kKey) != 0) length += kWord;
  if ((flags & kSequence) != 0) length += kWord;
  if (length > bytes.size()) return reject(PacketEvent::gre_version0_hdr_too_big);
  if ((flags & kRouting) == 0) return length;
  const std::size_t end = skip_routes(bytes, length);
  return end != 0 ? end : reject(PacketEvent::gre_version0_malformed_sre_hdr);
}

std::size_t version1(Packet& packet, Bytes bytes, std::uint16_t flags) noexcept {
  const auto reject = [&](PacketEvent event) noexcept -> std::size_t { return refuse(packet, event), 0; };
  if ((flags & kChecksum) != 0) return reject(PacketEvent::gre_version1_chksum);
  if ((flags & kRouting) != 0) return reject(PacketEvent::gre_version1_route);
  if ((flags & kStrictRoute) != 0) return reject(PacketEvent::gre_version1_ssr);
  if ((flags & kRecursion) != 0) return reject(PacketEvent::gre_version1_recur);
  if ((flags & kFlags1) != 0) return reject(PacketEvent::gre_version1_flags);
  if (be16(bytes.data() + 2) != ether_type::ppp) return reject(PacketEvent::gre_version1_wrong_protocol);
  if ((flags & kKey) == 0) return reject(PacketEvent::gre_version1_no_key);
  std::size_t length = kHeader + kWord;
  if ((flags & kSequence) != 0) length += kWord;
  if ((flags & kAcknowledge) != 0) length += kWord;
  if (length > bytes.size()) return reject(PacketEvent::gre_version1_hdr_too_big);
  return length;
}

}  // namespace

void gre(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.gre;
  if (bytes.size() < kHeader) return refuse(packet, PacketEvent::gre_pkt_too_small);
  if (!context.enter(packet)) return;
  const std::uint16_t flags = be16(bytes.data()), type = be16(bytes.data() + 2), version = flags & kVersion;
  if (version > 1) return refuse(packet, PacketEvent::gre_wrong_version);
  const std::size_t length = version == 0 ? version0(packet, bytes, flags) : version1(packet, bytes, flags);
  if (length == 0) return;

  packet.transport_header = bytes.first(length);
  Bytes rest = bytes.subspan(length);
  packet.payload = rest;
  if (version == 1) {
    // RFC 2637, 4.1: the key's first half is the length of the payload; none: an acknowledgement only.
    const std::size_t stated = be16(bytes.data() + kHeader);
    if (stated == 0) return;
    rest = rest.first(std::min(stated, rest.size()));
  }
  if (type == ether_type::erspan)
    return decode_inner(context, packet, Tunnel::erspan, (flags & kSequence) != 0 ? erspan2 : erspan1, rest);
  for (const Carried& row : kCarried)
    if (row.type == type) return decode_inner(context, packet, Tunnel::gre, row.decode, rest);
}

}  // namespace gatehouse::decode
