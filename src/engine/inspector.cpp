// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/inspector.hpp"

#include <algorithm>
#include <utility>

#include "proto/registry.hpp"

namespace gatehouse::engine {

using flow::Flow;

namespace {

// A tunnel keeps nDPI's name for it, whatever comes through.
std::string_view tunnel_name(const ProtocolSpec& outer) noexcept {
  return outer.name == "http" ? "HTTP_Connect" : outer.ndpi_name;
}

}  // namespace

Inspector::Inspector(Log& log, DeviceWitness& witness, proto::LongTail* longtail, Memory& memory,
                     std::span<const ProtocolSpec* const> protocols, const files::Settings& files,
                     std::shared_ptr<ExpectedFlows> expected)
    : log_(log),
      witness_(witness),
      longtail_(longtail),
      memory_(memory),
      files_(files, *this),
      protocols_(protocols.begin(), protocols.end()),
      expected_(std::move(expected)) {
  for (std::size_t i = 0; i < protocols_.size(); ++i) {
    const ProtocolSpec* protocol = protocols_[i];
    for (const unsigned datagrams : {0u, 1u}) {
      if (!(datagrams ? protocol->transports.udp : protocol->transports.tcp)) continue;
      if (protocol->probe_of(datagrams) == nullptr) continue;  // only ever arranged or changed to
      for (unsigned d = 0; d < 2; ++d)
        for (unsigned byte = 0; byte < 256; ++byte)
          if (protocol->detector.first_bytes[d].has(static_cast<std::uint8_t>(byte)))
            beginnings_[datagrams][d][byte].add(i);
    }
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
    return;
  }
  if (flow.protocol == ip_protocol::tcp || flow.protocol == ip_protocol::udp) meet_expectation(flow);
}

// What comes again because it was not consumed is shown to signatures once.
std::size_t Inspector::on_stream(Flow& flow, Direction direction, Bytes bytes) noexcept {
  if (matcher_ == nullptr || flow.app.context == nullptr) return read_stream(flow, direction, bytes);
  FlowContext& context = context_of(flow);
  std::uint64_t& at = context.stream_at[index(direction)];
  std::uint64_t& end = context.stream_end[index(direction)];
  matcher_->stream(direction, bytes, at);
  end = std::max(end, at + bytes.size());
  const std::size_t used = read_stream(flow, direction, bytes);
  at += used;
  matcher_->stream_was_read(direction);
  return used;
}

std::size_t Inspector::read_stream(Flow& flow, Direction direction, Bytes bytes) noexcept {
  flow::AppLayer& app = flow.app;
  if (app.stopped || app.failed || app.context == nullptr) return bytes.size();
  look_again(flow);
  if (app.stopped) return bytes.size();
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
  look_again(flow);
  if (app.stopped) return;
  if (app.session == nullptr) {
    bool undecided = false;
    const ProtocolSpec* protocol = recognise(context, flow, direction, payload, undecided);
    if (protocol == nullptr) {
      if (undecided) context.before[index(direction)].set(payload);
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

// ---- parse

std::size_t Inspector::parse(Flow& flow, Direction direction, Bytes bytes) noexcept {
  std::size_t used = 0;
  while (used < bytes.size()) {
    const Progress progress = flow.app.session->parse(direction, bytes.subspan(used), *this);
    used += progress.consumed;
    if (change_wanted_) {
      switch_protocol(flow);
      return used < bytes.size() ? used + read_stream(flow, direction, bytes.subspan(used)) : used;
    }
    switch (progress.status) {
      case Status::malformed:
        ++counters_.errors[context_of(flow).protocol_index];
        stop(flow);
        return bytes.size();
      case Status::finished:
        context_of(flow).finished = true;
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
  if (matcher_ != nullptr && app.context != nullptr) {
    FlowContext& context = context_of(flow);
    matcher_->stream_gap(direction);
    context.stream_at[index(direction)] = context.stream_end[index(direction)] += missing;
  }
  if (app.stopped || app.failed || app.context == nullptr) return;
  look_again(flow);
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
  if (flow.app.session != nullptr && !flow.app.stopped) {
    look_again(flow);
    flow.app.session->end(direction, *this);
  }
  if (matcher_ != nullptr) matcher_->flush(direction);
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
  look_again(flow);
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

const ProtocolSpec* Inspector::refine_protocol(std::string_view name) noexcept {
  flow::AppLayer& app = flow_->app;
  const auto at = std::ranges::find(protocols_, name, &ProtocolSpec::name);
  if (at == protocols_.end() || app.session == nullptr) return nullptr;
  const ProtocolSpec* const before = std::exchange(app.protocol, *at);
  for (const ProtocolSpec*& side : app.by_direction)
    if (side == before) side = app.protocol;
  FlowContext& context = context_of(*flow_);
  if (before != app.protocol) context.refined = before;
  context.protocol_index = static_cast<std::uint8_t>(at - protocols_.begin());
  context.facts_changed = true;
  if (longtail_ != nullptr && app.application_name == 0)
    app.application_name = longtail_->find(app.protocol->ndpi_name);
  return app.protocol;
}

void Inspector::switch_protocol(Flow& flow) noexcept {
  flow::AppLayer& app = flow.app;
  FlowContext& context = context_of(flow);
  const ProtocolSpec* next = change_to_;
  const ProtocolSpec* const before = app.protocol;
  end_session(flow);
  if (++context.changes > kMostChanges) {
    detection_event(flow, "APPLAYER_TOO_MANY_PROTOCOL_CHANGES");
    return stop(flow);
  }
  if (app.original == nullptr) app.original = app.protocol;
  app.protocol = nullptr;
  app.by_direction = {};
  app.application_name = 0, app.master_name = 0;
  context.tunnel = next == nullptr ? tunnel_name(*before) : std::string_view{};
  context.looked_at = {};
  context.waiting = {};
  context.direction_failed = {};
  context.expected = next;
  context.refined = nullptr;
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
  if (ours_done && longtail_done && !matching_goes_on(flow)) flow.inspect = false;
}

// Signatures read on where no parser does; but not what is encrypted.
bool Inspector::matching_goes_on(const Flow& flow) const noexcept {
  return matcher_ != nullptr && flow.protocol == ip_protocol::tcp && matcher_->wants_streams() &&
         !(flow.app.stopped && context_of(flow).finished);
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
