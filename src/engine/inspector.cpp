// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/inspector.hpp"

#include <algorithm>
#include <utility>

#include "proto/registry.hpp"

namespace gatehouse::engine {

using flow::Flow;

Inspector::Inspector(Log& log, proto::LongTail* longtail, Memory& memory,
                     std::span<const ProtocolSpec* const> protocols, const files::Settings& files,
                     std::shared_ptr<ExpectedFlows> expected)
    : log_(log),
      longtail_(longtail),
      memory_(memory),
      files_(files, *this),
      protocols_(protocols.begin(), protocols.end()),
      expected_(std::move(expected)) {
  for (const ProtocolSpec* protocol : protocols_) {
    auto& telling = telling_fields_.emplace_back();
    for (const FieldSpec& field : protocol->fields)
      if (field.role == FieldRole::session_domain || field.role == FieldRole::asked_domain) telling.push_back(&field);
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
    return;
  }
  if (flow.protocol == ip_protocol::tcp || flow.protocol == ip_protocol::udp) meet_expectation(flow);
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

// Another session may have arranged this flow: then it is known before it has said a byte.
void Inspector::meet_expectation(Flow& flow) noexcept {
  ExpectedFlow expected;
  if (!expected_->find({flow.server, flow.client, flow.server_port, flow.protocol}, now_, expected)) return;
  const auto at = std::ranges::find(protocols_, expected.protocol);
  if (at == protocols_.end()) return;
  context_of(flow).protocol_index = static_cast<std::uint8_t>(at - protocols_.begin());
  if (!claim(flow, *expected.protocol, Direction::to_server)) return;
  flow.app.by_direction.fill(expected.protocol);
  flow.app.session->introduce(as_bytes(expected.text()),
                              expected.listener_is_server ? Direction::to_server : Direction::to_client);
  ++counters_.expected_met;
}

void Inspector::expect_session(const ExpectedSession& wanted) noexcept {
  const Flow& flow = *flow_;
  const bool at_server = wanted.listener == Direction::to_server;
  ExpectedPlace place{at_server ? flow.server : flow.client, at_server ? flow.client : flow.server,
                      at_server ? flow.server_port : flow.client_port,
                      wanted.datagrams ? ip_protocol::udp : ip_protocol::tcp};
  // Only between the two hosts: a session must not open doors to others (FTP bounce).
  const ProtocolSpec* protocol = proto::find(wanted.protocol);
  if (protocol == nullptr || (wanted.address.version != 0 && wanted.address != place.listener)) return;
  if (wanted.port != 0) place.port = wanted.port;
  ExpectedFlow expected;
  expected.protocol = protocol;
  expected.listener_is_server = at_server;
  const std::string_view text = wanted.introduction.substr(0, kLongestIntroduction);
  std::ranges::copy(text, expected.introduction.begin());
  expected.introduction_size = static_cast<std::uint16_t>(text.size());
  ++(expected_->add(place, expected, now_) ? counters_.expected_flows : counters_.expected_lost);
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
  if (context.longtail != nullptr && !protocol.named_further) {
    longtail_->end(context.longtail);
    context.longtail = nullptr, context.longtail_done = true;
  }
  app.protocol = &protocol;
  app.by_direction[index(direction)] = &protocol;
  context.facts_changed = true;
  ++counters_.flows[flow.protocol == ip_protocol::udp][context.protocol_index];
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
    return count_depth(flow, direction, parse(flow, direction, bytes));
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
  if (change_wanted_) {
    switch_protocol(flow);
    return datagram(flow, direction, payload.subspan(std::min(progress.consumed, payload.size())));
  }
  if (progress.status == Status::malformed) ++counters_.errors[context.protocol_index];
  if (progress.status == Status::finished) stop(flow);
}

void Inspector::show_longtail(Flow& flow, const Packet& packet, Direction direction) noexcept {
  if (longtail_ == nullptr || packet.payload.empty() || flow.app.context == nullptr) return;
  FlowContext& context = context_of(flow);
  const ProtocolSpec* ours = flow.app.protocol;
  if (context.longtail_done || (ours != nullptr && !ours->named_further)) return;
  if (ours == nullptr && !flow.app.failed) {
    // Our own detectors come first; they see the bytes a little later than nDPI would see the packet.
    bool undecided = false;
    FlowContext look = context;
    if (context.waiting[index(direction)] == 0) ours = recognise(look, flow, direction, packet.payload, undecided);
    if (ours != nullptr) context.likely_ours = true;
    if (ours != nullptr && !ours->named_further) return;
  }
  if (context.longtail == nullptr && (context.longtail = longtail_->begin()) == nullptr) {
    context.longtail_done = true;
    return;
  }
  ++counters_.longtail_packets;
  const proto::LongTailAnswer answer = longtail_->packet(*context.longtail, packet);
  if (answer.master == 0 && answer.application == 0 && !answer.final) return;
  if (answer.master != flow.app.master_name || answer.application != flow.app.application_name) {
    if (ours == nullptr) flow.app.master_name = answer.master != 0 ? answer.master : answer.application;
    if (ours == nullptr || (answer.application != 0 && answer.application != answer.master))
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

std::size_t Inspector::count_depth(Flow& flow, Direction direction, std::size_t used) noexcept {
  if (depth_ == 0 || flow.app.stopped) return used;
  std::uint64_t& read = context_of(flow).read[index(direction)];
  read += used;
  if (read <= depth_) return used;
  log_.emit(flow_head(event_type::anomaly, direction_),
            [](JsonWriter& json) { store::write_packet_anomaly(json, PacketEvent::stream_reassembly_depth_reached); });
  stop(flow);
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
  if (flow.app.context != nullptr && context_of(flow).redeliver) {
    context_of(flow).end_waits[index(direction)] = true;
    return;
  }
  if (flow.app.session != nullptr && !flow.app.stopped) flow.app.session->end(direction, *this);
}

void Inspector::end_what_waited(Flow& flow) noexcept {
  for (const Direction direction : {Direction::to_server, Direction::to_client})
    if (std::exchange(context_of(flow).end_waits[index(direction)], false)) on_stream_end(flow, direction);
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
  const bool longtail_done = longtail_ == nullptr || context.longtail_done ||
                             (flow.app.protocol != nullptr && !flow.app.protocol->named_further);
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
    } else if (flow.app.application_name == 0 && answer.application != answer.master) {
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

}  // namespace gatehouse::engine
