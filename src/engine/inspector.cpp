// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/inspector.hpp"

#include <fmt/format.h>

#include "proto/registry.hpp"

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

}  // namespace

Inspector::Inspector(Log& log, proto::LongTail* longtail, Memory& memory,
                     std::span<const ProtocolSpec* const> protocols, const files::Settings& files)
    : log_(log),
      longtail_(longtail),
      memory_(memory),
      files_(files, *this),
      protocols_(protocols.begin(), protocols.end()) {
  for (const ProtocolSpec* protocol : protocols_) {
    auto& telling = telling_fields_.emplace_back();
    for (const FieldSpec& field : protocol->fields)
      if (field.role != FieldRole::plain) telling.push_back(&field);
  }
}

void Inspector::begin(Flow& flow, const Packet* packet, Direction direction, Timestamp now) noexcept {
  flow_ = &flow;
  packet_ = packet;
  direction_ = direction;
  now_ = now;
}

void Inspector::open_flow(Flow& flow) noexcept {
  try {
    auto* context = std::pmr::polymorphic_allocator<>{&memory_}.new_object<FlowContext>();
    context->pending_since = now_;
    flow.app.context = context;
  } catch (const std::bad_alloc&) {
    flow.inspect = false;
  }
}

// ---- identify

const ProtocolSpec* Inspector::recognise(FlowContext& context, const Flow& flow, Direction direction, Bytes bytes,
                                         bool& undecided) noexcept {
  undecided = false;
  const bool tcp = flow.protocol == ip_protocol::tcp;
  auto& excluded = context.excluded[index(direction)];
  for (std::size_t i = 0; i < protocols_.size(); ++i) {
    const ProtocolSpec& protocol = *protocols_[i];
    if (!(tcp ? protocol.transports.tcp : protocol.transports.udp) || excluded[i]) continue;
    if (!protocol.detector.first_bytes[index(direction)].has(bytes[0])) {
      if (tcp) excluded.set(i);
      continue;
    }
    switch (protocol.probe_for(!tcp, direction, bytes, flow.server_port)) {
      case Probe::yes:
        context.protocol_index = static_cast<std::uint8_t>(i);
        return &protocol;
      case Probe::need_more:
        undecided = true;
        break;
      case Probe::no:
        if (tcp) excluded.set(i);
        break;
    }
  }
  return nullptr;
}

bool Inspector::claim(Flow& flow, const ProtocolSpec& protocol, Direction direction) noexcept {
  flow::AppLayer& app = flow.app;
  try {
    app.session = protocol.create_for(flow.protocol == ip_protocol::udp, memory_);
  } catch (const std::bad_alloc&) {
    app.stopped = true;
    return false;
  }
  FlowContext& context = context_of(flow);
  if (context.longtail != nullptr) {
    longtail_->end(context.longtail);
    context.longtail = nullptr, context.longtail_done = true;
  }
  app.protocol = &protocol;
  app.by_direction[index(direction)] = &protocol;
  context.facts_changed = true;
  ++counters_.flows[context.protocol_index];
  if (context.expected != nullptr && context.expected != &protocol)
    detection_event(
        flow, context.expected->name == "tls" ? "APPLAYER_NO_TLS_AFTER_STARTTLS" : "APPLAYER_UNEXPECTED_PROTOCOL");
  if (longtail_ != nullptr && !protocol.ndpi_name.empty() && flow.app.master_name == 0)
    flow.app.master_name = longtail_->find(protocol.ndpi_name);
  return true;
}

// The protocol is known from one side; what does the other side say?
void Inspector::check_other_direction(Flow& flow, Direction direction, Bytes bytes) noexcept {
  flow::AppLayer& app = flow.app;
  FlowContext& context = context_of(flow);
  const std::uint8_t claimed = context.protocol_index;
  bool undecided = false;
  const ProtocolSpec* other = recognise(context, flow, direction, bytes, undecided);
  context.protocol_index = claimed;
  app.by_direction[index(direction)] = other != nullptr ? other : app.protocol;
  if (other != nullptr && other != app.protocol) detection_event(flow, "APPLAYER_MISMATCH_PROTOCOL_BOTH_DIRECTIONS");
}

