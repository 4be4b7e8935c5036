// SPDX-License-Identifier: GPL-3.0-or-later
// Builds packets layer by layer, outermost first; lengths, types and checksums are filled in, unless a test says
// otherwise:
//
//   const Frame syn = PacketBuilder().ethernet().vlan(7).ipv4("192.0.2.1", "192.0.2.2").tcp(40000, 80, {.flags =
//   tcp_flag::syn}).build(); const RawPacket raw = as_raw(syn);
#pragma once

#include <array>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

#include "model/packet.hpp"

namespace gatehouse::test {

using Frame = std::vector<std::uint8_t>;

inline constexpr std::array<std::uint8_t, 6> kClientMac{2, 0, 0, 0, 0, 1}, kServerMac{2, 0, 0, 0, 0, 2};

struct EthernetSpec {
  std::array<std::uint8_t, 6> dst = kServerMac, src = kClientMac;
  std::optional<std::uint16_t> type{};
};

struct Ipv4Spec {
  std::uint8_t ttl = 64;
  std::uint16_t id = 1;
  bool more_fragments = false;
  std::uint16_t offset = 0;  // in bytes, a multiple of 8
  Frame options{};           // padded with zeros to whole words
  // What a sound packet would not have.
  std::optional<std::uint8_t> version{}, header_words{}, protocol{};
  std::optional<std::uint16_t> total_length{}, checksum{};
};

struct Ipv6Spec {
  std::uint8_t hop_limit = 64;
  std::optional<std::uint8_t> version{}, next_header{};
  std::optional<std::uint16_t> payload_length{};
};

struct TcpSpec {
  std::uint32_t seq = 1, ack = 0;
  std::uint8_t flags = tcp_flag::ack;
  std::uint16_t window = 65535, urgent = 0;
  Frame options{};  // padded with zeros to whole words
  std::optional<std::uint8_t> header_words{};
  std::optional<std::uint16_t> checksum{};
};

struct UdpSpec {
  std::optional<std::uint16_t> length{}, checksum{};
};

struct IcmpSpec {
  std::uint8_t type = 8, code = 0;
  std::uint32_t rest = 0;  // identifier and sequence, or what the type has there
  std::optional<std::uint16_t> checksum{};
};

struct GreSpec {
  std::uint16_t flags = 0;  // the whole first half word, version included
  std::optional<std::uint16_t> type{};
  Frame fields{};  // checksum, key, sequence …, as the flags say
};

class PacketBuilder {
 public:
  // Links
  PacketBuilder& ethernet(const EthernetSpec& spec = {});
  PacketBuilder& vlan(std::uint16_t id, std::uint16_t tag_type = 0x8100);
  PacketBuilder& pppoe_session(std::uint16_t session = 1);
  PacketBuilder& ppp(bool with_address = true);
  PacketBuilder& mpls(std::uint32_t label, bool bottom = true);
  PacketBuilder& linux_sll();
  PacketBuilder& linux_sll2();
  PacketBuilder& null_loopback();
  PacketBuilder& chdlc();

  // Network
  PacketBuilder& ipv4(std::string_view src, std::string_view dst, const Ipv4Spec& spec = {});
  PacketBuilder& ipv6(std::string_view src, std::string_view dst, const Ipv6Spec& spec = {});
  // An IPv6 extension header: `body` stands behind next header and length, and is padded with zeros to whole eights.
  PacketBuilder& extension(std::uint8_t kind, const Frame& body);
  PacketBuilder& ipv6_fragment(std::uint32_t id, std::uint16_t offset, bool more,
                               std::optional<std::uint8_t> next = {});

  // Transport
  PacketBuilder& tcp(std::uint16_t src_port, std::uint16_t dst_port, const TcpSpec& spec = {});
  PacketBuilder& udp(std::uint16_t src_port, std::uint16_t dst_port, const UdpSpec& spec = {});
  PacketBuilder& sctp(std::uint16_t src_port, std::uint16_t dst_port);
  PacketBuilder& icmpv4(const IcmpSpec& spec = {});
  PacketBuilder& icmpv6(const IcmpSpec& spec = {.type = 128});

  // Tunnels
  PacketBuilder& gre(const GreSpec& spec = {});
  PacketBuilder& vxlan(std::uint32_t network = 1);
  PacketBuilder& geneve(std::optional<std::uint16_t> type = {}, const Frame& options = {});

  // Bytes as they are. A header that has no function above: `ether_type` and `ip_protocol` name it to the layer
  // outside.
  PacketBuilder& raw(const Frame& bytes, std::uint16_t ether_type = 0, std::uint8_t ip_protocol = 0);
  PacketBuilder& payload(std::string_view text);
  PacketBuilder& payload(const Frame& bytes) { return raw(bytes); }

  Frame build() const;

 private:
  struct Pseudo;  // the addresses that a transport's checksum includes
  struct Layer {
    std::uint16_t ether_type = 0;
    std::uint8_t ip_protocol = 0;
    std::function<Frame(const Frame& inner, const Layer* next, const Pseudo* network)> wrap{};
    std::optional<IpAddress> src{}, dst{};
  };
  PacketBuilder& add(Layer layer);

  std::vector<Layer> layers_;
};

// A view of the frame as a capture source would give it; the frame must outlive it.
RawPacket as_raw(const Frame& frame, LinkType link = LinkType::ethernet, Timestamp time = {1'700'000'000'000'000});

// Cuts the IP packet in an Ethernet frame (VLAN tags allowed) into fragments with up to `size` bytes of payload each,
// `size` being a multiple of 8. IPv6 packets must have no extension headers.
std::vector<Frame> fragments_of(const Frame& frame, std::size_t size, std::uint32_t id = 1);

Frame bytes_of(std::string_view text);
Frame join(std::initializer_list<Frame> parts);

}  // namespace gatehouse::test
