// SPDX-License-Identifier: GPL-3.0-or-later
// Where each signature is asked: by literals where it has one, by ports, addresses, events and stages where it has not.
#include <algorithm>
#include <atomic>
#include <tuple>

#include "ips/compile/assemble.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr std::size_t kMostPortsOfGroup = 32;  // a rule for more ports than these stands in the group for any

bool looks_at(const FlowState& flow, unsigned direction) noexcept {
  if (!flow.to_server && !flow.to_client) return true;
  return direction == 0 ? flow.to_server : flow.to_client;
}

// `direction` 2: either.
bool travels(const FieldSpec& field, unsigned direction) noexcept {
  return direction == 2 || field.direction == FieldDirection::both ||
         static_cast<unsigned>(field.direction) == direction;
}

std::vector<std::uint16_t> few_ports(const PortSet& ports) {
  std::vector<std::uint16_t> all;
  for (const PortRange& range : ports.ranges())
    for (unsigned port = range.first; port <= range.last; ++port) {
      if (all.size() == kMostPortsOfGroup) return {};
      all.push_back(static_cast<std::uint16_t>(port));
    }
  return all;
}

bool speaks(const Signature& s, std::uint8_t protocol) noexcept {
  return s.protocol_count == 0 ||
         std::find(s.protocols, s.protocols + s.protocol_count, protocol) != s.protocols + s.protocol_count;
}

}  // namespace

std::shared_ptr<Ruleset> Assembly::finish() {
  static std::atomic<std::uint64_t> serial{0};
  ruleset_->serial = ++serial;
  // The reference's order: pass, drop, reject, alert; then flowbits, then priority.
  std::ranges::stable_sort(drafts_, [](const Draft& a, const Draft& b) {
    const auto rank = [](const Draft& d) { return std::tuple{d.signature.action, d.order, d.signature.priority}; };
    return rank(a) < rank(b);
  });
  ruleset_->signatures.reserve(drafts_.size());
  for (const Draft& draft : drafts_) ruleset_->signatures.push_back(draft.signature);
  for (std::size_t i = 0; i < drafts_.size(); ++i) place(static_cast<SignatureIndex>(i), drafts_[i]);
  drafts_ = {};
  ruleset_->names = Names::all();
  ruleset_->once_by_address.finish();
  ruleset_->packets_by_address.finish();
  finish_plans();
  return ruleset_;
}

void Assembly::place(SignatureIndex index, const Draft& draft) {
  const Signature& s = draft.signature;
  switch (s.kind) {
    case Class::addresses:
      return place_packet(index, s, ruleset_->once_by_address, true);
    case Class::packet:
      return place_packet(index, s, ruleset_->packets_by_address, false);
    case Class::payload:
      return place_payload(index, draft);
    case Class::transaction:
      return s.asks_file ? place_file(index, draft) : place_transaction(index, draft);
    case Class::protocol:
      for (const std::uint16_t plan : plans_for(s)) ruleset_->plans[plan].protocol_only.push_back(index);
      return;
    case Class::event:
      for (const auto& [protocol, event] : draft.app_events) ruleset_->plans[protocol].by_event[event].push_back(index);
      for (const PacketEvent event : draft.packet_events)
        ruleset_->by_packet_event[static_cast<std::size_t>(event)].push_back(index);
      for (const std::string& event : draft.detection_events) ruleset_->by_detection_event[event].push_back(index);
      for (const std::uint16_t plan : plans_for(s))
        for (unsigned i = 0; i < s.conditions; ++i, ruleset_->plans[plan].asks_transactions = true)
          want_rows(plan, ruleset_->conditions[s.first_condition + i]);
      return;
  }
}

// ---- packets