std::size_t Inspector::wait_or_fail(Flow& flow, Direction direction, std::size_t size, bool undecided) noexcept {
  FlowContext& context = context_of(flow);
  context.waiting[index(direction)] = static_cast<std::uint32_t>(size);
  if (!undecided || size >= kRecognitionBytes) context.direction_failed[index(direction)] = true;
  // The other side may still say what this is; its answer decides about these bytes too.
  const bool other_failed = context.direction_failed[index(opposite(direction))];
  if (size < kRecognitionBytes && !(context.direction_failed[index(direction)] && other_failed)) return 0;
  flow.app.failed = true;
  ++counters_.failed_tcp;
  context.facts_changed = true;
  context.waiting = {};
  context.redeliver = true;
  settle_if_done(flow);
  return size;
}

std::size_t Inspector::on_stream(Flow& flow, Direction direction, Bytes bytes) noexcept {
  flow::AppLayer& app = flow.app;
  if (app.stopped || app.failed || app.context == nullptr) return bytes.size();
  if (app.session != nullptr) {
    if (app.by_direction[index(direction)] == nullptr) check_other_direction(flow, direction, bytes);
    return parse(flow, direction, bytes);
  }
  FlowContext& context = context_of(flow);
  if (bytes.size() <= context.waiting[index(direction)]) return 0;  // nothing new since the last look
  bool undecided = false;
  const ProtocolSpec* protocol = recognise(context, flow, direction, bytes, undecided);
  if (protocol == nullptr) return wait_or_fail(flow, direction, bytes.size(), undecided);
  if (!claim(flow, *protocol, direction)) return bytes.size();
  if (context.waiting[index(opposite(direction))] > 0 && direction == Direction::to_client) {
    // What the client said before is read first.
    context.redeliver = true;
    return 0;
  }
  if (context.waiting[index(opposite(direction))] > 0) context.redeliver = true;
  context.waiting = {};
  return parse(flow, direction, bytes);
}

void Inspector::datagram(Flow& flow, Direction direction, Bytes payload) noexcept {
  flow::AppLayer& app = flow.app;
  if (payload.empty() || app.stopped || app.failed || app.context == nullptr) return;
  FlowContext& context = context_of(flow);
  if (app.session == nullptr) {
    bool undecided = false;
    const ProtocolSpec* protocol = recognise(context, flow, direction, payload, undecided);
    if (protocol == nullptr) {
      if (++context.attempts[index(direction)] < kRecognitionDatagrams) return;
      app.failed = true;
      ++counters_.failed_udp;
      context.facts_changed = true;
      settle_if_done(flow);
      return;
    }
    if (!claim(flow, *protocol, direction)) return;
  } else if (app.by_direction[index(direction)] == nullptr) {
    check_other_direction(flow, direction, payload);
  }
  const Progress progress = app.session->parse(direction, payload, *this);
  if (progress.status == Status::malformed) ++counters_.errors[context.protocol_index];
  if (progress.status == Status::finished) stop(flow);
}

void Inspector::show_longtail(Flow& flow, const Packet& packet, Direction direction) noexcept {
  if (longtail_ == nullptr || packet.payload.empty() || flow.app.context == nullptr) return;
  FlowContext& context = context_of(flow);
  if (context.longtail_done || flow.app.protocol != nullptr) return;
  if (packet.is_tcp() && !flow.app.failed) {
    // Our own detectors come first; they see the stream a little later than nDPI would see the packet.
    bool undecided = false;
    FlowContext look = context;
    if (context.waiting[index(direction)] == 0 &&
        recognise(look, flow, direction, packet.payload, undecided) != nullptr) {
      context.likely_ours = true;
      return;
    }
  }
  if (context.longtail == nullptr && (context.longtail = longtail_->begin()) == nullptr) {
    context.longtail_done = true;
    return;
  }
  ++counters_.longtail_packets;
  const proto::LongTailAnswer answer = longtail_->packet(*context.longtail, packet);
  if (answer.master == 0 && answer.application == 0 && !answer.final) return;
  if (answer.master != flow.app.master_name || answer.application != flow.app.application_name) {
    flow.app.master_name = answer.master != 0 ? answer.master : answer.application;
    flow.app.application_name = answer.application;
    context.facts_changed = true;
  }
  if (answer.final) {
    context.longtail_done = true;
    if (answer.application != 0) ++counters_.longtail_named;
    longtail_->end(context.longtail);
    context.longtail = nullptr;
    context.facts_changed = true;
    settle_if_done(flow);
  }
}

void Inspector::name_by_host(Flow& flow, std::string_view host) noexcept {
  if (longtail_ == nullptr || flow.app.application_name != 0) return;
  flow.app.application_name = longtail_->application_of_host(host);
}

// ---- parse

