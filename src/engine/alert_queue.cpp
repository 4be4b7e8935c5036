// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/alert_queue.hpp"

#include <algorithm>
#include <memory_resource>

#include "ips/match/threshold_count.hpp"

namespace gatehouse::engine {
namespace {

using ips::RuleAction;

constexpr std::size_t kTextRoom = 4 * store::kMaxRecord;  // of what one packet's alerts say of transactions

bool is_drop(RuleAction action) noexcept {
  return action == RuleAction::drop || action == RuleAction::reject || action == RuleAction::reject_dst ||
         action == RuleAction::reject_both;
}

bool speaks_of_session(const ips::Signature& s, const ips::Scene& scene) noexcept {
  if (scene.flow == nullptr || s.scope == ips::Scope::packet) return false;
  if (s.scope == ips::Scope::flow) return true;
  switch (s.kind) {
    case ips::Class::addresses:
    case ips::Class::transaction:
    case ips::Class::protocol:
      return true;
    case ips::Class::payload:
      return scene.stream.data() != nullptr;
    case ips::Class::event:
      return scene.tx != nullptr;
    case ips::Class::packet:
      return s.checks == 0 && s.conditions == 0;  // by its header alone: all packets are alike
  }
  return false;
}

store::FlowSoFar so_far(const flow::Flow& f) noexcept {
  const bool ports =
      f.protocol == ip_protocol::tcp || f.protocol == ip_protocol::udp || f.protocol == ip_protocol::sctp;
  return {f.packets, f.bytes, f.first_seen, f.client, f.server, f.client_port, f.server_port, ports};
}

}  // namespace

store::AlertNote note_of(const ips::Signature& s, bool blocked) noexcept {
  using Target = store::AlertNote::Target;
  store::AlertNote note;
  note.signature_id = s.sid, note.gid = s.gid, note.rev = s.rev;
  note.signature = s.message, note.category = s.category, note.severity = s.priority;
  note.metadata = s.metadata;
  note.blocked = blocked;
  note.target = s.target_src ? Target::source : s.target_dst ? Target::destination : Target::none;
  return note;
}

// Looking on, bytes are read when the other side has acknowledged them. Their alert is told with the next packet of
// their own direction, as readers of such logs expect it, or at the flow's end.
struct DeferredAlert {
  explicit DeferredAlert(std::pmr::memory_resource* memory) : text(memory) {}
  AlertQueue::Match match;
  Transaction* tx = nullptr;    // as long as its parser has it
  std::pmr::vector<char> text;  // the match's own three texts, one behind the other
};
struct DeferredAlerts {
  explicit DeferredAlerts(std::pmr::memory_resource& memory) : items(&memory) {}
  std::pmr::vector<DeferredAlert> items;
};

AlertQueue::AlertQueue(Log& log, Inspector& inspector, ips::SharedMemory& shared, Memory& memory, bool enforce,
                       bool defer)
    : log_(log),
      inspector_(inspector),
      shared_(shared),
      memory_(memory),
      enforce_(enforce),
      defer_(defer),
      text_(kTextRoom) {}

void AlertQueue::on_match(const ips::Signature& signature, const ips::Scene& scene,
                          const ips::InspectSpace& space) noexcept {
  if (size_ == kMost) {
    ++counters_.lost;
    return;
  }
  Match& match = matches_[size_++];
  match = {};
  match.signature = &signature;
  match.direction = scene.direction;
  match.whole_session = speaks_of_session(signature, scene);
  if (scene.flow != nullptr) {
    const bool forward = scene.direction == Direction::to_server;
    match.src = forward ? scene.flow->client : scene.flow->server;
    match.dst = forward ? scene.flow->server : scene.flow->client;
  } else if (scene.packet != nullptr) {
    match.src = scene.packet->src, match.dst = scene.packet->dst;
  }
  if (signature.no_alert) return;
  keep_notes(match, scene, space);
  if (scene.tx == nullptr) return;
  match.has_tx = true;
  match.tx = scene.tx;
  match.tx_id = scene.tx->id;
  // Written now, for its parser may go on before the packet's end.
  if (scene.tx->protocol->log != nullptr)
    keep_text(match.text, match.text_size, [&](JsonWriter& json) { inspector_.write_record(*scene.tx, json); });
}

template <typename Write>
void AlertQueue::keep_text(std::uint32_t& at, std::uint32_t& size, Write&& write) noexcept {
  JsonWriter json{std::span{text_}.subspan(text_used_)};
  json.open_object();
  write(json);
  json.close_object();
  if (json.overflowed()) return;
  at = static_cast<std::uint32_t>(text_used_);
  size = static_cast<std::uint32_t>(json.text().size());
  text_used_ += size;
}

void AlertQueue::keep_notes(Match& match, const ips::Scene&, const ips::InspectSpace& space) noexcept {
  if (space.context_count > 0)
    keep_text(match.context, match.context_size, [&](JsonWriter& json) {
      for (unsigned i = 0; i < space.context_count; ++i)
        if (!space.contexts[i].json.empty()) json.member_json(space.contexts[i].key, space.contexts[i].json);
    });
  if (space.entropy_count + space.captured_count == 0) return;
  keep_text(match.notes, match.notes_size, [&](JsonWriter& json) {
    if (space.entropy_count > 0) {
      json.open_object("entropy");
      for (unsigned i = 0; i < space.entropy_count; ++i) {
        std::array<char, 64> name;
        const std::string_view buffer = space.entropies[i].buffer.substr(0, name.size());
        std::ranges::transform(buffer, name.begin(), [](char c) { return c == '.' ? '_' : c; });
        json.member(std::string_view{name.data(), buffer.size()}, space.entropies[i].value);
      }
      json.close_object();
    }
    using For = ips::Capture::For;
    for (const auto& [kind, key] : {std::pair{For::packet, "pktvars"}, std::pair{For::flow, "flowvars"}}) {
      const auto is_that = [&](const auto& c) { return c.what->kind == kind; };
      const std::span captured{space.captured.data(), space.captured_count};
      if (std::ranges::none_of(captured, is_that)) continue;
      json.open_array(key);
      for (const auto& c : captured) {
        if (!is_that(c)) continue;
        json.open_object();
        json.member(c.what->name, c.bytes);
        json.close_object();
      }
      json.close_array();
    }
  });
}

// Signatures stand in the order in which they decide.
void AlertQueue::sort() noexcept {
  std::stable_sort(matches_.begin(), matches_.begin() + static_cast<std::ptrdiff_t>(size_),
                   [](const Match& a, const Match& b) { return a.signature < b.signature; });
}

// ---- what is put off

bool AlertQueue::waits(const flow::Flow& flow, Direction direction) noexcept {
  if (flow.app.context == nullptr || context_of(flow).deferred == nullptr) return false;
  return std::ranges::any_of(context_of(flow).deferred->items,
                             [&](const auto& i) { return i.match.direction == direction; });
}

void AlertQueue::settle_deferred(flow::Flow* flow, std::optional<Direction> packet) noexcept {
  if (!defer_ || flow == nullptr || flow->app.context == nullptr) return;
  FlowContext& context = context_of(*flow);
  std::size_t kept = 0;
  try {
    for (std::size_t i = 0; i < size_; ++i) {
      const Match& match = matches_[i];
      // What passes or only sets flowbits has been felt already.
      if (!packet || match.direction == *packet || match.signature->no_alert) {
        matches_[kept++] = match;
        continue;
      }
      if (context.deferred == nullptr)
        context.deferred = std::pmr::polymorphic_allocator<>{&memory_}.new_object<DeferredAlerts>(memory_);
      auto& item = context.deferred->items.emplace_back(&memory_);
      item.match = match;
      item.tx = match.tx;
      for (const auto& [at, size] : {std::pair{match.text, match.text_size}, std::pair{match.notes, match.notes_size},
                                     std::pair{match.context, match.context_size}})
        item.text.insert(item.text.end(), text_.begin() + at, text_.begin() + at + size);
    }
  } catch (const std::bad_alloc&) {
    ++counters_.lost;
  }
  size_ = kept;
  if (context.deferred == nullptr) return;
  auto& items = context.deferred->items;
  for (auto& item : items) {
    if (packet && item.match.direction != *packet) continue;
    if (item.tx != nullptr) write_anew(item, *item.tx);
    if (size_ == kMost || text_used_ + item.text.size() > text_.size()) {
      ++counters_.lost;
      continue;
    }
    Match& match = matches_[size_++] = item.match;
    std::ranges::copy(item.text, text_.begin() + static_cast<std::ptrdiff_t>(text_used_));
    match.text = static_cast<std::uint32_t>(text_used_);
    match.notes = match.text + match.text_size;
    match.context = match.notes + match.notes_size;
    text_used_ += item.text.size();
  }
  std::erase_if(items, [&](const auto& item) { return !packet || item.match.direction == *packet; });
}

// What was put off is told with the transaction as it is in the end.
void AlertQueue::on_transaction_end(Transaction& tx) noexcept {
  const flow::Flow* flow = inspector_.flow_at_hand();
  for (std::size_t i = 0; i < size_; ++i)
    if (matches_[i].tx == &tx) matches_[i].tx = nullptr;
  if (!defer_ || flow == nullptr || flow->app.context == nullptr) return;
  DeferredAlerts* deferred = context_of(*flow).deferred;
  if (deferred == nullptr) return;
  for (auto& item : deferred->items) {
    if (item.tx != &tx) continue;
    write_anew(item, tx);
    item.tx = nullptr;
  }
}

void AlertQueue::write_anew(DeferredAlert& item, const Transaction& tx) noexcept {
  if (tx.protocol->log == nullptr) return;
  std::uint32_t at = 0, size = 0;
  keep_text(at, size, [&](JsonWriter& json) { inspector_.write_record(tx, json); });
  if (size == 0) return;
  try {
    item.text.erase(item.text.begin(), item.text.begin() + item.match.text_size);
    item.text.insert(item.text.begin(), text_.begin() + at, text_.begin() + at + size);
    item.match.text_size = size;
  } catch (const std::bad_alloc&) {
    ++counters_.lost;
  }
  text_used_ -= size;
}

void AlertQueue::flow_ended(flow::Flow& flow) noexcept {
  if (flow.app.context == nullptr || context_of(flow).deferred == nullptr) return;
  std::pmr::polymorphic_allocator<>{&memory_}.delete_object(context_of(flow).deferred);
  context_of(flow).deferred = nullptr;
}

// ---- judging

AlertQueue::Judgement AlertQueue::judge(const Match& match, flow::Flow* flow, Timestamp now) noexcept {
  const ips::Signature& s = *match.signature;
  const ips::Ruleset& rules = *matcher_->rules();
  Judgement judgement{!s.no_alert, true, s.action};
  for (unsigned i = 0; i < s.suppressions; ++i)
    if (ips::suppresses(rules.suppressions[s.first_suppression + i], match.src, match.dst)) judgement.told = false;
  for (unsigned i = 0; i < s.thresholds; ++i) {
    const ips::Threshold& threshold = rules.thresholds[s.first_threshold + i];
    auto* const memory = flow != nullptr ? static_cast<ips::FlowMemory*>(flow->match_memory) : nullptr;
    const auto passed = shared_.count(s, threshold, match.src, match.dst, now, memory);
    judgement.told &= passed.alert;
    judgement.counts &= passed.matched;
    if (passed.action_changed) judgement.action = passed.action;
  }
  if (!judgement.told && !s.no_alert) ++counters_.suppressed;
  return judgement;
}

// False: no signature behind this one counts.
bool AlertQueue::apply(const Match& match, const Judgement& judgement, flow::Flow* flow, Sentence& sentence) noexcept {
  if (!judgement.counts) return true;
  if (judgement.action == RuleAction::pass) {
    if (match.whole_session && flow != nullptr) matcher_->pass_flow(*flow);
    return false;
  }
  if (!enforce_ || !is_drop(judgement.action) || sentence.signature != nullptr) return true;
  sentence.signature = match.signature;
  sentence.action = judgement.action == RuleAction::drop ? Action::drop : Action::reject;
  sentence.whole_session = match.whole_session;
  sentence.to_sender = judgement.action != RuleAction::reject_dst;
  sentence.to_receiver = judgement.action == RuleAction::reject_dst || judgement.action == RuleAction::reject_both;
  return true;
}

// ---- telling

void AlertQueue::write_metadata(JsonWriter& json, const Match& match, const flow::Flow* flow) const noexcept {
  constexpr std::string_view kFlowbit = "flowbit:", kId = "traffic/id/", kLabel = "traffic/label/";
  const auto* memory = flow != nullptr ? static_cast<const ips::FlowMemory*>(flow->match_memory) : nullptr;
  const auto& names = matcher_->rules()->names;
  // Calls take(name) for each flowbit whose name begins so, with the rest of it.
  const auto each = [&](std::string_view begin, auto&& take) {
    if (memory == nullptr) return;
    memory->for_each_bit([&](ips::NameId id) {
      if (id >= names.size() || !names[id].starts_with(kFlowbit)) return;
      const std::string_view name = names[id].substr(kFlowbit.size());
      if (name.starts_with(begin)) take(name.substr(begin.size()));
    });
  };
  const auto write_list = [&](const char* key, std::string_view begin, auto&& wanted) {
    bool open = false;
    each(begin, [&](std::string_view name) {
      if (!wanted(name)) return;
      if (!open) json.open_array(key), open = true;
      json.element(name);
    });
    if (open) json.close_array();
  };
  const auto all = [](std::string_view) { return true; };
  const auto is_traffic = [](std::string_view name) { return name.starts_with("traffic/"); };
  bool traffic = false, plain = false;
  each({}, [&](std::string_view name) { (is_traffic(name) ? traffic : plain) = true; });
  if (traffic) {
    json.open_object("traffic");
    write_list("id", kId, all);
    write_list("label", kLabel, all);
    json.close_object();
  }
  if (!plain && match.notes_size == 0) return;
  json.open_object("metadata");
  write_list("flowbits", {}, [&](std::string_view name) { return !is_traffic(name); });
  json.members_of({text_.data() + match.notes, match.notes_size});
  json.close_object();
}

void AlertQueue::write(const Match& match, const Judgement& judgement, flow::Flow* flow, EventHead head) noexcept {
  const Packet* const outer = inspector_.outer_packet();
  ++counters_.alerts;
  if (flow != nullptr) flow->alerted = true;
  head.has_tx = match.has_tx;
  head.tx_id = match.tx_id;
  store::AlertNote note = note_of(*match.signature, enforce_ && is_drop(judgement.action));
  if (match.context_size > 2) note.context = {text_.data() + match.context, match.context_size};
  log_.emit(head, [&](JsonWriter& json) {
    store::write_alert(json, note, head);
    if (flow == nullptr) return;
    store::write_app_names(json, inspector_.names(*flow));
    json.members_of({text_.data() + match.text, match.text_size});
    if (outer != nullptr) store::write_tunnel(json, *outer);
    json.member("direction", match.direction == Direction::to_server ? "to_server" : "to_client");
    write_metadata(json, match, flow);
    store::write_flow_so_far(json, so_far(*flow));
  });
}

}  // namespace gatehouse::engine
