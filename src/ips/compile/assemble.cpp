// SPDX-License-Identifier: GPL-3.0-or-later
// A Builder becomes a Signature; plan.cpp puts signatures in their places.
#include "ips/compile/assemble.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <functional>
#include <nlohmann/json.hpp>

#include "ips/compile/classification.hpp"
#include "ips/compile/value_words.hpp"
#include "ips/match/header_buffers.hpp"

namespace gatehouse::ips::compile {
namespace {

constexpr unsigned kStrongEnough = 10;  // of a literal that is looked for in place of a stronger one: two rare octets

std::size_t hash_of(const AddressSet& set) {
  std::size_t h = set.is_any();
  for (const AddressRange& r : set.ranges())
    h = h * 31 + std::hash<std::string_view>{}(as_text(r.first.view())) * 7 +
        std::hash<std::string_view>{}(as_text(r.last.view()));
  return h;
}
std::size_t hash_of(const PortSet& set) {
  std::size_t h = 0;
  for (const PortRange& r : set.ranges()) h = h * 65537 + (static_cast<std::size_t>(r.first) << 16 | r.last);
  return h;
}

template <typename Set>
std::uint32_t intern(const Set& set, std::vector<Set>& all, std::unordered_multimap<std::size_t, std::uint32_t>& ids) {
  const std::size_t hash = hash_of(set);
  const auto [first, last] = ids.equal_range(hash);
  for (auto known = first; known != last; ++known)
    if (all[known->second] == set) return known->second;
  const auto id = static_cast<std::uint32_t>(all.size());
  all.push_back(set);
  ids.emplace(hash, id);
  return id;
}

Source source_of(const std::string& buffer) {
  if (buffer == "payload") return Source::payload;
  if (buffer == "file.data" || buffer == "file.name" || buffer == "file.magic") return Source::file;
  return header_buffer(buffer) != nullptr ? Source::header : Source::field;
}

FilePart part_of(const std::string& buffer) {
  return buffer == "file.name" ? FilePart::name : buffer == "file.magic" ? FilePart::magic : FilePart::data;
}

bool counts_from_start(const Step& step) noexcept {
  if (const auto* content = std::get_if<Content>(&step)) return content->has_offset || content->has_depth;
  return false;
}

// Signatures that set a flowbit decide before those that ask for it, within one action (the reference's order).
unsigned flowbit_order(const Builder& builder) noexcept {
  bool sets = false, asks = false;
  for (const text::Option& option : builder.rule().options) {
    const std::string_view name = option.name.text;
    if (name != "flowbits" && name != "flowint" && name != "xbits" && name != "hostbits") continue;
    const std::string_view verb = option.value.text.substr(0, option.value.text.find(','));
    if (verb.starts_with("unset")) continue;
    (verb.starts_with("isset") || verb.starts_with("isnotset") ? asks : sets) = true;
  }
  return sets ? (asks ? 1 : 0) : asks ? 2 : 3;
}

// "tag Phishing, tag X": values by their key, as a JSON object of lists. Empty: there is none.
std::string metadata_json(std::string_view text) {
  nlohmann::ordered_json object;
  for (const std::string_view pair : comma_words(text)) {
    const auto [key, value] = word_and_rest(pair);
    if (!key.empty()) object[std::string(key)].push_back(std::string(value));
  }
  return object.empty() ? std::string{} : object.dump(-1, ' ', true, nlohmann::ordered_json::error_handler_t::replace);
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : "\n") + word;
  return text;
}

}  // namespace

Assembly::Assembly(const Surroundings& around, bool naive)
    : around_(around), naive_(naive), ruleset_(std::make_shared<Ruleset>()) {
  address_set(AddressSet::any());
  port_set(PortSet::any());
  for (const ProtocolSpec* protocol : around.protocols) {
    ruleset_->plan_of.emplace(protocol, static_cast<std::uint16_t>(ruleset_->plans.size()));
    ProtocolPlan& plan = ruleset_->plans.emplace_back();
    plan.protocol = protocol;
    plan.by_event.resize(protocol->events.size());
    for (unsigned d = 0; d < 2; ++d) plan.unfiltered[d].resize(protocol->stages[d].size() + 1);
  }
  wanted_rows_.resize(ruleset_->plans.size());
}