std::size_t Inspector::parse(Flow& flow, Direction direction, Bytes bytes) noexcept {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const Progress progress = flow.app.session->parse(direction, bytes.subspan(used), *this);
    used += progress.consumed;
    if (change_wanted_) {
      switch_protocol(flow);
      return used < bytes.size() ? used + on_stream(flow, direction, bytes.subspan(used)) : used;
    }
    switch (progress.status) {
      case Status::malformed:
        ++counters_.errors[context_of(flow).protocol_index];
        stop(flow);
        return bytes.size();
      case Status::finished:
        stop(flow);
        return bytes.size();
      case Status::need_more:
        if (bytes.size() - used > flow.app.protocol->max_pending) {
          detection_event(flow, "APPLAYER_PENDING_LIMIT_REACHED");
          stop(flow);
          return bytes.size();
        }
        return used;
      case Status::ok:
        if (progress.consumed == 0) return used;
        break;
    }
  }
  return used;
}

void Inspector::on_gap(Flow& flow, Direction direction, std::uint64_t missing) noexcept {
  flow::AppLayer& app = flow.app;
  if (app.stopped || app.failed || app.context == nullptr) return;
  if (app.session == nullptr) {
    // The beginning of this direction is lost: it can no longer say what it is.
    FlowContext& context = context_of(flow);
    context.waiting[index(direction)] = 0;
    if (context.direction_failed[index(opposite(direction))]) wait_or_fail(flow, direction, kRecognitionBytes, false);
    context.direction_failed[index(direction)] = true;
    return;
  }
  if (!app.session->gap(direction, missing, *this)) stop(flow);
}

void Inspector::on_stream_end(Flow& flow, Direction direction) noexcept {
  if (flow.app.session != nullptr && !flow.app.stopped) flow.app.session->end(direction, *this);
}

void Inspector::stop(Flow& flow) noexcept {
  end_session(flow);
  flow.app.stopped = true;
  context_of(flow).facts_changed = true;
  settle_if_done(flow);
}

void Inspector::end_session(Flow& flow) noexcept {
  if (flow.app.session == nullptr) return;
  flow.app.session->end(Direction::to_server, *this);
  flow.app.session->end(Direction::to_client, *this);
  flow.app.protocol->destroy(flow.app.session, memory_);
  flow.app.session = nullptr;
  change_wanted_ = false;  // what a dying session wishes does not count
}

void Inspector::change_protocol(std::string_view name) noexcept {
  change_wanted_ = true;
  change_to_ = proto::find(name);
}

void Inspector::switch_protocol(Flow& flow) noexcept {
  flow::AppLayer& app = flow.app;
  FlowContext& context = context_of(flow);
  const ProtocolSpec* next = change_to_;
  end_session(flow);
  if (app.original == nullptr) app.original = app.protocol;
  app.protocol = nullptr;
  app.by_direction = {};
  app.application_name = 0, app.master_name = 0;
  for (auto& excluded : context.excluded) excluded.reset();
  context.waiting = {};
  context.direction_failed = {};
  context.expected = next;
  // The policy waits anew for what comes now.
  context.pending_packets = 0, context.pending_bytes = 0, context.pending_since = now_;
  context.session_events = 0;
  context.facts_changed = true;
  context.redeliver = true;
  context.longtail_done = true;  // it has seen another conversation's beginning
}

// Nothing of the payload can matter any more: later packets of the flow cost only their counting.
void Inspector::settle_if_done(Flow& flow) noexcept {
  const FlowContext& context = context_of(flow);
  const bool ours_done = flow.app.stopped || flow.app.failed;
  const bool longtail_done = longtail_ == nullptr || context.longtail_done || flow.app.protocol != nullptr;
  if (ours_done && longtail_done) flow.inspect = false;
}

void Inspector::finish_flow(Flow& flow) noexcept {
  if (flow.app.context == nullptr) return;
  FlowContext& context = context_of(flow);
  end_session(flow);
  if (context.longtail != nullptr) {
    const proto::LongTailAnswer answer = longtail_->give_up(*context.longtail);
    if (flow.app.protocol == nullptr && (answer.master != 0 || answer.application != 0)) {
      flow.app.master_name = answer.master != 0 ? answer.master : answer.application;
      flow.app.application_name = answer.application;
    }
    longtail_->end(context.longtail);
    context.longtail = nullptr;
  }
  files_.close_session(flow.id);
}

void Inspector::close_flow(Flow& flow) noexcept {
  if (flow.app.context == nullptr) return;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(static_cast<FlowContext*>(flow.app.context));
  flow.app.context = nullptr;
}