void Assembly::place_packet(SignatureIndex index, const Signature& s, AddressIndex& by_address, bool once) {
  const AddressSet& src = ruleset_->address_sets[s.src];
  const AddressSet& dst = ruleset_->address_sets[s.dst];
  if ((src.is_any() && dst.is_any()) || s.bidirectional || naive_) {
    if (once) return by_address.add(index, AddressIndex::End::none, src);
    if (speaks(s, ip_protocol::tcp)) place_in_packets(index, s, ruleset_->tcp_packets);
    if (speaks(s, ip_protocol::udp)) place_in_packets(index, s, ruleset_->udp_packets);
    for (unsigned protocol = 0; protocol < 256; ++protocol)
      if (protocol != ip_protocol::tcp && protocol != ip_protocol::udp &&
          speaks(s, static_cast<std::uint8_t>(protocol)))
        ruleset_->packets[protocol].push_back(index);
    return;
  }
  const bool by_source = dst.is_any() || (!src.is_any() && src.ranges().size() <= dst.ranges().size());
  by_address.add(index, by_source ? AddressIndex::End::source : AddressIndex::End::destination, by_source ? src : dst);
}

void Assembly::place_in_packets(SignatureIndex index, const Signature& s, PacketGroup& group) {
  const bool by_ports = !s.bidirectional && !naive_;
  const auto dst = by_ports ? few_ports(ruleset_->port_sets[s.dst_ports]) : std::vector<std::uint16_t>{};
  const auto src = by_ports ? few_ports(ruleset_->port_sets[s.src_ports]) : std::vector<std::uint16_t>{};
  for (const std::uint16_t port : dst) group.by_dst_port[port].push_back(index);
  if (!dst.empty()) return;
  for (const std::uint16_t port : src) group.by_src_port[port].push_back(index);
  if (src.empty()) group.any.push_back(index);
}

void Assembly::place_payload(SignatureIndex index, const Draft& draft) {
  const Signature& s = draft.signature;
  bool tcp = speaks(s, ip_protocol::tcp), udp = speaks(s, ip_protocol::udp), other = s.app_count == 0;
  if (s.app_count > 0) {
    const auto first = ruleset_->app_protocols.begin() + s.app_first;
    tcp = tcp && std::any_of(first, first + s.app_count, [](const ProtocolSpec* p) { return p->transports.tcp; });
    udp = udp && std::any_of(first, first + s.app_count, [](const ProtocolSpec* p) { return p->transports.udp; });
  }
  if (other && s.protocol_count > 0)
    other = std::any_of(s.protocols, s.protocols + s.protocol_count,
                        [](std::uint8_t p) { return p != ip_protocol::tcp && p != ip_protocol::udp; });
  if (tcp && !s.packet_only && !s.flow.no_stream) place_in_group(index, draft, PayloadKind::tcp_stream);
  // What counts from the beginning means the beginning of any packet too.
  const bool packets = s.packet_only || s.flow.no_stream || draft.from_payload_start;
  if (tcp && packets && !s.stream_only && !s.flow.only_stream) place_in_group(index, draft, PayloadKind::tcp_packet);
  if (udp) place_in_group(index, draft, PayloadKind::udp);
  if (other) place_in_group(index, draft, PayloadKind::other);
}

void Assembly::place_in_group(SignatureIndex index, const Draft& draft, PayloadKind kind) {
  const Signature& s = draft.signature;
  const auto dst = s.bidirectional ? std::vector<std::uint16_t>{} : few_ports(ruleset_->port_sets[s.dst_ports]);
  const auto src = s.bidirectional ? std::vector<std::uint16_t>{} : few_ports(ruleset_->port_sets[s.src_ports]);
  for (unsigned d = 0; d < 2; ++d) {
    if (!looks_at(s.flow, d)) continue;
    PayloadGroup& group = ruleset_->payload[static_cast<std::size_t>(kind)][d];
    if (kind == PayloadKind::tcp_packet && draft.has_early && dst.empty() && src.empty()) {
      group.beginning.add(draft.early, index, draft.early_end);
    } else if (!draft.has_literal) {
      group.always.push_back(index);
      ++without_literal_;
    } else if (!dst.empty()) {
      for (const std::uint16_t port : dst) group.by_dst_port[port].add(draft.literal, index, draft.latest_end);
    } else if (!src.empty()) {
      for (const std::uint16_t port : src) group.by_src_port[port].add(draft.literal, index, draft.latest_end);
    } else {
      const bool early = draft.latest_end > 0 && draft.latest_end <= kPayloadBeginning;
      (early ? group.beginning : group.any).add(draft.literal, index, draft.latest_end);
    }
  }
}

