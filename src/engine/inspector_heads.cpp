// SPDX-License-Identifier: GPL-3.0-or-later
// The heads of records, and the names of what a flow speaks.
#include <algorithm>
#include <fmt/format.h>

#include "engine/inspector.hpp"

namespace gatehouse::engine {

using flow::Flow;

namespace {

// Protocols that IP carries directly are named by their number, which is certain; spelled as the long tail spells them.
std::string_view name_of_transport(std::uint8_t protocol) noexcept {
  switch (protocol) {
    case ip_protocol::icmp:
      return "ICMP";
    case ip_protocol::igmp:
      return "IGMP";
    case ip_protocol::icmpv6:
      return "ICMPV6";
    case ip_protocol::gre:
      return "GRE";
    case ip_protocol::esp:
    case ip_protocol::ah:
      return "IPSec";
    case ip_protocol::sctp:
      return "SCTP";
    case 8:
      return "EGP";
    case 89:
      return "OSPF";
    case 103:
      return "PIM";
    case 112:
      return "VRRP";
    default:
      return {};
  }
}

PacketSource source_of(const Packet& packet) noexcept {
  if (packet.rebuilt) return PacketSource::defrag;
  switch (packet.tunnel) {
    case Tunnel::none:
      return PacketSource::wire;
    case Tunnel::ipip:
      return packet.outer != nullptr && packet.outer->src.version == 6 ? PacketSource::ipv6_tunnel
                                                                       : PacketSource::ipv4_tunnel;
    case Tunnel::gre:
    case Tunnel::erspan:
      return PacketSource::gre;
    case Tunnel::teredo:
      return PacketSource::teredo;
    case Tunnel::vxlan:
      return PacketSource::vxlan;
    case Tunnel::geneve:
      return PacketSource::geneve;
  }
  return PacketSource::wire;
}

}  // namespace

EventHead Inspector::tuple_head(std::string_view type, const Flow& flow, Direction source) const noexcept {
  EventHead head;
  head.type = type;
  head.time = now_;
  head.flow_id = flow.id;
  const bool forward = source == Direction::to_server;
  head.src = forward ? flow.client : flow.server;
  head.dst = forward ? flow.server : flow.client;
  head.src_port = forward ? flow.client_port : flow.server_port;
  head.dst_port = forward ? flow.server_port : flow.client_port;
  head.protocol = flow.protocol;
  head.has_ports =
      flow.protocol == ip_protocol::tcp || flow.protocol == ip_protocol::udp || flow.protocol == ip_protocol::sctp;
  head.vlan_layers = flow.vlan_layers;
  head.vlan = flow.vlan;
  head.has_icmp = flow.protocol == ip_protocol::icmp || flow.protocol == ip_protocol::icmpv6;
  head.icmp_type = flow.icmp_type[0], head.icmp_code = flow.icmp_code[0];
  head.has_icmp_answer = head.has_icmp && flow.packets[1] > 0;
  head.answer_type = flow.icmp_type[1], head.answer_code = flow.icmp_code[1];
  head.community_id = community_id(flow);
  if (port_names_ != nullptr)
    head.interface = port_names_->port_name(packet_ != nullptr ? packet_->raw->port : flow.port);
  return head;
}

EventHead Inspector::flow_head(std::string_view type, Direction source) const noexcept {
  EventHead head = tuple_head(type, *flow_, source);
  head.with_source = true;
  if (packet_ != nullptr) {
    if (log_numbers_) head.packet_number = packet_->raw->number;
    head.source = source_of(*packet_);
  } else {
    head.source = PacketSource::stream_end;
  }
  return head;
}

std::string_view Inspector::community_id(const Flow& flow) const noexcept {
  if (flow.app.context == nullptr) return {};
  FlowContext& context = context_of(flow);
  if (!context.has_community_id) {
    store::IcmpPorts ports{flow.client_port, flow.server_port, false};
    if (flow.protocol == ip_protocol::icmp || flow.protocol == ip_protocol::icmpv6)
      ports = store::icmp_ports(flow.protocol, flow.icmp_type[0], flow.icmp_code[0]);
    store::community_id(flow.client, flow.server, ports.src, ports.dst, flow.protocol, ports.one_way,
                        context.community_id.data());
    context.has_community_id = true;
  }
  return {context.community_id.data(), context.community_id.size()};
}

store::AppNames Inspector::names(const Flow& flow) noexcept {
  const flow::AppLayer& app = flow.app;
  store::AppNames names;
  if (app.protocol != nullptr)
    names.now = app.protocol->name;
  else if (app.failed)
    names.now = "failed";
  if (app.by_direction[0] != nullptr) names.to_server = app.by_direction[0]->name;
  if (app.by_direction[1] != nullptr) names.to_client = app.by_direction[1]->name;
  if (app.original != nullptr) names.original = app.original->name;
  if (app.context != nullptr && context_of(flow).expected != nullptr && context_of(flow).expected != app.protocol)
    names.expected = context_of(flow).expected->name;
  if (app.context != nullptr) {
    const auto& steps = context_of(flow).steps;
    names.steps = {steps.begin(), std::ranges::find(steps, nullptr)};
  }

  std::string_view master = app.protocol != nullptr ? app.protocol->ndpi_name : std::string_view{};
  std::string_view application;
  if (longtail_ != nullptr) {
    if (master.empty()) master = longtail_->name(app.master_name);
    application = longtail_->name(app.application_name);
  }
  if (app.context != nullptr && !context_of(flow).tunnel.empty()) master = context_of(flow).tunnel;
  if (master.empty() && application.empty()) master = name_of_transport(flow.protocol);
  // nDPI's word for a protocol that is read here says less than the one who reads it: PROFINET is more than DCE/RPC.
  const auto is_read_here = [&](const ProtocolSpec* known) { return known->ndpi_name == application; };
  if (application == master || (app.protocol != nullptr && std::ranges::any_of(protocols_, is_read_here)))
    application = {};
  const auto written = application.empty() ? fmt::format_to_n(ndpi_text_.data(), ndpi_text_.size(), "{}", master)
                       : master.empty()
                           ? fmt::format_to_n(ndpi_text_.data(), ndpi_text_.size(), "{}", application)
                           : fmt::format_to_n(ndpi_text_.data(), ndpi_text_.size(), "{}.{}", master, application);
  names.ndpi = {ndpi_text_.data(), std::min(written.size, ndpi_text_.size())};
  return names;
}

}  // namespace gatehouse::engine