BufferId Assembly::buffer_id(const BufferName& name) {
  std::string key = name.name + static_cast<char>('0' + name.direction);
  for (const Transform& t : name.transforms) key += '\n' + t.name + ' ' + t.options;
  const auto [known, is_new] = buffer_ids_.try_emplace(key, static_cast<BufferId>(ruleset_->buffers.size()));
  if (is_new)
    ruleset_->buffers.push_back({name.name, source_of(name.name), part_of(name.name), name.direction, name.transforms,
                                 header_buffer(name.name)});
  return known->second;
}

std::uint32_t Assembly::address_set(const AddressSet& set) {
  return intern(set, ruleset_->address_sets, address_ids_);
}
std::uint32_t Assembly::port_set(const PortSet& set) {
  return intern(set, ruleset_->port_sets, port_ids_);
}

std::optional<text::Refusal> Assembly::take(Builder& builder, const std::vector<Suppression>& suppressions) {
  for (const DraftChain& chain : builder.chains)
    if (source_of(chain.buffer.name) == Source::field) {
      const auto protocols = around_.protocols_with(chain.buffer.name);
      text::Option at{{chain.buffer.name, chain.place}, {}, false};
      if (!protocols.empty()) builder.require_protocols(at, protocols);
    }
  if (!builder.hook.empty()) add_hook(builder);
  if (builder.refused()) return builder.refusal();

  Ruleset& rules = *ruleset_;
  Draft draft;
  Signature& s = draft.signature;
  s = builder.signature;
  if (around_.alert_only && s.action > RuleAction::pass && s.action < RuleAction::alert) s.action = RuleAction::alert;
  s.src = address_set(builder.src), s.dst = address_set(builder.dst);
  s.src_ports = port_set(builder.src_ports), s.dst_ports = port_set(builder.dst_ports);
  s.app_first = static_cast<std::uint16_t>(rules.app_protocols.size());
  s.app_count = static_cast<std::uint16_t>(builder.app_protocols.size());
  const auto same = std::ranges::search(rules.app_protocols, builder.app_protocols);
  if (!builder.app_protocols.empty() && !same.empty())
    s.app_first = static_cast<std::uint16_t>(same.begin() - rules.app_protocols.begin());
  else
    rules.app_protocols.insert(rules.app_protocols.end(), builder.app_protocols.begin(), builder.app_protocols.end());

  if (builder.chains.size() + builder.numbers.size() + builder.checks.size() > kMostConditions)
    return text::Refusal{
        {},
        builder.rule().place,
        s.sid,
        {},
        "more than " + std::to_string(kMostConditions) + " conditions; split it in two rules joined by a flowbit"};
  add_conditions(builder, s);
  s.first_effect = static_cast<std::uint32_t>(rules.effects.size());
  s.effects = static_cast<std::uint16_t>(builder.effects.size());
  rules.effects.insert(rules.effects.end(), builder.effects.begin(), builder.effects.end());
  s.first_threshold = static_cast<std::uint32_t>(rules.thresholds.size());
  s.thresholds = static_cast<std::uint8_t>(builder.thresholds.size());
  rules.thresholds.insert(rules.thresholds.end(), builder.thresholds.begin(), builder.thresholds.end());
  s.first_suppression = static_cast<std::uint32_t>(rules.suppressions.size());
  s.suppressions = static_cast<std::uint8_t>(suppressions.size());
  rules.suppressions.insert(rules.suppressions.end(), suppressions.begin(), suppressions.end());
  s.kind = class_of(builder, s);

  const Source looked_for_in = s.kind == Class::payload ? Source::payload : s.asks_file ? Source::file : Source::field;
  const auto usable = [&](const BufferName& buffer) {
    if (looked_for_in == Source::file) return buffer.name == "file.data";
    return source_of(buffer.name) == looked_for_in && (looked_for_in != Source::payload || buffer.transforms.empty());
  };
  if (const auto fast = choose_fast_pattern(builder, usable); fast && !naive_) {
    draft.has_literal = true;
    draft.literal = fast->literal;
    draft.latest_end = fast->latest_end;
    draft.buffer = buffer_id(builder.chains[fast->chain].buffer);
  }
  if (const auto early = choose_early_pattern(builder, usable, kPayloadBeginning);
      early && !naive_ && s.kind == Class::payload && early->strength >= kStrongEnough) {
    draft.has_early = true;
    draft.early = early->literal;
    draft.early_end = early->latest_end;
  }
  for (const DraftChain& chain : builder.chains)
    if (chain.buffer.name == "payload" && std::ranges::any_of(chain.steps, counts_from_start))
      draft.from_payload_start = true;
  draft.order = flowbit_order(builder);
  draft.app_events = std::move(builder.app_events);
  draft.packet_events = std::move(builder.packet_events);
  draft.detection_events = std::move(builder.detection_events);

  const Classification& classification = classification_of(around_, builder.class_type);
  s.category = builder.keep(classification.about);
  s.priority = builder.priority.value_or(classification.priority);
  s.message = builder.keep(std::move(builder.message));
  s.class_type = builder.keep(std::move(builder.class_type));
  s.metadata = builder.keep(metadata_json(builder.metadata));
  s.references = builder.keep(joined(builder.references));
  s.line = builder.rule().place.line;
  rules.digests.md5 |= builder.digests.md5, rules.digests.sha1 |= builder.digests.sha1;
  rules.digests.sha256 |= builder.digests.sha256;
  rules.wants_magic |= builder.asks_magic;
  drafts_.push_back(std::move(draft));
  return std::nullopt;
}

