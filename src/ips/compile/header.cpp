// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/header.hpp"

#include <algorithm>
#include <array>

#include "ips/compile/protocol_names.hpp"

namespace gatehouse::ips::compile {
namespace {

// ---- action

struct ActionWord {
  std::string_view word;
  RuleAction action;
  bool has_scope;  // ":packet" or ":flow" may stand behind it
};
constexpr std::array kActions{
    ActionWord{"alert", RuleAction::alert, false},
    ActionWord{"pass", RuleAction::pass, true},
    ActionWord{"drop", RuleAction::drop, true},
    ActionWord{"reject", RuleAction::reject, true},
    ActionWord{"rejectsrc", RuleAction::reject, true},
    ActionWord{"rejectdst", RuleAction::reject_dst, true},
    ActionWord{"rejectboth", RuleAction::reject_both, true},
    ActionWord{"config", RuleAction::config, false},
};
constexpr std::string_view kNoFirewallMode =
    "' is of the reference's firewall mode: what may pass is for the policy to say, and rules for the IPS alert, drop, "
    "reject or pass";

void refuse_word(Builder& builder, const text::Word& word, std::string reason, std::size_t offset = 0) {
  builder.refuse({word.place.line, word.place.column + static_cast<std::uint32_t>(offset)}, {}, std::move(reason));
}

void read_action(Builder& builder) {
  const text::Word& word = builder.rule().action;
  const std::string whole = in_small_letters(word.text);
  const std::size_t colon = whole.find(':');
  const std::string_view name = std::string_view{whole}.substr(0, colon);
  const auto row = std::ranges::find(kActions, name, &ActionWord::word);
  if (name == "accept" || whole.contains(','))
    return refuse_word(builder, word, "'" + whole + std::string{kNoFirewallMode});
  if (row == kActions.end())
    return refuse_word(builder, word,
                       "'" + whole + "' is no action: use alert, drop, reject, rejectdst, rejectboth, pass or config");
  builder.signature.action = row->action;
  // Those say nothing by themselves; `alert` among the options gives them their voice back.
  builder.signature.no_alert = row->action == RuleAction::pass || row->action == RuleAction::config;
  if (colon == whole.npos) return;
  const std::string_view scope = std::string_view{whole}.substr(colon + 1);
  if (scope == "hook" || scope == "tx") return refuse_word(builder, word, "'" + whole + std::string{kNoFirewallMode});
  if (!row->has_scope || (scope != "packet" && scope != "flow"))
    return refuse_word(builder, word, "behind drop, reject and pass may stand ':packet' or ':flow', nothing else");
  builder.signature.scope = scope == "flow" ? Scope::flow : Scope::packet;
}

// ---- protocol

struct TransportWord {
  std::string_view word;
  std::array<std::uint8_t, 2> protocols;  // 0: none
  std::uint8_t ip_version = 0;
  bool packet_only = false, stream_only = false;
};
constexpr std::array kTransports{
    TransportWord{"ip", {}},
    TransportWord{"any", {}},
    TransportWord{"tcp", {ip_protocol::tcp}},
    TransportWord{"tcp-pkt", {ip_protocol::tcp}, 0, true, false},
    TransportWord{"tcp-stream", {ip_protocol::tcp}, 0, false, true},
    TransportWord{"udp", {ip_protocol::udp}},
    TransportWord{"icmp", {ip_protocol::icmp, ip_protocol::icmpv6}},
    TransportWord{"icmpv4", {ip_protocol::icmp}},
    TransportWord{"icmpv6", {ip_protocol::icmpv6}},
    TransportWord{"sctp", {ip_protocol::sctp}},
    TransportWord{"ipv4", {}, 4},
    TransportWord{"ip4", {}, 4},
    TransportWord{"ipv6", {}, 6},
    TransportWord{"ip6", {}, 6},
    TransportWord{"pkthdr", {}, 0, true, false},
};

void add_transport(Signature& signature, std::uint8_t protocol) {
  if (protocol != 0) signature.protocols[signature.protocol_count++] = protocol;
}

// The hook `tcp:flow_start`: a flow's first packet.
bool is_flow_start(const Check&, const Scene& scene) noexcept {
  return scene.flow != nullptr && scene.flow->packets[0] + scene.flow->packets[1] <= 1;
}

void read_transport(Builder& builder, const TransportWord& row, std::string_view hook) {
  for (const std::uint8_t protocol : row.protocols) add_transport(builder.signature, protocol);
  builder.signature.ip_version = row.ip_version;
  builder.signature.packet_only = row.packet_only;
  builder.signature.stream_only = row.stream_only;
  if (hook.empty() || hook == "all") return;
  if (hook != "flow_start")
    return refuse_word(builder, builder.rule().protocol,
                       "'" + std::string{builder.rule().protocol.text} + std::string{kNoFirewallMode});
  builder.signature.packet_only = true;
  Check check;
  check.holds = &is_flow_start;
  check.keyword = "flow_start";
  builder.add_check(check);
}

bool has_stage(const ProtocolSpec* protocol, std::string_view stage) {
  return std::ranges::any_of(protocol->stages,
                             [&](const auto& side) { return std::ranges::find(side, stage) != side.end(); });
}

void read_application(Builder& builder, std::vector<const ProtocolSpec*> protocols, std::string_view hook) {
  const text::Word& word = builder.rule().protocol;
  if (!hook.empty()) {
    std::string known;
    for (const auto& side : protocols.front()->stages)
      for (const std::string_view stage : side) known += (known.empty() ? "" : ", ") + std::string{stage};
    std::erase_if(protocols, [&](const ProtocolSpec* p) { return !has_stage(p, hook); });
    if (protocols.empty())
      return refuse_word(builder, word, "it has no state '" + std::string{hook} + "'; it has " + known,
                         word.text.find(':') + 1);
    builder.hook = hook;
  }
  const bool tcp = std::ranges::any_of(protocols, [](const ProtocolSpec* p) { return p->transports.tcp; });
  const bool udp = std::ranges::any_of(protocols, [](const ProtocolSpec* p) { return p->transports.udp; });
  if (tcp) add_transport(builder.signature, ip_protocol::tcp);
  if (udp) add_transport(builder.signature, ip_protocol::udp);
  builder.app_protocols = std::move(protocols);
  builder.app_known = true;
}

void read_protocol(Builder& builder) {
  const text::Word& word = builder.rule().protocol;
  const std::string whole = in_small_letters(word.text);
  const std::size_t colon = whole.find(':');
  const std::string_view name = std::string_view{whole}.substr(0, colon);
  const std::string_view hook = colon == whole.npos ? std::string_view{} : std::string_view{whole}.substr(colon + 1);
  if (colon != whole.npos && hook.empty()) return refuse_word(builder, word, "behind the ':' a state is missing");
  if (hook.starts_with('<')) return refuse_word(builder, word, "'" + whole + std::string{kNoFirewallMode});
  if (const auto row = std::ranges::find(kTransports, name, &TransportWord::word); row != kTransports.end())
    return read_transport(builder, *row, hook);
  auto protocols = protocols_named(builder.around(), name);
  if (protocols.empty())
    return refuse_word(
        builder, word,
        "there is no protocol '" + std::string{name} + "'; 'gatehouse protocols' lists those that are known");
  read_application(builder, std::move(protocols), hook);
}

// ---- addresses and ports

void read_addresses(Builder& builder, HeaderCache& cache, const text::Word& word, AddressSet& into, bool& any) {
  auto list = cache.addresses(word.text, builder.around());
  if (!list) return refuse_word(builder, word, std::move(list.error().reason), list.error().offset);
  into = (*list)->set;
  any = into.is_any();
  builder.negated_addresses |= (*list)->negated;
}

void read_ports(Builder& builder, HeaderCache& cache, const text::Word& word, PortSet& into) {
  auto list = cache.ports(word.text, builder.around());
  if (!list) return refuse_word(builder, word, std::move(list.error().reason), list.error().offset);
  into = (*list)->set;
}

void read_direction(Builder& builder) {
  Signature& signature = builder.signature;
  signature.transactional = builder.rule().arrow == text::Arrow::transactional;
  // Where both ends are alike the other direction is the same rule again, and would tell twice.
  signature.bidirectional = builder.rule().arrow == text::Arrow::both_ways &&
                            !(builder.src == builder.dst && builder.src_ports == builder.dst_ports);
}

}  // namespace

void read_header(Builder& builder, HeaderCache& cache) {
  const text::Rule& rule = builder.rule();
  read_action(builder);
  read_protocol(builder);
  read_addresses(builder, cache, rule.src, builder.src, builder.signature.src_any);
  read_ports(builder, cache, rule.src_ports, builder.src_ports);
  read_addresses(builder, cache, rule.dst, builder.dst, builder.signature.dst_any);
  read_ports(builder, cache, rule.dst_ports, builder.dst_ports);
  if (!builder.refused()) read_direction(builder);
}

}  // namespace gatehouse::ips::compile