// ---- transactions and files

// A signature for no protocol in particular is asked of all.
std::vector<std::uint16_t> Assembly::plans_for(const Signature& s) const {
  std::vector<std::uint16_t> plans;
  for (unsigned i = 0; i < s.app_count; ++i)
    plans.push_back(ruleset_->plan_of.at(ruleset_->app_protocols[static_cast<std::size_t>(s.app_first) + i]));
  if (s.app_count == 0)
    for (std::size_t i = 0; i < ruleset_->plans.size(); ++i) plans.push_back(static_cast<std::uint16_t>(i));
  return plans;
}

PatternSet& Assembly::set_for(BufferId buffer, Direction direction) {
  PatternSet*& set = sets_[{buffer, static_cast<unsigned>(index(direction))}];
  if (set == nullptr) set = &ruleset_->pattern_sets.emplace_back();
  return *set;
}

// Remembers which rows of the protocol a condition asks for.
void Assembly::want_rows(std::uint16_t plan, const Condition& condition) {
  if (condition.kind == Condition::Kind::check) return;
  const Buffer& buffer = ruleset_->buffers[condition.buffer];
  if (buffer.source != Source::field) return;
  for (const FieldSpec& field : ruleset_->plans[plan].protocol->fields)
    if (field.name == buffer.name && travels(field, buffer.direction))
      wanted_rows_[plan].insert({condition.buffer, &field});
}

// What is asked of the payload beside a transaction wants the stream to be there.
void Assembly::note_payload(const Signature& s) {
  for (unsigned i = 0; i < s.conditions; ++i) {
    const Condition& c = ruleset_->conditions[s.first_condition + i];
    if (c.kind == Condition::Kind::chain && ruleset_->buffers[c.buffer].source == Source::payload)
      ruleset_->asks_stream_of_transactions = true;
  }
}

void Assembly::place_transaction(SignatureIndex index, const Draft& draft) {
  const Signature& s = draft.signature;
  if (!draft.has_literal) ++without_literal_;
  const auto comes = [&](unsigned d) {
    const auto [first, last] = around_.rows(ruleset_->buffers[draft.buffer].name);
    return std::any_of(first, last, [&](const auto& row) {
      const FieldSpec& field = *row.second.second;
      return travels(field, d) && travels(field, ruleset_->buffers[draft.buffer].direction);
    });
  };
  for (unsigned d = 0; d < 2; ++d)
    if (draft.has_literal && looks_at(s.flow, d) && comes(d))
      set_for(draft.buffer, Direction(d)).add(draft.literal, index, draft.latest_end);
  note_payload(s);
  for (const std::uint16_t plan : plans_for(s)) {
    ruleset_->plans[plan].asks_transactions = true;
    for (unsigned i = 0; i < s.conditions; ++i) want_rows(plan, ruleset_->conditions[s.first_condition + i]);
    if (!draft.has_literal) place_unfiltered(index, s, ruleset_->plans[plan]);
  }
}

