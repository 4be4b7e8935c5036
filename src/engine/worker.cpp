// SPDX-License-Identifier: GPL-3.0-or-later
// The life of a packet, top to bottom: docs/life-of-a-packet.md tells the same in prose.
#include "engine/worker.hpp"

#include <sys/resource.h>

#include "proto/registry.hpp"

namespace gatehouse::engine {

using flow::Flow;

namespace {

constexpr Duration kLongestWait = milliseconds(100);  // of a worker without traffic: for stop and timers
constexpr int kWorkerPriority = -10;                  // nice(2)'s scale
constexpr Duration kCountersInterval = milliseconds(500);

std::vector<const ProtocolSpec*> enabled_protocols(const WorkerSettings& settings) {
  if (!settings.protocols.empty()) return settings.protocols;
  return {proto::all().begin(), proto::all().end()};
}

store::FlowRecord flow_record(const Flow& flow, bool enforced) noexcept {
  store::FlowRecord record;
  record.packets = flow.packets, record.bytes = flow.bytes;
  record.start = flow.first_seen, record.end = flow.last_seen;
  record.state = to_text(flow.state), record.reason = to_text(flow.end_reason);
  record.alerted = flow.alerted, record.emergency = flow.in_emergency;
  record.action = enforced ? flow.verdict.action : Action::pass;
  record.has_action = enforced && flow.decided;
  record.transactions = flow.app.transactions;
  return record;
}

Verdict stronger(Verdict a, Verdict b) noexcept {
  return b.action > a.action ? b : a;
}

}  // namespace

void Worker::run() noexcept {
  // Packets do not wait for what else the host does; where this is not permitted the worker goes on as it is.
  if (settings_.mode == Mode::prevent && source_->is_inline()) (void)::setpriority(PRIO_PROCESS, 0, kWorkerPriority);
  std::array<Action, capture::kBatch> actions;
  while (!stop_.load(std::memory_order_relaxed) && !source_->ended()) {
    if (on_round_) on_round_();
    const std::span<const RawPacket> batch = source_->receive(kLongestWait);
    take_up_generation();
    for (std::size_t i = 0; i < batch.size(); ++i) actions[i] = process(batch[i]);
    if (!batch.empty())
      source_->release({actions.data(), batch.size()});
    else if (settings_.wall_clock && !source_->ended())
      now_ = std::max(now_, Timestamp::now());
    flows_.expire(now_);
    decoder_.expire(now_);
    publish_counters();
  }
  flows_.finish();
  published_at_ = {};
  publish_counters();
}

Action Worker::process(const RawPacket& frame) noexcept {
  now_ = std::max(now_, frame.time);
  Verdict verdict;
  const Packet* outer = nullptr;
  for (Packet& packet : decoder_.decode(frame)) {
    packet.outer = packet.tunnel_depth > 0 ? outer : nullptr;
    verdict = stronger(verdict, process(packet));
    if (outer == nullptr || packet.tunnel_depth > outer->tunnel_depth) outer = &packet;
  }
  if (verdict.action == Action::pass) {
    ++verdicts_.accepted;
  } else {
    ++(verdict.action == Action::drop ? verdicts_.blocked : verdicts_.rejected);
    ++verdicts_.by_reason[static_cast<std::size_t>(verdict.reason)];
  }
  return settings_.mode == Mode::prevent ? verdict.action : Action::pass;
}

Verdict Worker::process(Packet& packet) noexcept {
  if (packet.invalid) {
    if (const Verdict verdict = match(nullptr, packet, Direction::to_server, false); verdict.action != Action::pass)
      return verdict;
    return refuse_packet(packet, DropReason::decode_error);
  }
  if (packet.fragment || !packet.has_ip) {
    log_anomalies(packet, nullptr, Direction::to_server);
    if (const Verdict verdict = match(nullptr, packet, Direction::to_server, false); verdict.action != Action::pass)
      return verdict;
    if (!packet.has_ip) links_.frame(packet, head_of({}, packet, nullptr, Direction::to_server));
    return {};
  }
  Direction direction{};
  Flow* flow = flows_.track(packet, direction);
  if (flow == nullptr) return without_flow(packet);
  inspector_.begin(*flow, &packet, direction, now_);
  matcher_.begin(&packet, flow, direction, now_);
  if (flow->app.context == nullptr && flow->inspect) {
    flow->out_port = packet.raw->out_port;
    inspector_.open_flow(*flow);
  }

  const bool enforce = settings_.mode == Mode::prevent;
  if (enforce && flow->verdict.action != Action::pass) return refuse_session(*flow, packet, direction);
  bool in_stream = false;
  Verdict verdict = inspect(*flow, packet, direction, in_stream);
  log_anomalies(packet, flow, direction);
  if (verdict.action == Action::pass) verdict = match(flow, packet, direction, in_stream);
  if (verdict.action != Action::pass) return verdict;

  if (generation_->policy == nullptr || flow->verdict.action != Action::pass) return {};
  switch (judge_.judge(*generation_->policy, *flow, packet.payload.size(), now_)) {
    case Judged::passes:
      break;
    case Judged::held:
      if (!enforce) break;
      return {Action::drop, DropReason::firewall_undecided};
    case Judged::refused:
      log_policy_alert(*flow);
      if (!enforce) break;
      return refuse_session(*flow, packet, direction);
  }
  return {};
}

// Streams and parsers: what the payload says.
Verdict Worker::inspect(Flow& flow, Packet& packet, Direction direction, bool& in_stream) noexcept {
  if (flow.inspect) inspector_.show_longtail(flow, packet, direction);
  if (packet.is_tcp()) {
    const flow::TcpOutcome outcome = tcp_.packet(flow, packet, direction);
    in_stream = outcome == flow::TcpOutcome::ok && flow.tcp != nullptr;
    if (flow.app.context != nullptr && context_of(flow).redeliver) {
      context_of(flow).redeliver = false;
      tcp_.redeliver(flow);
      inspector_.end_what_waited(flow);
    }
    // Its beginning was not seen, and it is not to be taken up: in line what cannot be read does not pass. What has no
    // ACK belongs to no session: no receiver takes it.
    if (flow.midstream && flow.tcp == nullptr && settings_.mode == Mode::prevent &&
        (packet.tcp.flags & tcp_flag::ack) != 0 && (packet.tcp.flags & tcp_flag::rst) == 0) {
      flow.verdict = {Action::drop, DropReason::stream_midstream};
      return refuse_session(flow, packet, direction);
    }
    // What there is no room to inspect must not pass unread; its sender will send it again.
    const bool no_room = packet.events.has(PacketEvent::stream_memcap_reached) ||
                         packet.events.has(PacketEvent::stream_segments_limit_reached);
    if (outcome == flow::TcpOutcome::invalid && no_room && settings_.mode == Mode::prevent) {
      log_drop(packet, &flow, direction, DropReason::stream_memcap);
      return {Action::drop, DropReason::stream_memcap};
    }
    if (outcome == flow::TcpOutcome::contradiction && settings_.mode == Mode::prevent) {
      log_drop(packet, &flow, direction, DropReason::stream_reassembly);
      return {Action::drop, DropReason::stream_reassembly};
    }
  } else if (packet.is_udp() && flow.inspect) {
    inspector_.datagram(flow, direction, packet.payload);
  }
  return {};
}

// What the signatures say of the packet, and of what it has completed.
Verdict Worker::match(Flow* flow, const Packet& packet, Direction direction, bool in_stream) noexcept {
  if (matcher_.rules() == nullptr) return {};
  if (flow == nullptr) matcher_.begin(&packet, nullptr, direction, now_);
  matcher_.packet(in_stream);
  if (alerts_.empty() && (flow == nullptr || !AlertQueue::waits(*flow, direction))) return {};
  const Sentence sentence =
      alerts_.decide(flow, direction, now_, [&](Direction d) { return head_of(event_type::alert, packet, flow, d); });
  if (sentence.action == Action::pass) return {};
  const Verdict verdict{sentence.action, DropReason::rules};
  if (flow != nullptr && sentence.whole_session) {
    flow->verdict = verdict;
    return refuse_session(*flow, packet, direction, sentence.signature);
  }
  log_drop(packet, flow, direction, DropReason::rules, sentence.signature);
  if (sentence.action == Action::reject) responder_.reject(packet);
  return verdict;
}

// The table is full even in emergency mode: the fail policy of the sender's zone decides.
Verdict Worker::without_flow(const Packet& packet) noexcept {
  const policy::ZoneId zone =
      generation_->policy != nullptr ? judge_.zone_of(*generation_->policy, packet) : policy::kNoZone;
  return generation_->fail_open[zone] ? Verdict{} : refuse_packet(packet, DropReason::flow_memcap);
}

Verdict Worker::refuse_packet(const Packet& packet, DropReason reason) noexcept {
  log_anomalies(packet, nullptr, Direction::to_server);
  if (settings_.mode != Mode::prevent) return {};
  log_drop(packet, nullptr, Direction::to_server, reason);
  return {Action::drop, reason};
}

// The session is refused. Its first refused packet says why and is answered; those behind it just fall.
Verdict Worker::refuse_session(Flow& flow, const Packet& packet, Direction direction,
                               const ips::Signature* signature) noexcept {
  const bool first = flow.app.context == nullptr || !context_of(flow).drop_logged;
  const DropReason reason = first ? flow.verdict.reason : DropReason::flow_drop;
  if (first || settings_.drop_log == DropLog::every_packet) log_drop(packet, &flow, direction, reason, signature);
  if (first && flow.verdict.action == Action::reject) responder_.reject(packet);
  if (flow.app.context != nullptr) context_of(flow).drop_logged = true;
  flow.inspect = false;
  return {first ? flow.verdict.action : Action::drop, reason};
}

// ---- the log

EventHead Worker::head_of(std::string_view type, const Packet& packet, const Flow* flow,
                          Direction direction) const noexcept {
  if (flow != nullptr) return inspector_.flow_head(type, direction);
  EventHead head;
  head.type = type;
  head.time = packet.raw->time;
  head.with_source = true;
  if (packet.has_ip) {
    head.src = packet.src, head.dst = packet.dst;
    head.protocol = packet.protocol;
    head.has_ports = packet.is_tcp() || packet.is_udp();
    head.src_port = packet.src_port, head.dst_port = packet.dst_port;
  }
  head.vlan_layers = packet.vlan_layers, head.vlan = packet.vlan;
  if (settings_.log_packet_numbers) head.packet_number = packet.raw->number;
  if (settings_.log_port_names) head.interface = source_->port_name(packet.raw->port);
  return head;
}

void Worker::log_anomalies(const Packet& packet, const Flow* flow, Direction direction) noexcept {
  for (const PacketEvent event : packet.events) {
    ++verdicts_.packet_events[static_cast<std::size_t>(event)];
    log_.emit(head_of(event_type::anomaly, packet, flow, direction),
              [&](JsonWriter& json) { store::write_packet_anomaly(json, event); });
  }
}

void Worker::log_drop(const Packet& packet, const Flow* flow, Direction direction, DropReason reason,
                      const ips::Signature* signature) noexcept {
  const EventHead head = head_of(event_type::drop, packet, flow, direction);
  log_.emit(head, [&](JsonWriter& json) {
    store::write_drop(json, packet, reason);
    if (signature != nullptr) store::write_alert(json, note_of(*signature, true), head);
  });
}

void Worker::log_policy_alert(Flow& flow) noexcept {
  ++verdicts_.alerts;
  flow.alerted = true;
  const store::PolicyNote note = judge_.note(*generation_->policy, flow);
  log_.emit(inspector_.flow_head(event_type::alert), [&](JsonWriter& json) {
    store::write_policy_alert(json, note, settings_.mode == Mode::prevent ? flow.verdict.action : Action::pass);
    store::write_app_names(json, inspector_.names(flow));
  });
}

void Worker::on_flow_end(Flow& flow) noexcept {
  const bool tcp = flow.protocol == ip_protocol::tcp;
  const flow::TcpSummary summary = tcp ? tcp_.summary(flow) : flow::TcpSummary{};
  inspector_.begin(flow, nullptr, Direction::to_server, now_);
  matcher_.begin(nullptr, &flow, Direction::to_server, now_);
  if (tcp) tcp_.finish(flow);
  inspector_.finish_flow(flow);
  (void)alerts_.decide(&flow, std::nullopt, now_,
                       [&](Direction d) { return inspector_.flow_head(event_type::alert, d); });
  alerts_.flow_ended(flow);
  matcher_.flow_ended(flow);
  // An observer reads the last bytes only now; nothing can be held up any more, but it is said.
  if (settings_.mode == Mode::detect && generation_->policy != nullptr && flow.verdict.action == Action::pass &&
      judge_.judge_ended(*generation_->policy, flow) == Judged::refused)
    log_policy_alert(flow);
  EventHead head = inspector_.flow_head(event_type::flow);
  head.with_source = false;
  log_.emit(head, [&](JsonWriter& json) {
    store::write_app_names(json, inspector_.names(flow));
    store::write_flow(json, flow_record(flow, settings_.mode == Mode::prevent));
    if (tcp) store::write_tcp(json, {summary.flags, summary.state, summary.max_regions, summary.gap});
  });
  inspector_.close_flow(flow);
}

// ---- between packets

void Worker::take_up_generation() {
  const std::uint64_t version = current_generation_.version();
  if (version == generation_seen_) return;
  generation_ = current_generation_.get();
  generation_seen_ = version;
  judge_.learn_interfaces(generation_->interfaces);
  if (generation_->signatures.get() == matcher_.rules()) return;
  if (!matcher_.take_up(generation_->signatures)) (void)matcher_.take_up(nullptr);  // no memory for its scratch
  inspector_.show_to(matcher_.rules() != nullptr ? &matcher_ : nullptr);
  if (matcher_.rules() != nullptr) inspector_.want_digests(matcher_.rules()->digests);
}

void Worker::publish_counters() noexcept {
  const Timestamp wall = now_;
  if (wall - published_at_ < kCountersInterval && published_at_ != Timestamp{}) return;
  published_at_ = wall;
  const std::scoped_lock lock{counters_mutex_};
  published_ = {source_->counters(), decoder_.counters(), flows_.counters(),   tcp_.counters(),   inspector_.counters(),
                verdicts_,           log_.counters(),     matcher_.counters(), alerts_.counters()};
}

WorkerCounters Worker::counters() const {
  const std::scoped_lock lock{counters_mutex_};
  return published_;
}

// ---- made once

Result<std::unique_ptr<Worker>> Worker::make(const WorkerSettings& settings, std::unique_ptr<capture::Source> source,
                                             const CurrentGeneration& generation) {
  // Blocks up to this size are recycled; larger ones go back to the system.
  auto memory = std::make_unique<std::pmr::unsynchronized_pool_resource>(std::pmr::pool_options{64, 1u << 17});
  std::unique_ptr<proto::LongTail> longtail;
  if (settings.longtail) {
    ASSIGN_OR_RETURN(longtail, proto::LongTail::open(*memory), "starting application identification");
  }
  return std::unique_ptr<Worker>{
      new Worker(settings, std::move(source), generation, std::move(memory), std::move(longtail))};
}

Worker::Worker(const WorkerSettings& settings, std::unique_ptr<capture::Source> source,
               const CurrentGeneration& generation, std::unique_ptr<std::pmr::unsynchronized_pool_resource> memory,
               std::unique_ptr<proto::LongTail> longtail)
    : settings_(settings),
      source_(std::move(source)),
      current_generation_(generation),
      memory_(std::move(memory)),
      longtail_(std::move(longtail)),
      ring_(settings.log_ring),
      log_(ring_, settings.lossless_log, settings.log_types),
      decoder_(settings.decode),
      witness_(log_),
      links_(log_, witness_, *memory_, enabled_protocols(settings)),
      inspector_(log_, witness_, longtail_.get(), *memory_, enabled_protocols(settings), settings.files,
                 settings.expected != nullptr ? settings.expected : std::make_shared<ExpectedFlows>()),
      shared_memory_(settings.shared_memory != nullptr ? settings.shared_memory
                                                       : std::make_shared<ips::SharedMemory>()),
      alerts_(log_, inspector_, *shared_memory_, *memory_, settings.mode == Mode::prevent,
              settings.tcp.mode == flow::TcpMode::passive),
      matcher_({.inline_mode = settings.tcp.mode == flow::TcpMode::in_line}, *memory_, *shared_memory_, alerts_),
      tcp_(settings.tcp, *memory_, inspector_),
      flows_(settings.flows, *this),
      judge_(*source_, longtail_ != nullptr),
      responder_(*source_) {
  inspector_.limit_depth(settings.stream_depth);
  witness_.extend_log(settings.extended_log);
  links_.extend_log(settings.extended_log);
  inspector_.extend_log(settings.extended_log);
  inspector_.describe_packets(settings.log_packet_numbers, settings.log_port_names ? source_.get() : nullptr);
  alerts_.listen_to(matcher_);
  take_up_generation();
}

Worker::~Worker() = default;

}  // namespace gatehouse::engine
