// SPDX-License-Identifier: GPL-3.0-or-later
// Transactions: as each stage is reached, the fields that are known by then are searched for literals, and what they
// point to is asked. What cannot be answered yet waits with the transaction.
#include <algorithm>

#include "ips/match/matcher_state.hpp"

namespace gatehouse::ips {
namespace {

bool only_for(const FlowState& flow, Direction direction) noexcept {
  return direction == Direction::to_server ? flow.to_server && !flow.to_client : flow.to_client && !flow.to_server;
}

}  // namespace

Matcher::TransactionState* Matcher::state_of(Transaction& tx) noexcept {
  auto* state = static_cast<TransactionState*>(tx.match_state);
  if (state == nullptr) {
    try {
      state = std::pmr::polymorphic_allocator<>{&memory_}.new_object<TransactionState>(memory_);
    } catch (const std::bad_alloc&) {
      ++counters_.no_memory;
      return nullptr;
    }
    tx.match_state = state;
    state->rules_serial = rules_->serial;
  }
  if (state->rules_serial != rules_->serial) {
    // Other rules than those that began: what they have seen of it counts no longer, nor is it told twice.
    state->rules_serial = rules_->serial;
    state->waiting.candidates.clear();
    state->waiting.done.clear();
    state->scanned = {};
    state->asked_stages = {static_cast<std::uint8_t>(tx.stage[0] + 1), static_cast<std::uint8_t>(tx.stage[1] + 1)};
  }
  return state;
}

void Matcher::transaction(Transaction& tx, Direction direction) noexcept {
  if (rules_ == nullptr || (scene_.memory != nullptr && scene_.memory->passed)) return;
  const bool over = tx.stage[index(direction)] + 1u >= tx.protocol->stages[index(direction)].size();
  if (over && scene_.memory != nullptr) scene_.memory->raw(direction).message_over = true;
  const ProtocolPlan* plan = rules_->plan(tx.protocol);
  if (plan == nullptr || !plan->asks_transactions) return;
  TransactionState* state = state_of(tx);
  if (state == nullptr) return;
  state->has_come[index(direction)] = true;
  Scene scene = scene_;
  scene.tx = &tx;
  scene.direction = direction;
  // The payload at hand is of this direction only if the packet is.
  if (scene_.direction != direction) scene.packet = nullptr;
  if (scene_.memory != nullptr) {
    const FlowMemory::Raw& raw = scene_.memory->raw(direction);
    scene.stream = raw.bytes, scene.stream_offset = raw.offset;
  }
  begin_collecting();
  scan_points(*plan, tx, direction, *state);
  const auto& unfiltered = plan->unfiltered[index(direction)];
  std::uint8_t& asked = state->asked_stages[index(direction)];
  for (; asked < unfiltered.size() && asked <= tx.stage[index(direction)]; ++asked)
    for (const SignatureIndex s : unfiltered[asked]) collect(s);
  if (collected_.empty() && state->waiting.candidates.empty()) return;
  weigh_all(state->waiting, scene, plan);
}

void Matcher::scan_points(const ProtocolPlan& plan, const Transaction& tx, Direction direction,
                          TransactionState& state) noexcept {
  const std::vector<Point>& points = plan.points[index(direction)];
  auto& scanned = state.scanned[index(direction)];
  std::uint64_t stream_end = state.stream_end[index(direction)];
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& point = points[i];
    if (point.field->known_at > tx.stage[index(direction)]) break;
    if (point.field->type == FieldType::stream) {
      const FieldValue value = point.field->get(tx, 0);
      if (value.present) scan_stream_field(point, value, state.stream_end[index(direction)]);
      stream_end = std::max(stream_end, value.number + value.bytes.size());
      continue;
    }
    const unsigned most = point.field->type == FieldType::bytes ? 1 : kMostValues;
    while (scanned[i] < most) {
      const FieldValue value = point.field->get(tx, scanned[i]);
      if (!value.present) break;
      ++scanned[i];
      scan_value(point, value.bytes, 0, 0);
    }
  }
  state.stream_end[index(direction)] = stream_end;
}

void Matcher::scan_value(const Point& point, Bytes bytes, std::uint64_t offset, std::size_t from) noexcept {
  const std::span<const Transform> transforms = rules_->buffers[point.buffer].transforms;
  bool missing = false;
  if (!transforms.empty()) bytes = apply(transforms, bytes, transforms_, missing), from = 0;
  if (missing) return;
  ++counters_.scans, counters_.scanned_bytes += bytes.size();
  point.patterns->scan(bytes, scratch_, offset, from, [&](SignatureIndex s) { collect(s); });
}

