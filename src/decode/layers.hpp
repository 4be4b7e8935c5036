// SPDX-License-Identifier: GPL-3.0-or-later
// The layers, and the tables by which one finds the next. A new layer is a function here and a row in a table.
#pragma once

#include <array>

#include "decode/context.hpp"

namespace gatehouse::decode {

namespace ether_type {
inline constexpr std::uint16_t ipv4 = 0x0800, arp = 0x0806, profinet = 0x8892, bridge = 0x6558, vlan = 0x8100,
                               ppp = 0x880b, ipv6 = 0x86dd, mpls = 0x8847, mpls_multicast = 0x8848,
                               pppoe_discovery = 0x8863, pppoe_session = 0x8864, erspan = 0x88be, qinq = 0x88a8,
                               ieee8021ah = 0x88e7, dce = 0x8903, vntag = 0x8926, nsh = 0x894f;
}

// link.cpp: what a capture source gives
void ethernet(Context&, Packet&, Bytes) noexcept;
void linux_sll(Context&, Packet&, Bytes) noexcept;
void linux_sll2(Context&, Packet&, Bytes) noexcept;
void raw_ip(Context&, Packet&, Bytes) noexcept;
void null_loopback(Context&, Packet&, Bytes) noexcept;
void chdlc(Context&, Packet&, Bytes) noexcept;
void unsupported_link(Context&, Packet&, Bytes) noexcept;

// tags.cpp: what stands between Ethernet and the network layer
void vlan(Context&, Packet&, Bytes) noexcept;
void ieee8021ah(Context&, Packet&, Bytes) noexcept;
void vntag(Context&, Packet&, Bytes) noexcept;
void dce(Context&, Packet&, Bytes) noexcept;
void mpls(Context&, Packet&, Bytes) noexcept;
void nsh(Context&, Packet&, Bytes) noexcept;
void arp(Context&, Packet&, Bytes) noexcept;

// ppp.cpp
void ppp(Context&, Packet&, Bytes) noexcept;
void pppoe_session(Context&, Packet&, Bytes) noexcept;
void pppoe_discovery(Context&, Packet&, Bytes) noexcept;

// ipv4.cpp, ipv6.cpp
void ipv4(Context&, Packet&, Bytes) noexcept;
void ipv6(Context&, Packet&, Bytes) noexcept;

// transport.cpp, icmp.cpp
void tcp(Context&, Packet&, Bytes) noexcept;
void udp(Context&, Packet&, Bytes) noexcept;
void sctp(Context&, Packet&, Bytes) noexcept;
void esp(Context&, Packet&, Bytes) noexcept;
void igmp(Context&, Packet&, Bytes) noexcept;
void icmpv4(Context&, Packet&, Bytes) noexcept;
void icmpv6(Context&, Packet&, Bytes) noexcept;

// gre.cpp, tunnel.cpp
void gre(Context&, Packet&, Bytes) noexcept;
void ipv4_in_ipv4(Context&, Packet&, Bytes) noexcept;
void ipv6_in_ipv4(Context&, Packet&, Bytes) noexcept;
void ipv4_in_ipv6(Context&, Packet&, Bytes) noexcept;
void ipv6_in_ipv6(Context&, Packet&, Bytes) noexcept;
// Looks whether a UDP datagram carries a tunnel, by port or by content, and decodes what is in it.
void udp_tunnel(Context&, Packet&, Bytes) noexcept;

// By EtherType; null where none is known.
DecodeFn find_ether_type(std::uint16_t type) noexcept;
// The payload of a link header: by EtherType, or `unknown` is noted.
void decode_ether_type(Context&, Packet&, std::uint16_t type, Bytes bytes, PacketEvent unknown) noexcept;

// By IP protocol. Never null: what is not known ends in a function of its own.
using ProtocolTable = std::array<DecodeFn, 256>;
extern const ProtocolTable kIpv4Protocols, kIpv6Protocols;

}  // namespace gatehouse::decode
