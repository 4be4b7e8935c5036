// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/counters.hpp"

#include <algorithm>
#include <string>

#include "model/verdict.hpp"

namespace gatehouse::engine {
namespace {

// Counters are structs of nothing but 64-bit numbers: they are added number by number.
template <typename T>
void add_all(T& sum, const T& other) noexcept {
  static_assert(std::is_trivially_copyable_v<T> && sizeof(T) % sizeof(std::uint64_t) == 0);
  auto* to = reinterpret_cast<std::uint64_t*>(&sum);
  const auto* from = reinterpret_cast<const std::uint64_t*>(&other);
  for (std::size_t i = 0; i < sizeof(T) / sizeof(std::uint64_t); ++i) to[i] += from[i];
}

// "ips.drop_reason.flow_drop": the words of drop.reason as one key.
std::string_view key_of(DropReason reason, std::array<char, 48>& text) noexcept {
  const std::string_view words = to_text(reason);
  std::ranges::transform(words, text.begin(), [](char c) { return c == ' ' ? '_' : c; });
  return {text.data(), words.size()};
}

void write_decoder(JsonWriter& json, const WorkerCounters& sum) noexcept {
  const decode::Counters& d = sum.decode;
  json.open_object("decoder");
  json.member("pkts", d.packets);
  json.member("bytes", d.bytes);
  json.member("invalid", d.invalid);
  json.member("ipv4", d.ipv4);
  json.member("ipv6", d.ipv6);
  json.member("ethernet", d.ethernet);
  json.member("arp", d.arp);
  json.member("unknown_ethertype", d.unknown_ethertype);
  json.member("raw", d.raw);
  json.member("null", d.null_link);
  json.member("sll", d.sll);
  json.member("tcp", d.tcp);
  json.member("udp", d.udp);
  json.member("sctp", d.sctp);
  json.member("esp", d.esp);
  json.member("icmpv4", d.icmpv4);
  json.member("icmpv6", d.icmpv6);
  json.member("ppp", d.ppp);
  json.member("pppoe", d.pppoe);
  json.member("geneve", d.geneve);
  json.member("gre", d.gre);
  json.member("vlan", d.vlan);
  json.member("vlan_qinq", d.qinq);
  json.member("vxlan", d.vxlan);
  json.member("teredo", d.teredo);
  json.member("mpls", d.mpls);
  json.member("erspan", d.erspan);
  json.member("avg_pkt_size", d.packets > 0 ? d.bytes / d.packets : 0);
  json.member("max_pkt_size", d.max_pkt_size);
  json.close_object();
  json.open_object("defrag");
  json.open_object("ipv4");
  json.member("fragments", d.fragments_v4);
  json.member("reassembled", d.reassembled_v4);
  json.close_object();
  json.open_object("ipv6");
  json.member("fragments", d.fragments_v6);
  json.member("reassembled", d.reassembled_v6);
  json.close_object();
  json.member("max_trackers_reached", d.defrag_limit_hits);
  json.close_object();
}

void write_flows(JsonWriter& json, const WorkerCounters& sum) noexcept {
  const flow::TableCounters& f = sum.flows;
  json.open_object("flow");
  json.member("total", f.total);
  json.member("active", f.active);
  json.member("tcp", f.tcp);
  json.member("udp", f.udp);
  json.member("icmpv4", f.icmpv4);
  json.member("icmpv6", f.icmpv6);
  json.member("tcp_reuse", f.tcp_reused);
  json.member("memcap", f.refused);
  json.member("emerg_mode_entered", f.emergencies);
  json.close_object();
  const flow::TcpCounters& t = sum.tcp;
  json.open_object("tcp");
  json.member("sessions", t.sessions);
  json.member("syn", t.syn);
  json.member("synack", t.synack);
  json.member("rst", t.rst);
  json.member("midstream_pickups", t.midstream_pickups);
  json.member("overlap", t.overlaps);
  json.member("overlap_diff_data", t.overlaps_different);
  json.member("reassembly_gap", t.gaps);
  json.member("invalid_checksum", t.invalid_checksum);
  json.member("segment_memcap_drop", t.memory_limit_hits);
  json.member("reassembly_memuse", t.memory_in_use);
  json.member("active_sessions", t.connections_in_use);
  json.close_object();
}

// Readers of the counters know these for each transport: "dns_tcp" and "dns_udp". All others they know by their names.
constexpr std::array<std::string_view, 7> kCountedByTransport{"dcerpc", "dns", "enip", "krb5", "ldap", "nfs", "sip"};

// Protocols that the published schema has no records of are not known to readers of its counters either; the same goes
// for what rides on the link and has no flows.
bool is_counted(const ProtocolSpec& protocol) noexcept {
  return !protocol.log_type.empty() && !protocol.own_record && protocol.transports.ethernet == 0;
}

void write_by_protocol(JsonWriter& json, const std::array<InspectorCounters::ByProtocol, 2>& counts,
                       std::span<const ProtocolSpec* const> protocols) noexcept {
  std::array<char, 48> text{};
  for (std::size_t i = 0; i < protocols.size(); ++i) {
    const ProtocolSpec& protocol = *protocols[i];
    if (!is_counted(protocol)) continue;
    if (std::ranges::find(kCountedByTransport, protocol.name) == kCountedByTransport.end()) {
      json.member(protocol.name, counts[0][i] + counts[1][i]);
      continue;
    }
    for (const unsigned udp : {0u, 1u}) {
      const auto end =
          std::ranges::copy(udp ? "_udp" : "_tcp", std::ranges::copy(protocol.name, text.begin()).out).out - 1;
      json.member(std::string_view(text.begin(), end), counts[udp][i]);
    }
  }
}

void write_apps(JsonWriter& json, const WorkerCounters& sum, std::span<const ProtocolSpec* const> protocols) noexcept {
  json.open_object("app_layer");
  json.open_object("flow");
  write_by_protocol(json, sum.apps.flows, protocols);
  json.member("failed_tcp", sum.apps.failed_tcp);
  json.member("failed_udp", sum.apps.failed_udp);
  json.close_object();
  json.open_object("tx");
  write_by_protocol(json, sum.apps.transactions, protocols);
  json.close_object();
  json.close_object();
}

void write_verdicts(JsonWriter& json, const WorkerCounters& sum) noexcept {
  const VerdictCounters& v = sum.verdicts;
  json.open_object("ips");
  json.member("accepted", v.accepted);
  json.member("blocked", v.blocked);
  json.member("rejected", v.rejected);
  json.open_object("drop_reason");
  for (const DropReason reason :
       {DropReason::decode_error, DropReason::defrag_error, DropReason::defrag_memcap, DropReason::flow_memcap,
        DropReason::flow_drop, DropReason::stream_error, DropReason::stream_memcap, DropReason::stream_midstream,
        DropReason::stream_urgent, DropReason::stream_reassembly, DropReason::applayer_error,
        DropReason::applayer_memcap, DropReason::rules}) {
    std::array<char, 48> text{};
    json.member(key_of(reason, text), v.by_reason[static_cast<std::size_t>(reason)]);
  }
  json.close_object();
  json.close_object();
  // What the policy refused; later packets of the same sessions are counted as ips.drop_reason.flow_drop.
  const auto count = [&](DropReason reason) { return v.by_reason[static_cast<std::size_t>(reason)]; };
  json.open_object("firewall");
  json.open_object("drop_reason");
  json.member("rules", count(DropReason::firewall_rules));
  json.member("default_packet_policy", count(DropReason::firewall_default));
  json.member("default_app_policy", count(DropReason::firewall_undecided));
  json.close_object();
  json.close_object();
}

}  // namespace

void WorkerCounters::add(const WorkerCounters& other) noexcept {
  add_all(source, other.source);
  const std::uint64_t largest = std::max(decode.max_pkt_size, other.decode.max_pkt_size);
  add_all(decode, other.decode);
  decode.max_pkt_size = largest;
  add_all(flows, other.flows);
  add_all(tcp, other.tcp);
  add_all(apps, other.apps);
  add_all(verdicts, other.verdicts);
  add_all(log, other.log);
  matching.scans += other.matching.scans, matching.scanned_bytes += other.matching.scanned_bytes;
  matching.candidates += other.matching.candidates, matching.asked += other.matching.asked;
  matching.matches += other.matching.matches, matching.no_memory += other.matching.no_memory;
  matching.candidates_lost += other.matching.candidates_lost, matching.files_lost += other.matching.files_lost;
  alerts.alerts += other.alerts.alerts, alerts.suppressed += other.alerts.suppressed, alerts.lost += other.alerts.lost;
}

void write_stats(JsonWriter& json, const WorkerCounters& sum, std::span<const ProtocolSpec* const> protocols,
                 std::int64_t uptime_seconds) noexcept {
  json.open_object("stats");
  json.member("uptime", uptime_seconds);
  json.open_object("capture");
  json.member("kernel_packets", sum.source.packets + sum.source.kernel_drops);
  json.member("kernel_drops", sum.source.kernel_drops);
  json.close_object();
  write_decoder(json, sum);
  write_flows(json, sum);
  write_apps(json, sum, protocols);
  write_verdicts(json, sum);
  json.open_object("detect");
  json.member("alert", sum.verdicts.alerts + sum.alerts.alerts);
  json.member("alert_queue_overflow", sum.alerts.lost);
  json.member("alerts_suppressed", sum.alerts.suppressed);
  json.close_object();
  json.close_object();
}

}  // namespace gatehouse::engine
