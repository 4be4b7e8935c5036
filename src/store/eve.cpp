// SPDX-License-Identifier: GPL-3.0-or-later
#include "store/eve.hpp"

#include <charconv>

#include "base/cursor.hpp"

namespace gatehouse::store {
namespace {

std::string_view to_text(PacketSource source) noexcept {
  switch (source) {
    case PacketSource::wire:
      return "wire/pcap";
    case PacketSource::ipv4_tunnel:
      return "ipv4 tunnel";
    case PacketSource::ipv6_tunnel:
      return "ipv6 tunnel";
    case PacketSource::gre:
      return "gre tunnel";
    case PacketSource::teredo:
      return "teredo tunnel";
    case PacketSource::vxlan:
      return "vxlan encapsulation";
    case PacketSource::geneve:
      return "geneve encapsulation";
    case PacketSource::defrag:
      return "defrag";
    case PacketSource::stream_end:
      return "stream (flow timeout)";
  }
  return "";
}

void write_time(JsonWriter& json, std::string_view key, Timestamp t) noexcept {
  char text[kTimestampText];
  json.member(key, format_timestamp(t, text));
}

void write_address(JsonWriter& json, std::string_view key, const IpAddress& ip) noexcept {
  char text[kIpText];
  json.member(key, format_ip_full(ip, text));
}

void write_flag_byte(JsonWriter& json, std::string_view key, std::uint8_t flags) noexcept {
  json.member_hex(key, Bytes(&flags, 1));
}

}  // namespace

std::string_view protocol_name(std::uint8_t protocol, char* out) noexcept {
  switch (protocol) {  // IANA's registry, spelled as EVE readers know it
    case 0:
      return "HOPOPT";
    case ip_protocol::icmp:
      return "ICMP";
    case ip_protocol::igmp:
      return "IGMP";
    case ip_protocol::ipip:
      return "IP-in-IP";
    case ip_protocol::tcp:
      return "TCP";
    case ip_protocol::udp:
      return "UDP";
    case ip_protocol::ipv6:
      return "IPv6";
    case ip_protocol::gre:
      return "GRE";
    case ip_protocol::esp:
      return "ESP";
    case ip_protocol::ah:
      return "AH";
    case ip_protocol::icmpv6:
      return "IPv6-ICMP";
    case 59:
      return "IPv6-NoNxt";
    case 88:
      return "EIGRP";
    case 89:
      return "OSPFIGP";
    case 103:
      return "PIM";
    case 112:
      return "VRRP";
    case 115:
      return "L2TP";
    case ip_protocol::sctp:
      return "SCTP";
    default:
      return {out, static_cast<std::size_t>(std::to_chars(out, out + 3, protocol).ptr - out)};
  }
}

void write_head(JsonWriter& json, const EventHead& head) noexcept {
  write_time(json, "timestamp", head.time);
  if (head.flow_id != 0) json.member("flow_id", head.flow_id);
  if (!head.interface.empty()) json.member("in_iface", head.interface);
  if (head.packet_number != 0) json.member("pcap_cnt", head.packet_number);
  json.member("event_type", head.type);
  if (head.vlan_layers > 0) {
    json.open_array("vlan");
    for (std::size_t i = 0; i < head.vlan_layers; ++i) json.element(head.vlan[i]);
    json.close_array();
  }
  if (head.src.version != 0) {
    char number[4];
    write_address(json, "src_ip", head.src);
    if (head.has_ports) json.member("src_port", head.src_port);
    write_address(json, "dest_ip", head.dst);
    if (head.has_ports) json.member("dest_port", head.dst_port);
    json.member("proto", protocol_name(head.protocol, number));
    json.member("ip_v", head.src.version);
    if (head.has_icmp) {
      json.member("icmp_type", head.icmp_type);
      json.member("icmp_code", head.icmp_code);
    }
    if (head.has_icmp_answer) {
      json.member("response_icmp_type", head.answer_type);
      json.member("response_icmp_code", head.answer_code);
    }
  }
  if (head.with_source) json.member("pkt_src", to_text(head.source));
  if (!head.community_id.empty()) json.member("community_id", head.community_id);
  if (head.has_tx) json.member("tx_id", head.tx_id);
}

void write_app_names(JsonWriter& json, const AppNames& names) noexcept {
  if (!names.now.empty()) json.member("app_proto", names.now);
  if (!names.original.empty()) json.member("app_proto_orig", names.original);
  if (!names.expected.empty()) json.member("app_proto_expected", names.expected);
  if (!names.to_server.empty() && names.to_server != names.now) json.member("app_proto_ts", names.to_server);
  if (!names.to_client.empty() && names.to_client != names.now) json.member("app_proto_tc", names.to_client);
  if (!names.ndpi.empty()) {
    json.open_object("ndpi");
    json.member("proto", names.ndpi);
    if (!names.ndpi_confidence.empty()) json.member("confidence", names.ndpi_confidence);
    if (names.steps.size() > 1) {
      json.open_array("steps");
      for (const ProtocolSpec* step : names.steps) json.element(step->name);
      json.close_array();
    }
    json.close_object();
  }
}

void write_flow(JsonWriter& json, const FlowRecord& flow) noexcept {
  json.open_object("flow");
  json.member("pkts_toserver", flow.packets[0]);
  json.member("pkts_toclient", flow.packets[1]);
  json.member("bytes_toserver", flow.bytes[0]);
  json.member("bytes_toclient", flow.bytes[1]);
  write_time(json, "start", flow.start);
  write_time(json, "end", flow.end);
  // Whole seconds between the seconds of both, as the field's other tools count it.
  json.member("age", flow.end.us / 1'000'000 - flow.start.us / 1'000'000);
  if (flow.emergency) json.member("emergency", true);
  if (!flow.bypass.empty()) json.member("bypass", flow.bypass);
  json.member("state", flow.state);
  json.member("reason", flow.reason);
  json.member("alerted", flow.alerted);
  if (flow.action != Action::pass)
    json.member("action", "drop");
  else if (flow.has_action)
    json.member("action", "pass");
  if (flow.transactions > 0) json.member("tx_cnt", flow.transactions);
  json.close_object();
}

void write_tcp(JsonWriter& json, const TcpRecord& tcp) noexcept {
  const auto all = static_cast<std::uint8_t>(tcp.flags[0] | tcp.flags[1]);
  json.open_object("tcp");
  write_flag_byte(json, "tcp_flags", all);
  write_flag_byte(json, "tcp_flags_ts", tcp.flags[0]);
  write_flag_byte(json, "tcp_flags_tc", tcp.flags[1]);
  using namespace tcp_flag;
  if (all & syn) json.member("syn", true);
  if (all & fin) json.member("fin", true);
  if (all & rst) json.member("rst", true);
  if (all & psh) json.member("psh", true);
  if (all & ack) json.member("ack", true);
  if (all & urg) json.member("urg", true);
  if (all & ece) json.member("ecn", true);
  if (all & cwr) json.member("cwr", true);
  json.member("state", tcp.state);
  if (tcp.gap[0]) json.member("ts_gap", true);
  if (tcp.gap[1]) json.member("tc_gap", true);
  json.member("ts_max_regions", tcp.max_regions[0]);
  json.member("tc_max_regions", tcp.max_regions[1]);
  json.close_object();
}

void write_packet_anomaly(JsonWriter& json, PacketEvent event) noexcept {
  json.open_object("anomaly");
  json.member("type", is_stream_event(event) ? "stream" : "decode");
  json.member("event", gatehouse::to_text(event));
  json.close_object();
}

void write_app_anomaly(JsonWriter& json, std::string_view app, std::string_view event,
                       std::string_view layer) noexcept {
  json.open_object("anomaly");
  if (!app.empty()) json.member("app_proto", app);
  json.member("type", "applayer");
  json.member("event", event);
  json.member("layer", layer);
  json.close_object();
}

void write_drop(JsonWriter& json, const Packet& packet, DropReason reason) noexcept {
  json.open_object("drop");
  Cursor ip{packet.ip_header};
  if (packet.has_ip && packet.src.version == 4) {
    ip.skip(1);
    const auto tos = ip.u8();
    const auto length = ip.u16();
    const auto id = ip.u16();
    json.member("len", length);
    json.member("tos", tos);
    json.member("ttl", packet.ttl);
    json.member("ipid", id);
  } else if (packet.has_ip) {
    const auto first = ip.u32();
    const auto length = ip.u16();
    json.member("len", length);
    json.member("tc", first >> 20 & 0xff);
    json.member("hoplimit", packet.ttl);
    json.member("flowlbl", first & 0xfffff);
  }
  if (packet.is_tcp()) {
    json.member("tcpseq", packet.tcp.seq);
    json.member("tcpack", packet.tcp.ack);
    json.member("tcpwin", packet.tcp.window);
    json.member("syn", (packet.tcp.flags & tcp_flag::syn) != 0);
    json.member("ack", (packet.tcp.flags & tcp_flag::ack) != 0);
    json.member("psh", (packet.tcp.flags & tcp_flag::psh) != 0);
    json.member("rst", (packet.tcp.flags & tcp_flag::rst) != 0);
    json.member("urg", (packet.tcp.flags & tcp_flag::urg) != 0);
    json.member("fin", (packet.tcp.flags & tcp_flag::fin) != 0);
    json.member("tcpres", 0);
    json.member("tcpurgp", packet.tcp.urgent);
  } else if (packet.is_udp()) {
    json.member("udplen", packet.payload.size() + 8);
  } else if (packet.has_transport && packet.protocol == ip_protocol::icmp) {
    json.member("icmp_id", packet.icmp.id);
    json.member("icmp_seq", packet.icmp.sequence);
  }
  json.member("reason", gatehouse::to_text(reason));
  json.close_object();
}

namespace {

void write_end(JsonWriter& json, std::string_view key, const IpAddress& ip, std::uint16_t port,
               bool has_port) noexcept {
  json.open_object(key);
  write_address(json, "ip", ip);
  if (has_port) json.member("port", port);
  json.close_object();
}

}  // namespace

void write_alert(JsonWriter& json, const AlertNote& note, const EventHead& head) noexcept {
  using enum AlertNote::Target;
  json.open_object("alert");
  json.member("action", note.blocked ? "blocked" : "allowed");
  json.member("gid", note.gid);
  json.member("signature_id", note.signature_id);
  json.member("rev", note.rev);
  json.member("signature", note.signature);
  json.member("category", note.category);
  json.member("severity", note.severity);
  if (note.target != none) {
    const bool at_source = note.target == source;
    write_end(json, "target", at_source ? head.src : head.dst, at_source ? head.src_port : head.dst_port,
              head.has_ports);
    write_end(json, "source", at_source ? head.dst : head.src, at_source ? head.dst_port : head.src_port,
              head.has_ports);
  }
  if (!note.metadata.empty()) json.member_json("metadata", note.metadata);
  if (!note.context.empty()) json.member_json("context", note.context);
  json.close_object();
}

void write_tunnel(JsonWriter& json, const Packet& outer) noexcept {
  char number[4];
  json.open_object("tunnel");
  write_address(json, "src_ip", outer.src);
  if (outer.is_udp()) json.member("src_port", outer.src_port);
  write_address(json, "dest_ip", outer.dst);
  if (outer.is_udp()) json.member("dest_port", outer.dst_port);
  json.member("proto", protocol_name(outer.protocol, number));
  json.member("depth", outer.tunnel_depth);
  json.close_object();
}

void write_flow_so_far(JsonWriter& json, const FlowSoFar& flow) noexcept {
  json.open_object("flow");
  json.member("pkts_toserver", flow.packets[0]);
  json.member("pkts_toclient", flow.packets[1]);
  json.member("bytes_toserver", flow.bytes[0]);
  json.member("bytes_toclient", flow.bytes[1]);
  write_time(json, "start", flow.start);
  write_address(json, "src_ip", flow.client);
  write_address(json, "dest_ip", flow.server);
  if (flow.has_ports) {
    json.member("src_port", flow.client_port);
    json.member("dest_port", flow.server_port);
  }
  json.close_object();
}

void write_policy_alert(JsonWriter& json, const PolicyNote& note, Action action) noexcept {
  constexpr int kPolicyGenerator = 9;  // EVE's gid: tells the policy's refusals from signatures
  json.open_object("alert");
  json.member("action", action == Action::pass ? "allowed" : "blocked");
  json.member("gid", kPolicyGenerator);
  json.member("signature_id", note.line);
  json.member("rev", note.generation);
  json.member("signature", note.rule.empty() ? std::string_view{"policy: refused by default"} : note.rule);
  json.member("category", "Policy");
  json.member("severity", 3);
  json.open_object("context");
  json.open_object("policy");
  json.member("rule", note.rule.empty() ? std::string_view{"default"} : note.rule);
  if (note.line != 0) json.member("line", note.line);
  json.member("generation", note.generation);
  json.member("from", note.from_zone);
  json.member("to", note.to_zone);
  if (!note.application.empty()) json.member("application", note.application);
  if (!note.domain.empty()) json.member("domain", note.domain);
  json.close_object();
  json.close_object();
  json.close_object();
}

}  // namespace gatehouse::store
