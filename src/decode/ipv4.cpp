// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 791
#include "decode/checksum.hpp"
#include "decode/ipv4_options.hpp"
#include "decode/layers.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kMinHeader = 20;
constexpr std::uint16_t kMoreFragments = 0x2000, kOffsetMask = 0x1fff;

void set_address(IpAddress& address, const std::uint8_t* four) noexcept {
  address.bytes = {};
  std::memcpy(address.bytes.data(), four, 4);
  address.version = 4;
}

void not_looked_into(Context&, Packet&, Bytes) noexcept {}

void icmpv6_in_ipv4(Context&, Packet& packet, Bytes) noexcept {
  refuse(packet, PacketEvent::ipv4_icmpv6);
}

constexpr ProtocolTable make_table() {
  ProtocolTable table{};
  table.fill(not_looked_into);
  table[ip_protocol::tcp] = tcp;
  table[ip_protocol::udp] = udp;
  table[ip_protocol::icmp] = icmpv4;
  table[ip_protocol::igmp] = igmp;
  table[ip_protocol::sctp] = sctp;
  table[ip_protocol::esp] = esp;
  table[ip_protocol::gre] = gre;
  table[ip_protocol::ipip] = ipv4_in_ipv4;
  table[ip_protocol::ipv6] = ipv6_in_ipv4;
  table[ip_protocol::icmpv6] = icmpv6_in_ipv4;
  return table;
}

void fragment(Context& context, Packet& packet, std::uint16_t place) noexcept {
  ++context.counters.fragments_v4;
  packet.fragment = true;
  // A receiver throws away what fails its checksum before it puts fragments together.
  if (packet.invalid || packet.bad_ip_checksum) return;
  const Fragment piece{.header = packet.ip_header,
                       .data = packet.payload,
                       .offset = (place & kOffsetMask) * 8u,
                       .id = be16(packet.ip_header.data() + 4),
                       .protocol = packet.protocol,
                       .more = (place & kMoreFragments) != 0,
                       .verify = context.verify};
  const Rebuilt whole = context.defrag.add(packet, piece);
  if (whole.bytes.empty()) return;
  if (Packet* rebuilt = context.open_rebuilt(packet); rebuilt != nullptr) {
    const bool verify = context.verify;
    context.verify = whole.verify;
    ipv4(context, *rebuilt, whole.bytes);
    context.verify = verify;
  }
}

}  // namespace

constinit const ProtocolTable kIpv4Protocols = make_table();

void ipv4(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.ipv4;
  packet.ethernet_type = ether_type::ipv4;
  if (!context.enter(packet)) return;
  if (bytes.size() < kMinHeader) return refuse(packet, PacketEvent::ipv4_pkt_too_small);
  const std::uint8_t* header = bytes.data();
  if (header[0] >> 4 != 4) return refuse(packet, PacketEvent::ipv4_wrong_ip_version);
  const std::size_t header_length = (header[0] & 0x0fu) * 4;
  if (header_length < kMinHeader) return refuse(packet, PacketEvent::ipv4_hlen_too_small);
  std::size_t length = be16(header + 2);
  // A super-packet of more than 64 KiB has no length of its own.
  if (length == 0 && context.frame->segment_size > 0) length = bytes.size();
  if (length < header_length) return refuse(packet, PacketEvent::ipv4_iplen_smaller_than_hlen);
  if (length > bytes.size()) return refuse(packet, PacketEvent::ipv4_trunc_pkt);

  packet.has_ip = true;
  packet.ttl = header[8];
  packet.protocol = header[9];
  set_address(packet.src, header + 12);
  set_address(packet.dst, header + 16);
  packet.ip_header = bytes.first(header_length);
  packet.payload = bytes.subspan(header_length, length - header_length);
  if (header_length > kMinHeader) ipv4_options(packet, packet.ip_header.subspan(kMinHeader));

  if (context.verify) {
    InternetChecksum sum;
    sum.add(packet.ip_header);
    if (!sum.verifies()) packet.bad_ip_checksum = packet.bad_checksum = true;
  }
  const std::uint16_t place = be16(header + 6);
  if ((place & (kMoreFragments | kOffsetMask)) != 0) return fragment(context, packet, place);

  context.verify_transport = context.verify;
  kIpv4Protocols[packet.protocol](context, packet, packet.payload);
}

}  // namespace gatehouse::decode