// Asked as soon as the first of its conditions can be answered; to the server, if any can be answered there.
void Assembly::place_unfiltered(SignatureIndex index, const Signature& s, ProtocolPlan& plan) {
  constexpr unsigned kNever = 0xffff;
  std::array<unsigned, 2> earliest{kNever, kNever};
  bool both = false;
  const auto known = [&](unsigned direction, unsigned stage) {
    earliest[direction] = std::min(earliest[direction], stage);
  };
  for (unsigned i = 0; i < s.conditions; ++i) {
    const Condition& c = ruleset_->conditions[s.first_condition + i];
    if (c.kind == Condition::Kind::check) {
      const Check& check = ruleset_->checks[c.first];
      if (check.direction < 2) known(check.direction, check.stage);
      if (check.direction == 2) known(0, check.stage), known(1, check.stage), both = true;
      continue;
    }
    for (const FieldSpec& field : plan.protocol->fields) {
      if (field.name != ruleset_->buffers[c.buffer].name) continue;
      const std::uint8_t only = ruleset_->buffers[c.buffer].direction;
      if (only < 2 && travels(field, only))
        known(only, field.known_at);
      else if (field.direction == FieldDirection::both)
        known(0, field.known_at), known(1, field.known_at), both = true;
      else
        known(static_cast<unsigned>(field.direction), field.known_at);
    }
  }
  for (unsigned d = 0; d < 2; ++d) {
    if (earliest[d] == kNever || !looks_at(s.flow, d)) continue;
    auto& stages = plan.unfiltered[d];
    stages[std::min<std::size_t>(earliest[d], stages.size() - 1)].push_back(index);
    if (!both) return;
  }
}

// That no file came is known when its direction is over.
bool Assembly::asks_for_absence(const Signature& s) const {
  const auto first = ruleset_->conditions.begin() + s.first_condition;
  return std::any_of(first, first + s.conditions, [&](const Condition& c) {
    return c.absent && ruleset_->buffers[c.buffer].source == Source::file;
  });
}

void Assembly::place_at_end(SignatureIndex index, const Signature& s, ProtocolPlan& plan) {
  plan.asks_transactions = true;
  for (unsigned d = 0; d < 2; ++d) {
    const std::size_t stages = plan.protocol->stages[d].size();
    if (stages > 0 && looks_at(s.flow, d)) plan.unfiltered[d][stages - 1].push_back(index);
  }
}

void Assembly::place_file(SignatureIndex index, const Draft& draft) {
  const Signature& s = draft.signature;
  note_payload(s);
  if (!draft.has_literal) ++without_literal_;
  for (unsigned d = 0; d < 2; ++d)
    if (draft.has_literal && looks_at(s.flow, d))
      set_for(draft.buffer, Direction(d)).add(draft.literal, index, draft.latest_end);
  for (const std::uint16_t plan : plans_for(s)) {
    ruleset_->plans[plan].asks_files = true;
    for (unsigned i = 0; i < s.conditions; ++i) want_rows(plan, ruleset_->conditions[s.first_condition + i]);
    for (unsigned d = 0; d < 2; ++d)
      if (!draft.has_literal && looks_at(s.flow, d)) ruleset_->plans[plan].file_unfiltered[d].push_back(index);
    if (asks_for_absence(s)) place_at_end(index, s, ruleset_->plans[plan]);
  }
}

// Rows and points of each protocol, from all that its signatures ask.
void Assembly::finish_plans() {
  for (std::size_t i = 0; i < ruleset_->plans.size(); ++i) {
    ProtocolPlan& plan = ruleset_->plans[i];
    for (const auto& [buffer, field] : wanted_rows_[i]) {
      plan.rows.push_back({buffer, field});
      for (unsigned d = 0; d < 2; ++d) {
        const bool here = field->direction == FieldDirection::both || static_cast<unsigned>(field->direction) == d;
        const auto set = sets_.find({buffer, d});
        if (here && set != sets_.end() && plan.points[d].size() < kMostPoints)
          plan.points[d].push_back({field, buffer, set->second});
      }
    }
    for (unsigned d = 0; d < 2; ++d) {
      std::ranges::stable_sort(plan.points[d], {}, [](const Point& p) { return p.field->known_at; });
      if (!plan.asks_files) continue;
      for (const auto& [key, set] : sets_)
        if (key.second == d && ruleset_->buffers[key.first].source == Source::file)
          plan.file_points[d].push_back({nullptr, key.first, set});
    }
  }
}

}  // namespace gatehouse::ips::compile
