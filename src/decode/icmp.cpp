// SPDX-License-Identifier: GPL-3.0-or-later
// ICMP (RFC 792) and ICMPv6 (RFC 4443, 4861, 2710, 3810)
#include "decode/checksum.hpp"
#include "decode/ipv6_extensions.hpp"
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kHeader = 8, kIpv4Header = 20, kIpv6Header = 40, kTimestampMessage = 20;

// What stands behind the first four bytes of a message.
enum class Body : std::uint8_t { plain, echo, quote, listener };

struct TypeRow {
  bool known = false;
  std::uint8_t last_code = 255;  // of those assigned
  Body body = Body::plain;
  PacketEvent unknown = PacketEvent::icmpv4_unknown_type;  // where it is not known
};
using TypeTable = std::array<TypeRow, 256>;

constexpr TypeTable make_v4() {
  TypeTable table{};
  table[0] = table[8] = {true, 0, Body::echo};
  table[3] = {true, 15, Body::quote};   // destination unreachable
  table[4] = {true, 0, Body::quote};    // source quench
  table[5] = {true, 3, Body::quote};    // redirect
  table[9] = {true, 255, Body::plain};  // router advertisement: 16 is mobile IP's
  table[10] = {true, 255, Body::plain};
  table[11] = {true, 1, Body::quote};                                                   // time exceeded
  table[12] = {true, 2, Body::quote};                                                   // parameter problem
  for (std::size_t type = 13; type <= 18; ++type) table[type] = {true, 0, Body::echo};  // timestamp, information, mask
  return table;
}

// The IANA register "ICMPv6 type numbers".
constexpr TypeTable make_v6() {
  TypeTable table{};
  for (TypeRow& row : table) row.unknown = PacketEvent::icmpv6_unassigned_type;
  for (const std::size_t type : {100, 101, 200, 201}) table[type].unknown = PacketEvent::icmpv6_experimentation_type;
  table[127].unknown = PacketEvent::icmpv6_unknown_type;  // reserved for more error messages
  table[1] = {true, 6, Body::quote};
  table[2] = {true, 0, Body::quote};
  table[3] = {true, 1, Body::quote};
  table[4] = {true, 2, Body::quote};
  table[128] = table[129] = {true, 0, Body::echo};
  table[130] = table[131] = table[132] = {true, 0, Body::listener};
  for (std::size_t type = 133; type <= 137; ++type) table[type] = {true, 0, Body::plain};  // neighbour discovery
  table[138] = {true, 255, Body::plain};                                                   // router renumbering
  for (std::size_t type = 139; type <= 161; ++type) table[type] = {true, 255, Body::plain};
  table[139].last_code = table[140].last_code = 2;  // node information
  table[141].last_code = table[142].last_code = 0;  // inverse neighbour discovery
  return table;
}

constexpr TypeTable kV4 = make_v4(), kV6 = make_v6();

void set_quoted_ports(IcmpHeader& icmp, Bytes transport) noexcept {
  const std::uint8_t protocol = icmp.quoted_protocol;
  const bool has_ports = protocol == ip_protocol::tcp || protocol == ip_protocol::udp || protocol == ip_protocol::sctp;
  if (has_ports && transport.size() < 4) return;
  if (has_ports) {
    icmp.quoted_src_port = be16(transport.data());
    icmp.quoted_dst_port = be16(transport.data() + 2);
  }
  icmp.quotes_flow = true;
}

void quote_v4(Packet& packet, Bytes quoted) noexcept {
  if (quoted.empty()) return;
  if (quoted.size() < kIpv4Header) return refuse(packet, PacketEvent::icmpv4_ipv4_trunc_pkt);
  if (quoted[0] >> 4 != 4) return refuse(packet, PacketEvent::icmpv4_ipv4_unknown_ver);
  IcmpHeader& icmp = packet.icmp;
  icmp.quoted_src = IpAddress::v4(quoted.data() + 12);
  icmp.quoted_dst = IpAddress::v4(quoted.data() + 16);
  icmp.quoted_protocol = quoted[9];
  const std::size_t header_length = (quoted[0] & 0x0fu) * 4;
  const bool first_fragment = (be16(quoted.data() + 6) & 0x1fff) == 0;
  if (header_length >= kIpv4Header && header_length <= quoted.size() && first_fragment)
    set_quoted_ports(icmp, quoted.subspan(header_length));
}

