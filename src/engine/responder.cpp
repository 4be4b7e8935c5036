// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/responder.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace gatehouse::engine {
namespace {

constexpr std::size_t kMostQuoted = 512;  // bytes of the refused packet that an ICMP error carries
constexpr std::uint8_t kHopLimit = 64;

// A packet in the making: written front to back, with fields that are set when all is there.
class Frame {
 public:
  std::uint8_t* at(std::size_t offset) noexcept { return bytes_.data() + offset; }
  std::size_t size() const noexcept { return size_; }
  Bytes bytes() const noexcept { return {bytes_.data(), size_}; }

  void put(Bytes b) noexcept {
    const std::size_t n = std::min(b.size(), bytes_.size() - size_);
    if (n > 0) std::memcpy(at(size_), b.data(), n);
    size_ += n;
  }
  void u8(std::uint8_t v) noexcept { bytes_[size_++] = v; }
  void u16(std::size_t v) noexcept { u8(static_cast<std::uint8_t>(v >> 8)), u8(static_cast<std::uint8_t>(v)); }
  void u32(std::uint32_t v) noexcept { u16(v >> 16), u16(v & 0xffff); }
  void set16(std::size_t offset, std::uint32_t v) noexcept {
    bytes_[offset] = static_cast<std::uint8_t>(v >> 8);
    bytes_[offset + 1] = static_cast<std::uint8_t>(v);
  }

 private:
  std::array<std::uint8_t, 1024> bytes_{};
  std::size_t size_ = 0;
};

// RFC 1071: the one's complement sum, still to be folded.
std::uint32_t sum_words(Bytes bytes, std::uint32_t sum = 0) noexcept {
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) sum += static_cast<std::uint32_t>(bytes[i] << 8 | bytes[i + 1]);
  if (bytes.size() % 2 != 0) sum += static_cast<std::uint32_t>(bytes.back() << 8);
  return sum;
}

std::uint16_t fold(std::uint32_t sum) noexcept {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

void put_ip_header(Frame& frame, const IpAddress& src, const IpAddress& dst, std::uint8_t protocol) noexcept {
  if (src.version == 4) {
    frame.u8(0x45), frame.u8(0), frame.u16(0);  // length set later
    frame.u16(0), frame.u16(0x4000);            // identification; do not fragment
    frame.u8(kHopLimit), frame.u8(protocol), frame.u16(0);
  } else {
    frame.u32(6u << 28), frame.u16(0), frame.u8(protocol), frame.u8(kHopLimit);
  }
  frame.put(src.view());
  frame.put(dst.view());
}

// Lengths and checksums, once the packet is whole. `header`: where IP begins; `checksum_at`: the transport's field.
void finish(Frame& frame, std::size_t header, const IpAddress& src, const IpAddress& dst, std::uint8_t protocol,
            std::size_t checksum_at) noexcept {
  const std::size_t ip_size = src.version == 4 ? 20 : 40;
  const std::size_t length = frame.size() - header;
  if (src.version == 4) {
    frame.set16(header + 2, static_cast<std::uint32_t>(length));
    frame.set16(header + 10, fold(sum_words(frame.bytes().subspan(header, ip_size))));
  } else {
    frame.set16(header + 4, static_cast<std::uint32_t>(length - ip_size));
  }
  std::uint32_t sum = sum_words(frame.bytes().subspan(header + ip_size));
  if (protocol != ip_protocol::icmp) {
    sum = sum_words(src.view(), sum);
    sum = sum_words(dst.view(), sum);
    sum += protocol + static_cast<std::uint32_t>(length - ip_size);
  }
  frame.set16(checksum_at, fold(sum));
}

// Link layer, VLAN tags included, as the refused packet had it; turned round where the answer goes back to its sender.
void put_link(Frame& frame, const Packet& packet, bool to_sender) noexcept {
  if (packet.raw->link != LinkType::ethernet || packet.mac.size() < 12) return;
  const Bytes destination = packet.mac.first(6), source = packet.mac.subspan(6, 6);
  frame.put(to_sender ? source : destination);
  frame.put(to_sender ? destination : source);
  const auto* ip = packet.ip_header.data();
  const auto* behind_mac = packet.mac.data() + 12;
  frame.put({behind_mac, ip});  // tags and the type of what follows
}

}  // namespace

