// SPDX-License-Identifier: GPL-3.0-or-later
// What every record of the log says about the session it belongs to. The record's own part is written behind it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/ip.hpp"
#include "base/time.hpp"

namespace gatehouse {

// Names that readers of EVE know; a protocol's own records carry the protocol's log_type instead.
namespace event_type {
inline constexpr std::string_view flow = "flow", anomaly = "anomaly", alert = "alert", drop = "drop", stats = "stats",
                                  fileinfo = "fileinfo", device = "device";
}

// Where the bytes came from that a record is about: EVE's pkt_src.
enum class PacketSource : std::uint8_t { wire, ipv4_tunnel, ipv6_tunnel, gre, teredo, vxlan, geneve, defrag, stream_end };

struct EventHead {
  std::string_view type;
  Timestamp time;
  std::uint64_t flow_id = 0;        // 0: no flow
  std::uint64_t packet_number = 0;  // 0: not from a file
  IpAddress src, dst;               // version 0: the record is not about IP
  std::uint16_t src_port = 0, dst_port = 0;
  std::uint8_t protocol = 0;
  std::uint8_t vlan_layers = 0;
  std::array<std::uint16_t, 3> vlan{};
  bool has_ports = false;
  bool has_icmp = false;
  std::uint8_t icmp_type = 0, icmp_code = 0;
  bool has_icmp_answer = false;
  std::uint8_t answer_type = 0, answer_code = 0;
  PacketSource source = PacketSource::wire;
  bool with_source = false;
  std::string_view interface;
  std::string_view community_id;
  bool has_tx = false;
  std::uint64_t tx_id = 0;
};

}  // namespace gatehouse