void quote_v6(Packet& packet, Bytes quoted) noexcept {
  if (quoted.size() < kIpv6Header) return refuse(packet, PacketEvent::icmpv6_ipv6_trunc_pkt);
  if (quoted[0] >> 4 != 6) return refuse(packet, PacketEvent::icmpv6_ipv6_unknown_version);
  IcmpHeader& icmp = packet.icmp;
  icmp.quoted_src = IpAddress::v6(quoted.data() + 8);
  icmp.quoted_dst = IpAddress::v6(quoted.data() + 24);
  // What is wrong with the quoted packet is not this one's fault: the walk's events go nowhere.
  Packet nowhere;
  Walk walk{.packet = nowhere, .ip = quoted, .at = kIpv6Header, .next = quoted[6], .next_at = 6, .fragment = {}};
  const WalkEnd end = walk_extensions(walk);
  icmp.quoted_protocol = walk.next;
  if (end == WalkEnd::payload) set_quoted_ports(icmp, walk.rest());
}

// Header and addresses of the message; false: it is too short.
void begin(Packet& packet, Bytes bytes, std::size_t header_length) noexcept {
  packet.has_transport = true;
  packet.icmp = {};
  packet.icmp.type = bytes[0];
  packet.icmp.code = bytes[1];
  packet.transport_header = bytes.first(header_length);
  packet.payload = bytes.subspan(header_length);
}

void set_echo(Packet& packet, Bytes bytes) noexcept {
  packet.icmp.id = be16(bytes.data() + 4);
  packet.icmp.sequence = be16(bytes.data() + 6);
}

}  // namespace

void icmpv4(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.icmpv4;
  if (bytes.size() < kHeader) return refuse(packet, PacketEvent::icmpv4_pkt_too_small);
  const bool timestamp = (bytes[0] == 13 || bytes[0] == 14) && bytes.size() >= kTimestampMessage;
  begin(packet, bytes, timestamp ? kTimestampMessage : kHeader);
  if (context.verify_transport) {
    InternetChecksum sum;
    sum.add(bytes);
    if (!sum.verifies()) packet.bad_transport_checksum = packet.bad_checksum = true;
  }
  const TypeRow& row = kV4[bytes[0]];
  if (!row.known) return note(packet, row.unknown);
  if (row.body == Body::echo) set_echo(packet, bytes);
  if (bytes[1] > row.last_code) return note(packet, PacketEvent::icmpv4_unknown_code);
  if (row.body == Body::quote) quote_v4(packet, bytes.subspan(kHeader));
}

void icmpv6(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.icmpv6;
  if (bytes.size() < kHeader) return refuse(packet, PacketEvent::icmpv6_pkt_too_small);
  begin(packet, bytes, kHeader);
  if (context.verify_transport) {
    InternetChecksum sum;
    sum.add_pseudo_header(packet.src, packet.dst, ip_protocol::icmpv6, bytes.size());
    sum.add(bytes);
    if (!sum.verifies()) packet.bad_transport_checksum = packet.bad_checksum = true;
  }
  const TypeRow& row = kV6[bytes[0]];
  if (!row.known) return note(packet, row.unknown);
  if (row.body == Body::echo) set_echo(packet, bytes);
  if (bytes[1] > row.last_code) return note(packet, PacketEvent::icmpv6_unknown_code);
  if (row.body == Body::quote) quote_v6(packet, bytes.subspan(kHeader));
  // RFC 2710, 3: "sent with [...] an IPv6 Hop Limit of 1"
  if (row.body == Body::listener && packet.ttl != 1) note(packet, PacketEvent::icmpv6_mld_message_with_invalid_hl);
}

}  // namespace gatehouse::decode