void Responder::reject(const Packet& packet) noexcept {
  if (!packet.has_ip || packet.tunnel_depth > 0 || packet.rebuilt) return;  // nothing that could be answered in kind
  if (!packet.is_tcp()) return unreachable(packet);
  if (packet.tcp.flags & tcp_flag::rst) return;  // RFC 9293, 3.5.2: a reset is never answered
  reset(packet, true);
  reset(packet, false);
}

void Responder::reset(const Packet& packet, bool to_sender) noexcept {
  const IpAddress& src = to_sender ? packet.dst : packet.src;
  const IpAddress& dst = to_sender ? packet.src : packet.dst;
  Frame frame;
  put_link(frame, packet, to_sender);
  const std::size_t header = frame.size();
  put_ip_header(frame, src, dst, ip_protocol::tcp);
  const std::size_t tcp_at = frame.size();
  frame.u16(to_sender ? packet.dst_port : packet.src_port);
  frame.u16(to_sender ? packet.src_port : packet.dst_port);
  const bool has_ack = (packet.tcp.flags & tcp_flag::ack) != 0;
  const auto length = static_cast<std::uint32_t>(packet.payload.size()) +
                      ((packet.tcp.flags & tcp_flag::syn) ? 1u : 0u) + ((packet.tcp.flags & tcp_flag::fin) ? 1u : 0u);
  if (to_sender) {
    // RFC 9293, 3.5.2: with the ACK's number as sequence; without one, sequence zero and an ACK of what came.
    frame.u32(has_ack ? packet.tcp.ack : 0);
    frame.u32(packet.tcp.seq + length);
  } else {
    // To the other end as if its peer gave up: the refused segment's own number is the next it expects.
    frame.u32(packet.tcp.seq);
    frame.u32(packet.tcp.ack);
  }
  frame.u8(5 << 4);
  frame.u8(tcp_flag::rst | (to_sender && has_ack ? 0 : tcp_flag::ack));
  frame.u16(0), frame.u16(0), frame.u16(0);
  finish(frame, header, src, dst, ip_protocol::tcp, tcp_at + 16);
  send(packet, to_sender, frame.bytes());
}

void Responder::unreachable(const Packet& packet) noexcept {
  if (packet.protocol == ip_protocol::icmp || packet.protocol == ip_protocol::icmpv6) return;  // RFC 1122, 3.2.2
  const bool v4 = packet.src.version == 4;
  const std::uint8_t protocol = v4 ? ip_protocol::icmp : ip_protocol::icmpv6;
  Frame frame;
  put_link(frame, packet, true);
  const std::size_t header = frame.size();
  put_ip_header(frame, packet.dst, packet.src, protocol);
  const std::size_t icmp_at = frame.size();
  frame.u8(v4 ? 3 : 1);   // RFC 792 destination unreachable; RFC 4443, 3.1
  frame.u8(v4 ? 13 : 1);  // RFC 1812, 5.2.7.1: communication administratively prohibited
  frame.u16(0), frame.u32(0);
  const auto* end = packet.payload.data() + packet.payload.size();
  const Bytes quoted{packet.ip_header.data(), end};
  frame.put(quoted.first(std::min(quoted.size(), kMostQuoted)));
  finish(frame, header, packet.dst, packet.src, protocol, icmp_at + 2);
  send(packet, true, frame.bytes());
}

void Responder::send(const Packet& packet, bool to_sender, Bytes frame) noexcept {
  source_.inject(to_sender ? packet.raw->port : source_.peer_of(packet.raw->port), frame);
}

}  // namespace gatehouse::engine
