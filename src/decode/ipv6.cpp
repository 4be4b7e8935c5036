// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 8200
#include "decode/ipv6_extensions.hpp"
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kHeader = 40;
// RFC 2675, 3: a jumbogram has a payload length of zero and says its length, above 65535, in a hop-by-hop option.
constexpr std::uint32_t kShortestJumbo = 65536;

void set_address(IpAddress& address, const std::uint8_t* sixteen) noexcept {
  std::memcpy(address.bytes.data(), sixteen, 16);
  address.version = 6;
}

void unknown_next_header(Context&, Packet& packet, Bytes) noexcept {
  note(packet, PacketEvent::ipv6_unknown_next_header);
}

void icmpv4_in_ipv6(Context&, Packet& packet, Bytes) noexcept {
  note(packet, PacketEvent::ipv6_icmpv4);
}

// RFC 8200, 4.7
void no_next_header(Context&, Packet& packet, Bytes bytes) noexcept {
  if (!bytes.empty()) note(packet, PacketEvent::ipv6_data_after_none_header);
}

constexpr ProtocolTable make_table() {
  ProtocolTable table{};
  table.fill(unknown_next_header);
  table[ip_protocol::tcp] = tcp;
  table[ip_protocol::udp] = udp;
  table[ip_protocol::icmpv6] = icmpv6;
  table[ip_protocol::sctp] = sctp;
  table[ip_protocol::esp] = esp;
  table[ip_protocol::gre] = gre;
  table[ip_protocol::ipip] = ipv4_in_ipv6;
  table[ip_protocol::ipv6] = ipv6_in_ipv6;
  table[ip_protocol::icmp] = icmpv4_in_ipv6;
  table[extension::none] = no_next_header;
  return table;
}

std::size_t payload_length(const Context& context, Bytes bytes) noexcept {
  const std::size_t stated = be16(bytes.data() + 4);
  if (stated != 0) return stated;
  const std::uint32_t jumbo = bytes[6] == extension::hop_by_hop ? jumbo_length(bytes.subspan(kHeader)) : 0;
  if (jumbo >= kShortestJumbo) return jumbo;
  return context.frame->segment_size > 0 ? bytes.size() - kHeader : 0;
}

void fragment(Context& context, Packet& packet, const Walk& walk) noexcept {
  ++context.counters.fragments_v6;
  packet.fragment = true;
  if (packet.invalid) return;
  const Rebuilt whole = context.defrag.add(packet, walk.fragment);
  if (whole.bytes.empty()) return;
  if (Packet* rebuilt = context.open_rebuilt(packet); rebuilt != nullptr) {
    const bool verify = context.verify;
    context.verify = whole.verify;
    ipv6(context, *rebuilt, whole.bytes);
    context.verify = verify;
  }
}

}  // namespace

constinit const ProtocolTable kIpv6Protocols = make_table();

void ipv6(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.ipv6;
  packet.ethernet_type = ether_type::ipv6;
  if (!context.enter(packet)) return;
  if (bytes.size() < kHeader) return refuse(packet, PacketEvent::ipv6_pkt_too_small);
  if (bytes[0] >> 4 != 6) return refuse(packet, PacketEvent::ipv6_wrong_ip_version);
  const std::size_t length = payload_length(context, bytes);
  if (length > bytes.size() - kHeader) return refuse(packet, PacketEvent::ipv6_trunc_pkt);

  packet.has_ip = true;
  packet.protocol = bytes[6];
  packet.ttl = bytes[7];
  set_address(packet.src, bytes.data() + 8);
  set_address(packet.dst, bytes.data() + 24);
  const Bytes whole = bytes.first(kHeader + length);

  Walk walk{.packet = packet, .ip = whole, .at = kHeader, .next = bytes[6], .next_at = 6, .fragment = {}};
  walk.fragment.verify = context.verify;
  const WalkEnd end = walk_extensions(walk);
  packet.protocol = walk.next;
  packet.ip_header = whole.first(walk.at);
  packet.payload = whole.subspan(walk.at);
  if (end == WalkEnd::malformed) return;
  if (end == WalkEnd::fragment) return fragment(context, packet, walk);

  context.verify_transport = context.verify && !walk.ends_hidden;
  kIpv6Protocols[walk.next](context, packet, packet.payload);
}

}  // namespace gatehouse::decode