// "tls:client_hello_done": the rule speaks when the transaction gets there.
void Assembly::add_hook(Builder& builder) const {
  for (const ProtocolSpec* protocol : builder.app_protocols)
    for (std::uint8_t d = 0; d < 2; ++d) {
      const auto& stages = protocol->stages[d];
      const auto stage = std::ranges::find(stages, builder.hook);
      if (stage == stages.end()) continue;
      Check check;
      check.holds = [](const Check&, const Scene&) noexcept { return true; };
      check.moment = Moment::transaction;
      check.direction = d;
      check.stage = static_cast<std::uint8_t>(stage - stages.begin());
      check.keyword = "hook";
      return builder.add_check(check);  // protocols that share a name share its states
    }
}

// What is cheap to ask comes first; chains stand in the order in which they were written, for later ones may use the
// variables of earlier ones.
void Assembly::add_conditions(Builder& builder, Signature& s) {
  Ruleset& rules = *ruleset_;
  s.first_check = static_cast<std::uint32_t>(rules.checks.size());
  for (const Check& check : builder.checks)
    if (check.moment == Moment::packet) rules.checks.push_back(check);
  s.checks = static_cast<std::uint16_t>(rules.checks.size() - s.first_check);

  s.first_condition = static_cast<std::uint32_t>(rules.conditions.size());
  for (const DraftNumber& number : builder.numbers) {
    Condition c{Condition::Kind::number, false, buffer_id({number.field, {}, number.direction}), 1,
                static_cast<std::uint32_t>(rules.numbers.size())};
    if (number.any_of.empty()) rules.numbers.push_back(number.test);
    for (const std::uint64_t value : number.any_of) rules.numbers.push_back({Compare::equal, false, value, 0});
    c.count = static_cast<std::uint16_t>(rules.numbers.size() - c.first);
    rules.conditions.push_back(c);
  }
  for (const Check& check : builder.checks) {
    if (check.moment == Moment::packet) continue;
    if (check.moment == Moment::file) s.asks_file = true;
    rules.conditions.push_back({Condition::Kind::check, false, 0, 0, static_cast<std::uint32_t>(rules.checks.size())});
    rules.checks.push_back(check);
  }
  for (DraftChain& chain : builder.chains) {
    if (chain.steps.empty()) continue;  // older rules: its contents were moved to the buffers that they name
    const BufferId buffer = buffer_id(chain.buffer);
    if (rules.buffers[buffer].source == Source::file) s.asks_file = true;
    const auto* absent = chain.steps.empty() ? nullptr : std::get_if<Absent>(&chain.steps.front());
    rules.conditions.push_back({Condition::Kind::chain, absent != nullptr, buffer,
                                static_cast<std::uint16_t>(chain.steps.size()),
                                static_cast<std::uint32_t>(rules.steps.size())});
    rules.steps.insert(rules.steps.end(), chain.steps.begin(), chain.steps.end());
  }
  s.conditions = static_cast<std::uint16_t>(rules.conditions.size() - s.first_condition);
}

