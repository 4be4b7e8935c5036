// SPDX-License-Identifier: GPL-3.0-or-later
// What a signature asks, and what is known now.
#include <algorithm>

#include "ips/match/matcher_state.hpp"

namespace gatehouse::ips {
namespace {

struct Ends {
  const IpAddress &src, &dst;
  std::uint16_t src_port, dst_port;
  std::uint8_t protocol;
};

Ends ends_of(const Scene& scene) noexcept {
  if (scene.flow == nullptr) {
    const Packet& p = *scene.packet;
    return {p.src, p.dst, p.src_port, p.dst_port, p.protocol};
  }
  const flow::Flow& f = *scene.flow;
  if (scene.direction == Direction::to_server) return {f.client, f.server, f.client_port, f.server_port, f.protocol};
  return {f.server, f.client, f.server_port, f.client_port, f.protocol};
}

// Of TCP: the handshake is over. Asked when it matters: the packet at hand may be what ends it.
bool is_established(const flow::Flow& flow) noexcept {
  if (flow.protocol == ip_protocol::tcp) return flow.state != flow::FlowState::fresh;
  return flow.packets[0] > 0 && flow.packets[1] > 0;
}

bool flow_state_holds(const FlowState& wanted, const Scene& scene) noexcept {
  const bool asks_direction = wanted.to_server || wanted.to_client;
  if (scene.flow == nullptr) {
    if (asks_direction || wanted.established || wanted.not_established) return false;
  } else {
    if (asks_direction && !(scene.direction == Direction::to_server ? wanted.to_server : wanted.to_client))
      return false;
    if (wanted.established && !is_established(*scene.flow)) return false;
    if (wanted.not_established && is_established(*scene.flow)) return false;
  }
  if (wanted.only_frag && (scene.packet == nullptr || !scene.packet->rebuilt)) return false;
  if (wanted.no_frag && scene.packet != nullptr && scene.packet->rebuilt) return false;
  return true;
}

// The flow knows its addresses where there is no packet of this direction.
Bytes header_bytes(const Buffer& buffer, const Scene& scene, std::array<std::uint8_t, 16>& space) noexcept {
  if (scene.packet != nullptr) return buffer.header(*scene.packet, space);
  if (scene.flow == nullptr) return {};
  const bool source = buffer.name == "ip.src";
  if (!source && buffer.name != "ip.dst") return {};
  const IpAddress& address =
      source == (scene.direction == Direction::to_server) ? scene.flow->client : scene.flow->server;
  std::ranges::copy(address.view(), space.begin());
  return {space.data(), address.size()};
}

}  // namespace

bool Matcher::header_holds(const Signature& s, const Scene& scene) noexcept {
  const Ruleset& rules = *rules_;
  if (scene.flow == nullptr && (scene.packet == nullptr || !scene.packet->has_ip)) return s.kind == Class::event;
  const Ends ends = ends_of(scene);
  if (s.ip_version != 0 && ends.src.version != s.ip_version) return false;
  if (s.protocol_count > 0 &&
      std::find(s.protocols, s.protocols + s.protocol_count, ends.protocol) == s.protocols + s.protocol_count)
    return false;
  if (!flow_state_holds(s.flow, scene)) return false;
  if (s.app_count > 0) {
    const ProtocolSpec* spoken = scene.tx != nullptr     ? scene.tx->protocol
                                 : scene.flow != nullptr ? scene.flow->app.protocol
                                                         : nullptr;
    const auto first = rules.app_protocols.begin() + s.app_first;
    if (spoken == nullptr || std::find(first, first + s.app_count, spoken) == first + s.app_count) return false;
  }
  const auto agrees = [&](const IpAddress& src, std::uint16_t src_port, const IpAddress& dst, std::uint16_t dst_port) {
    return rules.port_sets[s.dst_ports].contains(dst_port) && rules.port_sets[s.src_ports].contains(src_port) &&
           rules.address_sets[s.dst].contains(dst) && rules.address_sets[s.src].contains(src);
  };
  if (s.transactional && scene.direction == Direction::to_client)
    return agrees(ends.dst, ends.dst_port, ends.src, ends.src_port);
  if (agrees(ends.src, ends.src_port, ends.dst, ends.dst_port)) return true;
  return s.bidirectional && agrees(ends.dst, ends.dst_port, ends.src, ends.src_port);
}

bool Matcher::checks_hold(const Signature& s, const Scene& scene) noexcept {
  for (unsigned i = 0; i < s.checks; ++i) {
    const Check& check = rules_->checks[s.first_check + i];
    if (!check.holds(check, scene)) return false;
  }
  return true;
}

Matcher::Answer Matcher::ask(const Condition& condition, const Scene& scene, const ProtocolPlan* plan) noexcept {
  if (condition.kind == Condition::Kind::check) {
    const Check& check = rules_->checks[condition.first];
    if (check.moment == Moment::file) {
      if (scene.file == nullptr || (check.stage > 0 && !scene.file->complete)) return Answer::not_yet;
      return check.holds(check, scene) ? Answer::holds : check.stage > 0 ? Answer::never : Answer::not_yet;
    }
    if (scene.tx == nullptr) return Answer::not_yet;
    const auto* state = static_cast<const TransactionState*>(scene.tx->match_state);
    if (check.direction < 2 && (scene.tx->stage[check.direction] < check.stage ||
                                (state != nullptr && !state->has_come[check.direction])))
      return Answer::not_yet;
    return check.holds(check, scene) ? Answer::holds : Answer::not_yet;
  }
  const Buffer& buffer = rules_->buffers[condition.buffer];
  switch (buffer.source) {
    case Source::payload:
      return ask_payload(condition, buffer, scene);
    case Source::header: {
      std::array<std::uint8_t, 16> space;
      const Bytes bytes = header_bytes(buffer, scene, space);
      if (bytes.data() == nullptr) return condition.absent ? Answer::holds : Answer::never;
      return ask_changed(condition, buffer, bytes, 0, true, scene) ? Answer::holds : Answer::never;
    }
    case Source::file:
      return scene.file == nullptr ? ask_without_file(condition, scene) : ask_file(condition, buffer, scene);
    case Source::field:
      return scene.tx == nullptr || plan == nullptr ? Answer::not_yet : ask_fields(condition, scene, *plan);
  }
  return Answer::never;
}

Matcher::Answer Matcher::ask_payload(const Condition& condition, const Buffer& buffer, const Scene& scene) noexcept {
  if (scene.stream.data() != nullptr)
    return ask_changed(condition, buffer, scene.stream, scene.stream_offset, true, scene) ? Answer::holds
                                                                                          : Answer::not_yet;
  if (scene.packet == nullptr) return Answer::not_yet;
  return ask_changed(condition, buffer, scene.packet->payload, 0, true, scene) ? Answer::holds : Answer::not_yet;
}

Matcher::Answer Matcher::ask_file(const Condition& condition, const Buffer& buffer, const Scene& scene) noexcept {
  const FileView& file = *scene.file;
  if (buffer.part == FilePart::name)
    return ask_changed(condition, buffer, as_bytes(file.name), 0, true, scene) ? Answer::holds : Answer::never;
  if (buffer.part == FilePart::magic) {
    if (!file.complete && file.magic.empty()) return Answer::not_yet;
    return ask_changed(condition, buffer, as_bytes(file.magic), 0, true, scene) ? Answer::holds : Answer::never;
  }
  if (file.window.empty() && !file.complete) return Answer::not_yet;
  if (ask_changed(condition, buffer, file.window, file.offset, file.complete, scene)) return Answer::holds;
  return file.complete ? Answer::never : Answer::not_yet;
}

// `absent` holds once the direction is over and has brought no file.
Matcher::Answer Matcher::ask_without_file(const Condition& condition, const Scene& scene) noexcept {
  if (!condition.absent || scene.tx == nullptr || scene.tx->match_state == nullptr) return Answer::not_yet;
  const unsigned d = index(scene.direction);
  if (scene.tx->stage[d] + 1u < scene.tx->protocol->stages[d].size()) return Answer::not_yet;
  return static_cast<const TransactionState*>(scene.tx->match_state)->has_file[d] ? Answer::never : Answer::holds;
}

bool Matcher::ask_changed(const Condition& condition, const Buffer& buffer, Bytes bytes, std::uint64_t offset,
                          bool complete, const Scene& scene) noexcept {
  if (buffer.transforms.empty()) return ask_chain(condition, bytes, offset, complete, scene);
  bool missing = false;
  bytes = apply(buffer.transforms, bytes, transforms_, missing);
  return !missing && ask_chain(condition, bytes, 0, complete, scene);
}

// Any row of the protocol for that buffer will do, in the directions that are known so far.
Matcher::Answer Matcher::ask_fields(const Condition& condition, const Scene& scene, const ProtocolPlan& plan) noexcept {
  const auto* state = static_cast<const TransactionState*>(scene.tx->match_state);
  bool more_may_come = false, was_there = false;
  for (const ProtocolPlan::Row& row : plan.rows_of(condition.buffer)) {
    const FieldSpec& field = *row.field;
    const bool both = field.direction == FieldDirection::both;
    const std::uint8_t only = rules_->buffers[condition.buffer].direction;
    const unsigned d = !both ? static_cast<unsigned>(field.direction) : only < 2 ? only : index(scene.direction);
    if (both && only == 2) more_may_come = true;
    if (scene.tx->stage[d] < field.known_at || (state != nullptr && !state->has_come[d])) {
      more_may_come = true;
      continue;
    }
    const Answer answer = ask_field(condition, field, scene, d, was_there);
    if (answer == Answer::holds) return answer;
    if (answer == Answer::not_yet) more_may_come = true;
  }
  if (condition.absent && !was_there && !more_may_come) return Answer::holds;
  return more_may_come ? Answer::not_yet : Answer::never;
}

Matcher::Answer Matcher::ask_field(const Condition& condition, const FieldSpec& field, const Scene& scene, unsigned d,
                                   bool& was_there) noexcept {
  const Buffer& buffer = rules_->buffers[condition.buffer];
  const bool streams = field.type == FieldType::stream;
  const bool complete = !streams || scene.tx->stage[d] > field.known_at;
  for (unsigned i = 0; i < kMostValues; ++i) {
    const FieldValue value = field.get(*scene.tx, i);
    if (!value.present) break;
    was_there = true;
    if (condition.kind == Condition::Kind::number) {
      if (number_holds(condition, value.number)) return Answer::holds;
    } else if (ask_changed(condition, buffer, value.bytes, streams ? value.number : 0, complete, scene)) {
      return Answer::holds;
    }
    if (field.type == FieldType::bytes || streams) break;
  }
  // A list may grow while its direction goes on.
  const bool may_grow = field.type == FieldType::list || field.type == FieldType::number;
  return !complete || (may_grow && scene.tx->stage[d] == field.known_at) ? Answer::not_yet : Answer::never;
}

bool Matcher::number_holds(const Condition& condition, std::uint64_t value) const noexcept {
  const NumberTest* tests = &rules_->numbers[condition.first];
  for (unsigned i = 0; i < condition.count; ++i)
    if (tests[i].holds(value)) return true;
  return false;
}

bool Matcher::ask_chain(const Condition& condition, Bytes bytes, std::uint64_t offset, bool complete,
                        const Scene& scene) noexcept {
  const std::span<const Step> steps{rules_->steps.data() + condition.first, condition.count};
  space_.buffer = rules_->buffers[condition.buffer].name;
  return inspect(steps, {bytes, offset, complete}, space_, scene);
}

}  // namespace gatehouse::ips
