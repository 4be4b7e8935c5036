// SPDX-License-Identifier: GPL-3.0-or-later
// TCP (RFC 9293), UDP (RFC 768), SCTP (RFC 9260), ESP (RFC 4303), IGMP (RFC 3376)
#include "decode/checksum.hpp"
#include "decode/layers.hpp"
#include "decode/tcp_options.hpp"
#include "decode/wire.hpp"

namespace gatehouse::decode {
namespace {

constexpr std::size_t kTcpHeader = 20, kUdpHeader = 8, kSctpHeader = 12, kEspHeader = 8, kIgmpHeader = 8;

void verify(Packet& packet, Bytes bytes) noexcept {
  InternetChecksum sum;
  sum.add_pseudo_header(packet.src, packet.dst, packet.protocol, bytes.size());
  sum.add(bytes);
  if (!sum.verifies()) packet.bad_transport_checksum = packet.bad_checksum = true;
}

void set_ports(Packet& packet, const std::uint8_t* header) noexcept {
  packet.src_port = be16(header);
  packet.dst_port = be16(header + 2);
}

void set_parts(Packet& packet, Bytes bytes, std::size_t header_length) noexcept {
  packet.has_transport = true;
  packet.transport_header = bytes.first(header_length);
  packet.payload = bytes.subspan(header_length);
}

}  // namespace

void tcp(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.tcp;
  if (bytes.size() < kTcpHeader) return refuse(packet, PacketEvent::tcp_pkt_too_small);
  const std::uint8_t* header = bytes.data();
  const std::size_t header_length = (header[12] >> 4) * 4u;
  if (header_length > bytes.size()) return refuse(packet, PacketEvent::tcp_hlen_too_small);
  if (header_length < kTcpHeader) return refuse(packet, PacketEvent::tcp_invalid_optlen);
  if (context.verify_transport) verify(packet, bytes);

  set_ports(packet, header);
  set_parts(packet, bytes, header_length);
  TcpHeader& tcp = packet.tcp;
  tcp = {};
  tcp.seq = be32(header + 4);
  tcp.ack = be32(header + 8);
  tcp.flags = header[13];
  tcp.window = be16(header + 14);
  tcp.urgent = be16(header + 18);
  if (header_length > kTcpHeader) tcp_options(packet, packet.transport_header.subspan(kTcpHeader));
}

void udp(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.udp;
  if (bytes.size() < kUdpHeader) return refuse(packet, PacketEvent::udp_hlen_too_small);
  const std::uint8_t* header = bytes.data();
  std::size_t length = be16(header + 4);
  // RFC 2675, 4: zero in a jumbogram.
  if (length == 0 && bytes.size() > 0xffff) length = bytes.size();
  if (length > bytes.size()) return refuse(packet, PacketEvent::udp_pkt_too_small);
  if (length < kUdpHeader) return refuse(packet, PacketEvent::udp_len_invalid);

  bytes = bytes.first(length);
  set_ports(packet, header);
  set_parts(packet, bytes, kUdpHeader);
  // RFC 768: zero means that the sender made none. IPv6 allows that to tunnels only (RFC 6935), which look for
  // themselves.
  const bool has_checksum = be16(header + 6) != 0;
  if (context.verify_transport && (has_checksum || packet.src.version == 6)) {
    const std::size_t before = context.count;
    if (has_checksum) verify(packet, bytes);
    udp_tunnel(context, packet, packet.payload);
    if (!has_checksum && context.count == before) packet.bad_transport_checksum = packet.bad_checksum = true;
    return;
  }
  udp_tunnel(context, packet, packet.payload);
}

void sctp(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.sctp;
  if (bytes.size() < kSctpHeader) return refuse(packet, PacketEvent::sctp_pkt_too_small);
  set_ports(packet, bytes.data());
  set_parts(packet, bytes, kSctpHeader);
}

void esp(Context& context, Packet& packet, Bytes bytes) noexcept {
  ++context.counters.esp;
  if (bytes.size() < kEspHeader) return refuse(packet, PacketEvent::esp_pkt_too_small);
  set_parts(packet, bytes, kEspHeader);
}

// Between hosts and routers of one segment: no session comes of it.
void igmp(Context&, Packet& packet, Bytes bytes) noexcept {
  if (bytes.size() < kIgmpHeader) return refuse(packet, PacketEvent::igmp_pkt_too_small);
  packet.transport_header = bytes.first(kIgmpHeader);
  packet.payload = bytes.subspan(kIgmpHeader);
}

}  // namespace gatehouse::decode
