// SPDX-License-Identifier: GPL-3.0-or-later
// A packet as captured (RawPacket) and as decoded (Packet). Both are views: the capture source owns the bytes until the
// batch is given back.
#pragma once

#include <array>
#include <cstdint>

#include "base/bytes.hpp"
#include "base/ip.hpp"
#include "base/time.hpp"
#include "model/packet_event.hpp"

namespace gatehouse {

enum class LinkType : std::uint8_t { ethernet, raw_ip, linux_sll, linux_sll2, null_loopback, ppp, chdlc, unsupported };

inline constexpr std::uint8_t kNoPort = 0xff;

struct RawPacket {
  Bytes data;  // as it stands in the frame, VLAN tags included; may be a GSO super-packet
  Timestamp time;
  std::uint64_t number = 0;         // counts from 1 within the source
  std::uint32_t wire_length = 0;    // more than data.size() where the capture was cut short
  std::uint16_t segment_size = 0;   // > 0: a super-packet; the kernel cuts its payload into pieces of this size
  std::uint8_t port = 0;            // the interface it came in by: its index in the source
  std::uint8_t out_port = kNoPort;  // the one it will leave by, where the source knows
  LinkType link = LinkType::ethernet;
  // The sender's kernel has not filled the checksums in yet, or the receiver's has verified them.
  bool checksum_trusted = false;
};

namespace ip_protocol {
inline constexpr std::uint8_t icmp = 1, igmp = 2, ipip = 4, tcp = 6, udp = 17, ipv6 = 41, gre = 47, esp = 50, ah = 51,
                              icmpv6 = 58, sctp = 132;
}

namespace tcp_flag {
inline constexpr std::uint8_t fin = 0x01, syn = 0x02, rst = 0x04, psh = 0x08, ack = 0x10, urg = 0x20, ece = 0x40,
                              cwr = 0x80;
}

struct TcpHeader {
  std::uint32_t seq = 0, ack = 0;
  std::uint16_t window = 0, urgent = 0;
  std::uint8_t flags = 0;
  // Options, as far as tracking needs them.
  std::uint16_t mss = 0;
  std::uint8_t window_scale = 0;
  bool has_window_scale = false, has_timestamp = false, sack_permitted = false, fast_open = false, has_md5 = false;
  std::uint32_t timestamp_value = 0, timestamp_echo = 0;
  Bytes sack_blocks;  // pairs of big-endian edges
};

struct IcmpHeader {
  std::uint8_t type = 0, code = 0;
  std::uint16_t id = 0, sequence = 0;  // echo and its kin; zero otherwise
  // The packet that an error message quotes, where it holds enough to name a flow.
  bool quotes_flow = false;
  IpAddress quoted_src, quoted_dst;
  std::uint16_t quoted_src_port = 0, quoted_dst_port = 0;
  std::uint8_t quoted_protocol = 0;
};

enum class Tunnel : std::uint8_t { none, ipip, gre, erspan, vxlan, geneve, teredo };

// One IP packet. A tunnel gives several: the outermost first, each a packet of its own.
struct Packet {
  const RawPacket* raw = nullptr;
  IpAddress src, dst;
  std::uint16_t src_port = 0, dst_port = 0;
  std::uint16_t ethernet_type = 0;  // of the payload behind link and VLAN headers; ARP and the like have no IP
  std::uint8_t protocol = 0;        // of the transport, behind all extension headers
  std::uint8_t ttl = 0;             // or hop limit
  std::uint8_t tunnel_depth = 0;    // 0: the outermost
  Tunnel tunnel = Tunnel::none;     // how this one was carried
  const Packet* outer = nullptr;    // the one that carries it, of the same frame
  std::uint8_t vlan_layers = 0;
  std::array<std::uint16_t, 3> vlan{};  // identifiers, outermost first
  bool has_ip = false, has_transport = false;
  bool fragment = false;                // not the whole packet: held until the rest is there
  bool rebuilt = false;                 // made from fragments
  bool invalid = false;                 // a malformation that a receiver would not accept: not tracked
  bool bad_checksum = false;            // either of the two below; only where checksums are verified
  bool bad_ip_checksum = false;         // of the IPv4 header
  bool bad_transport_checksum = false;  // of TCP, UDP, ICMP or ICMPv6
  Bytes mac;                            // destination and source, 12 bytes; empty where the link has none
  Bytes ip_header, transport_header;    // with options and extension headers
  Bytes payload;                        // of the transport; of IP where there is none known
  TcpHeader tcp;                        // meaningful for TCP only, as `icmp` for ICMP and ICMPv6: not reset for others
  IcmpHeader icmp;
  PacketEvents events;

  bool is_tcp() const noexcept { return has_transport && protocol == ip_protocol::tcp; }
  bool is_udp() const noexcept { return has_transport && protocol == ip_protocol::udp; }
};

}  // namespace gatehouse