// Of a body, what has come since the last look, and so much before it as a literal may reach over.
void Matcher::scan_stream_field(const Point& point, const FieldValue& value, std::uint64_t seen) noexcept {
  const std::uint64_t end = value.number + value.bytes.size();
  if (end <= seen) return;
  if (!rules_->buffers[point.buffer].transforms.empty()) return scan_value(point, value.bytes, 0, 0);
  const std::size_t old = seen > value.number ? static_cast<std::size_t>(seen - value.number) : 0;
  const std::size_t overlap = std::min(old, point.patterns->longest());
  scan_value(point, value.bytes.subspan(old - overlap), value.number + old - overlap, overlap);
}

// Asks what waits and what was collected, in the order in which signatures decide.
void Matcher::weigh_all(Waiting& waiting, Scene& scene, const ProtocolPlan* plan) noexcept {
  const auto is_done = [&](SignatureIndex s) {
    return std::ranges::find(waiting.done, Done{s, scene.direction}) != waiting.done.end();
  };
  auto kept = waiting.candidates.begin();
  for (Candidate& candidate : waiting.candidates) {
    if (weigh(candidate, waiting, scene, plan)) *kept++ = candidate;
    // Collected anew for another value: it is already asked.
    seen_[candidate.signature] = collection_;
  }
  waiting.candidates.erase(kept, waiting.candidates.end());
  std::ranges::sort(collected_);
  for (const SignatureIndex s : collected_) {
    if (is_done(s)) continue;
    const auto same = std::ranges::find(waiting.candidates, s, &Candidate::signature);
    if (same != waiting.candidates.end()) continue;
    ++counters_.candidates;
    if (!header_holds(rules_->at(s), scene)) continue;
    Candidate candidate{s, 0};
    if (!weigh(candidate, waiting, scene, plan)) continue;
    if (waiting.candidates.size() >= kMostCandidates) {
      ++counters_.candidates_lost;
      continue;
    }
    try {
      waiting.candidates.push_back(candidate);
    } catch (const std::bad_alloc&) {
      ++counters_.no_memory;
    }
  }
}

// False: it has matched, or never will.
bool Matcher::weigh(Candidate& candidate, Waiting& waiting, Scene& scene, const ProtocolPlan* plan) noexcept {
  const Signature& s = rules_->at(candidate.signature);
  ++counters_.asked;
  space_.start_signature();
  bool all = true;
  for (unsigned i = 0; i < s.conditions; ++i) {
    const std::uint64_t bit = 1ull << i;
    if (candidate.held & bit) continue;
    switch (ask(rules_->conditions[s.first_condition + i], scene, plan)) {
      case Answer::holds:
        candidate.held |= bit;
        break;
      case Answer::never:
        return false;
      case Answer::not_yet:
        all = false;
        break;
    }
  }
  if (!all) return true;
  if (!checks_hold(s, scene)) return false;
  try {
    waiting.done.push_back({candidate.signature, scene.direction});
  } catch (const std::bad_alloc&) {
    ++counters_.no_memory;
    return false;
  }
  matched(candidate.signature, scene);
  return false;
}

void Matcher::transaction_closed(Transaction& tx) noexcept {
  receiver_.on_transaction_end(tx);
  auto* state = static_cast<TransactionState*>(tx.match_state);
  if (state == nullptr) return;
  tx.match_state = nullptr;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(state);
  for (FileState* file : files_)
    if (file->tx == &tx) file->tx = nullptr;
}

void Matcher::app_event(Transaction* tx, const ProtocolSpec& protocol, std::uint8_t event,
                        Direction direction) noexcept {
  if (rules_ == nullptr) return;
  const ProtocolPlan* plan = rules_->plan(&protocol);
  if (plan == nullptr || event >= plan->by_event.size() || plan->by_event[event].empty()) return;
  Scene scene = scene_;
  scene.tx = tx;
  TransactionState* state = tx != nullptr ? state_of(*tx) : nullptr;
  // An event is the transaction's, whichever way its bytes went: signatures of the other direction alone are asked too.
  for (const Direction d : {direction, opposite(direction)}) {
    scene.direction = d;
    begin_collecting();
    for (const SignatureIndex s : plan->by_event[event])
      if (d == direction || only_for(rules_->at(s).flow, d)) collect(s);
    if (state != nullptr)
      weigh_all(state->waiting, scene, plan);
    else
      ask_collected(scene);
    if (tx == nullptr) return;
  }
}

void Matcher::detection_event(std::string_view name, Direction direction) noexcept {
  if (rules_ == nullptr) return;
  std::array<char, 64> lower;
  name = name.substr(0, lower.size());
  std::ranges::transform(name, lower.begin(), ascii_lower);
  const auto found = rules_->by_detection_event.find(std::string_view{lower.data(), name.size()});
  if (found == rules_->by_detection_event.end()) return;
  Scene scene = scene_;
  scene.direction = direction;
  begin_collecting();
  for (const SignatureIndex s : found->second) collect(s);
  ask_collected(scene);
}

}  // namespace gatehouse::ips
