// SPDX-License-Identifier: GPL-3.0-or-later
// Packets and streams; matcher_transactions.cpp and matcher_files.cpp have the rest, ask.cpp the questions.
#include "ips/match/matcher.hpp"

#include <algorithm>

#include "ips/match/matcher_state.hpp"

namespace gatehouse::ips {

using flow::Flow;

Matcher::Matcher(const MatcherSettings& settings, std::pmr::memory_resource& memory, SharedMemory& shared,
                 MatchReceiver& receiver)
    : settings_(settings), memory_(memory), shared_(shared), receiver_(receiver) {
  files_.reserve(kMostFiles);
}

Matcher::~Matcher() = default;

Result<> Matcher::take_up(std::shared_ptr<const Ruleset> rules) {
  if (rules != nullptr) {
    RETURN_IF_ERROR(rules->prepare(scratch_), "signatures");
    seen_.assign(rules->signatures.size(), 0);
    collected_.reserve(rules->signatures.size());
    if (rules->wants_magic) RETURN_IF_ERROR(magic_.open(), "kinds of files");
  }
  collection_ = 0;
  rules_ = std::move(rules);
  return {};
}

void Matcher::begin(const Packet* packet, Flow* flow, Direction direction, Timestamp now) noexcept {
  scene_ = {};
  scene_.packet = packet;
  scene_.flow = flow;
  scene_.direction = direction;
  scene_.now = now;
  scene_.memory = flow != nullptr ? static_cast<FlowMemory*>(flow->match_memory) : nullptr;
  scene_.shared = &shared_;
  scene_.inline_mode = settings_.inline_mode;
}

FlowMemory* Matcher::memory_of(Flow& flow) noexcept {
  if (flow.match_memory == nullptr) {
    try {
      flow.match_memory = std::pmr::polymorphic_allocator<>{&memory_}.new_object<FlowMemory>(memory_);
    } catch (const std::bad_alloc&) {
      ++counters_.no_memory;
    }
  }
  scene_.memory = static_cast<FlowMemory*>(flow.match_memory);
  return scene_.memory;
}

void Matcher::pass_flow(Flow& flow) noexcept {
  if (FlowMemory* memory = memory_of(flow)) memory->passed = true;
}

void Matcher::flow_ended(Flow& flow) noexcept {
  if (!files_.empty()) forget_files(flow.id);
  if (flow.match_memory == nullptr) return;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(static_cast<FlowMemory*>(flow.match_memory));
  flow.match_memory = nullptr;
  scene_.memory = nullptr;
}

// ---- candidates

void Matcher::begin_collecting() noexcept {
  collected_.clear();
  if (++collection_ == 0) {
    std::ranges::fill(seen_, 0);
    collection_ = 1;
  }
}

bool Matcher::collect(SignatureIndex signature) noexcept {
  if (seen_[signature] == collection_) return false;
  seen_[signature] = collection_;
  collected_.push_back(signature);  // has room for all
  return true;
}

void Matcher::matched(SignatureIndex index, Scene& scene) noexcept {
  const Signature& s = rules_->at(index);
  ++counters_.matches;
  scene.signature = &s;
  if (scene.flow != nullptr && scene.memory == nullptr && s.effects + s.thresholds > 0)
    scene.memory = memory_of(*scene.flow);
  receiver_.on_match(s, scene, space_);
  for (unsigned i = 0; i < s.effects; ++i) {
    const Effect& effect = rules_->effects[s.first_effect + i];
    effect.apply(effect, scene);
  }
  scene_.memory = scene.memory;
}

// A signature that needs no more than what is at hand now.
bool Matcher::holds_packet(SignatureIndex index, const Scene& scene) noexcept {
  const Signature& s = rules_->at(index);
  ++counters_.asked;
  if (!header_holds(s, scene) || !checks_hold(s, scene)) return false;
  space_.start_signature();
  const ProtocolPlan* plan = scene.tx != nullptr ? rules_->plan(scene.tx->protocol) : nullptr;
  for (unsigned i = 0; i < s.conditions; ++i)
    if (ask(rules_->conditions[s.first_condition + i], scene, plan) != Answer::holds) return false;
  return true;
}

void Matcher::ask_collected(Scene& scene) noexcept {
  counters_.candidates += collected_.size();
  std::ranges::sort(collected_);
  for (const SignatureIndex s : collected_)
    if (holds_packet(s, scene)) matched(s, scene);
}

// ---- packets

void Matcher::packet(bool in_stream) noexcept {
  if (rules_ == nullptr || (scene_.memory != nullptr && scene_.memory->passed)) return;
  const Packet& packet = *scene_.packet;
  begin_collecting();
  for (const PacketEvent event : packet.events)
    for (const SignatureIndex s : rules_->by_packet_event[static_cast<std::size_t>(event)]) collect(s);
  if (packet.has_ip && !packet.fragment && !packet.invalid) {
    collect_by_addresses(packet);
    if (packet.is_tcp()) {
      collect_packets(rules_->tcp_packets);
      if (!in_stream) collect_payload(PayloadKind::tcp_stream, packet.payload, 0, 0);
      collect_payload(PayloadKind::tcp_packet, packet.payload, 0, 0);
    } else if (packet.is_udp()) {
      collect_packets(rules_->udp_packets);
      collect_payload(PayloadKind::udp, packet.payload, 0, 0);
    } else {
      for (const SignatureIndex s : rules_->packets[packet.protocol]) collect(s);
      collect_payload(PayloadKind::other, packet.payload, 0, 0);
    }
  }
  if (!collected_.empty()) ask_collected(scene_);
}

void Matcher::collect_by_addresses(const Packet& packet) noexcept {
  const auto take = [&](SignatureIndex s) { collect(s); };
  if (!rules_->packets_by_address.empty()) rules_->packets_by_address.find(packet.src, packet.dst, take);
  if (rules_->once_by_address.empty()) return;
  // Once for each direction of a flow: more packets have no other addresses.
  if (scene_.flow != nullptr && scene_.flow->packets[index(scene_.direction)] > 1) return;
  rules_->once_by_address.find(packet.src, packet.dst, take);
}

void Matcher::collect_payload(PayloadKind kind, Bytes bytes, std::uint64_t offset, std::size_t from) noexcept {
  const PayloadGroup& group = rules_->payload[static_cast<std::size_t>(kind)][index(scene_.direction)];
  for (const SignatureIndex s : group.always) collect(s);
  if (bytes.empty()) return;
  const auto take = [&](SignatureIndex s) { collect(s); };
  const auto scan = [&](const PatternSet& set) {
    // Of what was seen before, so much as a literal of this set may reach back.
    const std::size_t skip = from > set.longest() ? from - set.longest() : 0;
    Bytes piece = bytes.subspan(skip);
    if (const std::uint32_t farthest = set.farthest(); farthest > 0) {
      if (offset + from >= farthest) return;
      piece = piece.first(std::min<std::size_t>(piece.size(), farthest - offset - skip));
    }
    ++counters_.scans, counters_.scanned_bytes += piece.size();
    set.scan(piece, scratch_, offset + skip, from - skip, take);
  };
  if (!group.any.empty()) scan(group.any);
  if (!group.beginning.empty()) scan(group.beginning);
  const auto ports = ports_at_hand();
  if (const PatternSet* set = group.by_src_port.find(ports.first)) scan(*set);
  if (const PatternSet* set = group.by_dst_port.find(ports.second)) scan(*set);
}

void Matcher::collect_packets(const PacketGroup& group) noexcept {
  const Packet& packet = *scene_.packet;
  for (const SignatureIndex s : group.any) collect(s);
  if (const auto* rules = group.by_src_port.find(packet.src_port))
    for (const SignatureIndex s : *rules) collect(s);
  if (const auto* rules = group.by_dst_port.find(packet.dst_port))
    for (const SignatureIndex s : *rules) collect(s);
}

std::pair<std::uint16_t, std::uint16_t> Matcher::ports_at_hand() const noexcept {
  if (scene_.flow == nullptr) return {scene_.packet->src_port, scene_.packet->dst_port};
  const Flow& flow = *scene_.flow;
  if (scene_.direction == Direction::to_server) return {flow.client_port, flow.server_port};
  return {flow.server_port, flow.client_port};
}

void Matcher::protocol_known(Direction direction) noexcept {
  if (rules_ == nullptr || scene_.flow == nullptr || (scene_.memory != nullptr && scene_.memory->passed)) return;
  const ProtocolPlan* plan = rules_->plan(scene_.flow->app.protocol);
  if (plan == nullptr || plan->protocol_only.empty()) return;
  Scene scene = scene_;
  scene.direction = direction;
  begin_collecting();
  for (const SignatureIndex s : plan->protocol_only) collect(s);
  ask_collected(scene);
}

// ---- streams

bool Matcher::wants_streams() const noexcept {
  if (rules_ == nullptr) return false;
  const auto& groups = rules_->payload[static_cast<std::size_t>(PayloadKind::tcp_stream)];
  return !groups[0].empty() || !groups[1].empty() || rules_->asks_stream_of_transactions;
}

void Matcher::stream(Direction direction, Bytes bytes, std::uint64_t offset) noexcept {
  if (!wants_streams() || scene_.flow == nullptr) return;
  FlowMemory* memory = memory_of(*scene_.flow);
  if (memory == nullptr || memory->passed) return;
  FlowMemory::Raw& raw = memory->raw(direction);
  const std::uint64_t end = offset + bytes.size();
  if (end <= raw.end) return;
  if (offset > raw.end || raw.bytes.empty()) {
    raw.bytes.clear();
    raw.looked_at = 0;
    raw.offset = std::max(offset, raw.end);
  }
  const Bytes fresh = bytes.last(static_cast<std::size_t>(end - std::max(offset, raw.end)));
  raw.end = end;
  try {
    raw.bytes.insert(raw.bytes.end(), fresh.begin(), fresh.end());
  } catch (const std::bad_alloc&) {
    ++counters_.no_memory;
    return;
  }
}

void Matcher::stream_was_read(Direction direction) noexcept {
  if (rules_ == nullptr || scene_.memory == nullptr) return;
  FlowMemory::Raw& raw = scene_.memory->raw(direction);
  const std::size_t fresh = raw.bytes.size() - raw.looked_at;
  if (fresh == 0) return;
  if (settings_.inline_mode || raw.message_over || fresh >= settings_.stream_chunk) look_at_raw(direction);
}

void Matcher::flush(Direction direction) noexcept {
  if (rules_ == nullptr || scene_.memory == nullptr) return;
  const FlowMemory::Raw& raw = scene_.memory->raw(direction);
  if (raw.bytes.size() > raw.looked_at) look_at_raw(direction);
}

void Matcher::stream_gap(Direction direction) noexcept {
  flush(direction);
  if (scene_.memory == nullptr) return;
  FlowMemory::Raw& raw = scene_.memory->raw(direction);
  raw.bytes.clear();
  raw.looked_at = 0, raw.pending_count = 0;
}

void Matcher::look_at_raw(Direction direction) noexcept {
  FlowMemory& memory = *scene_.memory;
  if (memory.passed) return;
  FlowMemory::Raw& raw = memory.raw(direction);
  raw.message_over = false;
  if (memory.rules_serial != rules_->serial) {
    memory.rules_serial = rules_->serial;
    memory.raw(Direction::to_server).pending_count = memory.raw(Direction::to_client).pending_count = 0;
  }
  const Direction before = std::exchange(scene_.direction, direction);
  scene_.stream = raw.bytes;
  scene_.stream_offset = raw.offset;
  begin_collecting();
  for (unsigned i = 0; i < raw.pending_count; ++i) collect(raw.pending[i]);
  // What ends in bytes that were looked at before was found then.
  collect_payload(PayloadKind::tcp_stream, raw.bytes, raw.offset, raw.looked_at);
  raw.pending_count = 0;
  std::ranges::sort(collected_);
  for (const SignatureIndex s : collected_) {
    if (holds_packet(s, scene_))
      matched(s, scene_);
    else if (raw.pending_count < FlowMemory::Raw::kMostPending)
      raw.pending[raw.pending_count++] = s;
  }
  scene_.stream = {};
  scene_.direction = before;
  // Some of what was seen stays, for what reaches over the border.
  const std::size_t keep = std::min(raw.bytes.size(), kTail);
  raw.offset += raw.bytes.size() - keep;
  raw.bytes.erase(raw.bytes.begin(), raw.bytes.end() - static_cast<std::ptrdiff_t>(keep));
  raw.looked_at = static_cast<std::uint32_t>(keep);
}

}  // namespace gatehouse::ips