// ---- what parsers tell

void Inspector::update(Transaction& tx, Direction) noexcept {
  Flow& flow = *flow_;
  FlowContext& context = context_of(flow);
  for (const FieldSpec* field : telling_fields_[context.protocol_index]) {
    const FieldValue value = field->get(tx, 0);
    if (!value.present) continue;
    KeptName& kept = field->role == FieldRole::session_domain ? context.domain : context.asked;
    if (!kept.set(as_text(value.bytes))) continue;
    name_by_host(flow, kept.view());
    context.facts_changed = true;
  }
}

void Inspector::log(Transaction& tx, Direction direction) noexcept {
  Flow& flow = *flow_;
  ++counters_.transactions[context_of(flow).protocol_index];
  ++flow.app.transactions;
  if (tx.protocol->log_type.empty() || tx.protocol->log == nullptr) return;
  EventHead head = flow_head(tx.protocol->log_type, direction);
  head.has_tx = true;
  head.tx_id = tx.id;
  log_.emit(head, [&](JsonWriter& json) { tx.protocol->log(tx, json); });
}

void Inspector::close(Transaction& tx) noexcept {
  files_.close_transaction(flow_->id, tx);
}

void Inspector::event(Transaction* tx, std::uint8_t event, Direction) noexcept {
  std::uint64_t& seen = tx != nullptr ? tx->events : context_of(*flow_).session_events;
  const std::uint64_t bit = 1ull << (event & 63);
  if (seen & bit) return;
  seen |= bit;
  const EventSpec& spec = flow_->app.protocol->events[event];
  EventHead head = flow_head(event_type::anomaly, direction_);
  head.has_tx = tx != nullptr;
  if (tx != nullptr) head.tx_id = tx->id;
  log_.emit(head, [&](JsonWriter& json) {
    store::write_app_anomaly(json, flow_->app.protocol->name, spec.log_name.empty() ? spec.name : spec.log_name,
                             "proto_parser");
  });
}

FileId Inspector::file_open(Transaction& tx, Direction direction, const FileMeta& meta) noexcept {
  return files_.open(flow_->id, &tx, direction, meta, now_);
}

void Inspector::file_data(FileId file, Bytes data) noexcept {
  files_.data(file, data);
}
void Inspector::file_gap(FileId file, std::uint64_t missing) noexcept {
  files_.gap(file, missing);
}
void Inspector::file_close(FileId file, bool truncated) noexcept {
  files_.close(file, truncated);
}

void Inspector::on_file(const files::FileRecord& record, const Transaction* tx) noexcept {
  EventHead head = flow_head(event_type::fileinfo, record.direction);
  log_.emit(head, [&](JsonWriter& json) {
    if (tx != nullptr && tx->protocol->log != nullptr) tx->protocol->log(*tx, json);
    if (flow_->app.protocol != nullptr) json.member("app_proto", flow_->app.protocol->name);
    files::write_fileinfo(record, json);
  });
}

void Inspector::detection_event(Flow& flow, std::string_view name) noexcept {
  log_.emit(flow_head(event_type::anomaly, direction_), [&](JsonWriter& json) {
    store::write_app_anomaly(json, flow.app.protocol != nullptr ? flow.app.protocol->name : std::string_view{}, name,
                             "proto_detect");
  });
}

// ---- heads and names

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
    head.source = packet_->rebuilt            ? PacketSource::defrag
                  : packet_->tunnel_depth > 0 ? PacketSource::tunnel
                                              : PacketSource::wire;
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

  std::string_view master = app.protocol != nullptr ? app.protocol->ndpi_name : std::string_view{};
  std::string_view application;
  if (longtail_ != nullptr) {
    if (master.empty()) master = longtail_->name(app.master_name);
    application = longtail_->name(app.application_name);
  }
  if (master.empty() && application.empty()) master = name_of_transport(flow.protocol);
  if (application == master) application = {};
  const auto written = application.empty() ? fmt::format_to_n(ndpi_text_.data(), ndpi_text_.size(), "{}", master)
                       : master.empty()
                           ? fmt::format_to_n(ndpi_text_.data(), ndpi_text_.size(), "{}", application)
                           : fmt::format_to_n(ndpi_text_.data(), ndpi_text_.size(), "{}.{}", master, application);
  names.ndpi = {ndpi_text_.data(), std::min(written.size, ndpi_text_.size())};
  return names;
}

}  // namespace gatehouse::engine