Class Assembly::class_of(const Builder& builder, const Signature& s) const {
  const Ruleset& rules = *ruleset_;
  if (!builder.app_events.empty() || !builder.packet_events.empty() || !builder.detection_events.empty())
    return Class::event;
  bool payload = false;
  for (unsigned i = 0; i < s.conditions; ++i) {
    const Condition& c = rules.conditions[s.first_condition + i];
    const Source source = c.kind == Condition::Kind::chain ? rules.buffers[c.buffer].source : Source::field;
    if (source == Source::field || source == Source::file) return Class::transaction;
    payload = payload || source == Source::payload;
  }
  if (payload) return Class::payload;
  const bool asks_packet = s.checks > 0 || s.conditions > 0 || s.packet_only;
  if (builder.app_known && !asks_packet) return Class::protocol;
  const bool ports = !builder.src_ports.is_any() || !builder.dst_ports.is_any();
  const FlowState& f = s.flow;
  const bool asks_flow =
      f.to_server || f.to_client || f.established || f.not_established || f.stateless || f.only_frag || f.no_frag;
  return asks_packet || ports || asks_flow || builder.app_known ? Class::packet : Class::addresses;
}

namespace {

std::string as_rules_write(Bytes bytes) {
  std::string text;
  bool in_hex = false;
  for (const std::uint8_t b : bytes) {
    const bool plain = b > 0x20 && b < 0x7f && b != '"' && b != '|' && b != ';' && b != ':' && b != '\\';
    if (plain == in_hex)
      text += '|', in_hex = !plain;
    else if (!plain && in_hex)
      text += ' ';
    if (plain)
      text += static_cast<char>(b);
    else
      text += fmt::format("{:02x}", b);
  }
  return in_hex ? text + '|' : text;
}

}  // namespace

Description Assembly::describe_last() const {
  const Draft& draft = drafts_.back();
  const Signature& s = draft.signature;
  Description told;
  if (draft.has_literal) told.fast_pattern = as_rules_write(draft.literal.bytes);
  const std::string_view direction = s.flow.to_server ? " to the server" : s.flow.to_client ? " to the client" : "";
  switch (s.kind) {
    case Class::addresses:
      told.group = "the first packet of each direction of a flow, by its addresses";
      break;
    case Class::packet:
      told.group = "each packet" + std::string(direction);
      break;
    case Class::payload:
      told.group = std::string(s.packet_only ? "payloads of packets" : "streams and payloads") + std::string(direction);
      break;
    case Class::transaction:
      told.group = draft.has_literal ? "values of " + ruleset_->buffers[draft.buffer].name + std::string(direction)
                                     : "each transaction of its protocols" + std::string(direction);
      break;
    case Class::protocol:
      told.group = "flows whose protocol has become known";
      break;
    case Class::event:
      told.group = "its events";
      break;
  }
  return told;
}

}  // namespace gatehouse::ips::compile
