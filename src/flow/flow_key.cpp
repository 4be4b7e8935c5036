// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/flow_key.hpp"

#include "base/hash.hpp"

namespace gatehouse::flow {
namespace {

constexpr std::uint16_t kNoAnswer = 256;  // not a type: the message has no counterpart

// The message that answers, or asked for, a message of this type. RFC 792, RFC 950, RFC 1256.
constexpr std::uint16_t icmpv4_counterpart(std::uint8_t type) noexcept {
  switch (type) {
    case 8:
      return 0;  // echo
    case 0:
      return 8;
    case 10:
      return 9;  // router solicitation
    case 9:
      return 10;
    case 13:
      return 14;  // timestamp
    case 14:
      return 13;
    case 15:
      return 16;  // information
    case 16:
      return 15;
    case 17:
      return 18;  // address mask
    case 18:
      return 17;
    default:
      return kNoAnswer;
  }
}

// RFC 4443, RFC 2710, RFC 4861, RFC 4620, RFC 6275.
constexpr std::uint16_t icmpv6_counterpart(std::uint8_t type) noexcept {
  switch (type) {
    case 128:
      return 129;  // echo
    case 129:
      return 128;
    case 130:
      return 131;  // multicast listener query
    case 131:
      return 130;
    case 133:
      return 134;  // router solicitation
    case 134:
      return 133;
    case 135:
      return 136;  // neighbour solicitation
    case 136:
      return 135;
    case 139:
      return 140;  // node information
    case 140:
      return 139;
    case 144:
      return 145;  // home agent discovery
    case 145:
      return 144;
    default:
      return kNoAnswer;
  }
}

bool same_network(const Flow& f, const FlowKey& k) noexcept {
  return f.protocol == k.protocol && f.tunnel_depth == k.tunnel_depth && f.vlan_layers == k.vlan_layers &&
         f.vlan == k.vlan && f.icmp_id == k.icmp_id;
}

std::uint64_t hash_end(const IpAddress& ip, std::uint16_t port, std::uint64_t secret) noexcept {
  return mix64(load64(ip.bytes.data()) ^ secret, (load64(ip.bytes.data() + 8) + port) ^ 0xa0761d6478bd642full);
}

void copy_network(FlowKey& key, const Packet& p) noexcept {
  key.tunnel_depth = p.tunnel_depth;
  key.vlan_layers = p.vlan_layers;
  key.vlan = p.vlan;
}

}  // namespace

FlowKey key_of(const Packet& p) noexcept {
  FlowKey key{&p.src, &p.dst, p.src_port, p.dst_port, 0, p.protocol, 0, 0, {}};
  copy_network(key, p);
  if (p.protocol == ip_protocol::icmp || p.protocol == ip_protocol::icmpv6) {
    key.src_port = p.icmp.type;
    key.dst_port = p.protocol == ip_protocol::icmp ? icmpv4_counterpart(p.icmp.type) : icmpv6_counterpart(p.icmp.type);
    key.icmp_id = key.dst_port == kNoAnswer ? std::uint16_t{0} : p.icmp.id;
  }
  return key;
}

FlowKey key_of_quoted(const Packet& p) noexcept {
  FlowKey key{&p.icmp.quoted_src,
              &p.icmp.quoted_dst,
              p.icmp.quoted_src_port,
              p.icmp.quoted_dst_port,
              0,
              p.icmp.quoted_protocol,
              0,
              0,
              {}};
  copy_network(key, p);
  return key;
}

std::uint64_t hash_of(const FlowKey& key, std::uint64_t secret) noexcept {
  const std::uint64_t a = hash_end(*key.src, key.src_port, secret);
  const std::uint64_t b = hash_end(*key.dst, key.dst_port, secret);
  const std::uint64_t network = std::uint64_t{key.protocol} | std::uint64_t{key.tunnel_depth} << 8 |
                                std::uint64_t{key.icmp_id} << 16 | std::uint64_t{key.vlan[0]} << 32 |
                                std::uint64_t{key.vlan[1]} << 44;
  // Sum and exclusive-or do not care which end comes first.
  return mix64((a + b) ^ secret, (a ^ b) + (network ^ 0xe7037ed1a0b428dbull));
}

bool belongs(const Flow& f, const FlowKey& k, Direction& direction) noexcept {
  if (!same_network(f, k)) return false;
  if (f.key_ports[0] == k.src_port && f.key_ports[1] == k.dst_port && f.client == *k.src && f.server == *k.dst) {
    direction = Direction::to_server;
    return true;
  }
  if (f.key_ports[0] == k.dst_port && f.key_ports[1] == k.src_port && f.client == *k.dst && f.server == *k.src) {
    direction = Direction::to_client;
    return true;
  }
  return false;
}

}  // namespace gatehouse::flow
