// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/judge.hpp"

#include <algorithm>
#include <utility>

namespace gatehouse::engine {

using flow::Flow;
using policy::Knowledge;

namespace {

Knowledge knowledge(bool known, bool hopeless) noexcept {
  return known ? Knowledge::known : hopeless ? Knowledge::never : Knowledge::unknown_yet;
}

Action action_of(policy::Kind kind) noexcept {
  switch (kind) {
    case policy::Kind::drop:
      return Action::drop;
    case policy::Kind::reject:
      return Action::reject;
    case policy::Kind::allow:
    case policy::Kind::pending:
      break;
  }
  return Action::pass;
}

}  // namespace

void Judge::learn_interfaces(const std::vector<std::string>& names) noexcept {
  interfaces_.assign(names.begin(), names.end());
  by_port_.fill(kNotAsked);
}

policy::InterfaceIndex Judge::interface_of(std::uint8_t port) const noexcept {
  if (port == kNoPort || interfaces_.empty()) return policy::kNoInterface;
  if (by_port_[port] == kNotAsked) {
    const auto found = std::ranges::find(interfaces_, source_.port_name(port));
    by_port_[port] = found == interfaces_.end() ? policy::kNoInterface
                                                : static_cast<policy::InterfaceIndex>(found - interfaces_.begin());
  }
  return by_port_[port];
}

policy::ZoneId Judge::zone_of(const policy::Policy& policy, const Packet& sender) const noexcept {
  return policy.zone_of(sender.src, interface_of(sender.raw->port));
}

policy::Facts Judge::facts(const policy::Policy& policy, const Flow& flow) const noexcept {
  policy::Facts facts;
  facts.client = flow.client, facts.server = flow.server;
  facts.client_interface = interface_of(flow.port);
  facts.server_interface = interface_of(flow.out_port != kNoPort ? flow.out_port : source_.peer_of(flow.port));
  facts.server_port = flow.server_port;
  facts.has_ports =
      flow.protocol == ip_protocol::tcp || flow.protocol == ip_protocol::udp || flow.protocol == ip_protocol::sctp;
  facts.protocol = flow.protocol;
  policy.locate(facts);

  const flow::AppLayer& app = flow.app;
  const bool has_payload = flow.protocol == ip_protocol::tcp || flow.protocol == ip_protocol::udp;
  if (app.context == nullptr || !has_payload) {
    facts.settle();
    return facts;
  }
  const FlowContext& context = context_of(flow);
  const bool spoken = app.protocol != nullptr;
  const bool no_more = app.failed || app.stopped;  // of what our own parsers may tell
  facts.spoken = app.protocol;
  facts.spoken_state = knowledge(spoken, no_more);
  facts.domain = context.domain.view();
  facts.asked = context.asked.view();
  facts.domain_state = knowledge(!facts.domain.empty(), no_more || (spoken && !policy::tells_domain(*app.protocol)));
  facts.asked_state = knowledge(!facts.asked.empty(), no_more || (spoken && !policy::tells_asked(*app.protocol)));

  facts.master = app.master_name, facts.application = app.application_name;
  const bool longtail_over = !longtail_ || context.longtail_done;
  const bool host_over = facts.domain_state != Knowledge::unknown_yet && facts.asked_state != Knowledge::unknown_yet;
  const bool names_over = spoken ? host_over : app.failed && longtail_over;
  facts.names_state = knowledge(app.application_name != 0 || (spoken && host_over && app.master_name != 0), names_over);
  return facts;
}

Judged Judge::judge(const policy::Policy& policy, Flow& flow, std::size_t payload, Timestamp now) noexcept {
  policy::Pending pending{1, payload, flow.first_seen};
  bool facts_changed = true;
  if (flow.app.context != nullptr) {
    FlowContext& context = context_of(flow);
    facts_changed = std::exchange(context.facts_changed, false);
    pending = {++context.pending_packets, context.pending_bytes += payload, context.pending_since};
  }
  if (flow.decided && !facts_changed) return Judged::passes;
  const bool exhausted = policy.exhausted(pending, now);
  if (!facts_changed && !exhausted) {
    return policy.undecided().action == policy::WhilePending::hold && payload > 0 ? Judged::held : Judged::passes;
  }
  policy::Facts known = facts(policy, flow);
  if (exhausted || flow.app.context == nullptr) known.settle();
  return decide(policy, flow, known, payload > 0);
}

Judged Judge::judge_ended(const policy::Policy& policy, Flow& flow) noexcept {
  if (flow.app.context == nullptr || !context_of(flow).facts_changed) return Judged::passes;
  policy::Facts known = facts(policy, flow);
  known.settle();
  return decide(policy, flow, known, false);
}

Judged Judge::decide(const policy::Policy& policy, Flow& flow, policy::Facts known, bool has_payload) noexcept {
  const policy::Decision decision = policy.judge(known);
  flow.verdict_rule = decision.rule;
  flow.verdict_generation = decision.generation;
  flow.decided = decision.kind != policy::Kind::pending;
  if (!flow.decided)
    return policy.undecided().action == policy::WhilePending::hold && has_payload ? Judged::held : Judged::passes;
  const Action action = action_of(decision.kind);
  if (action == Action::pass) return Judged::passes;
  flow.verdict = {action,
                  policy.rule(decision.rule).is_default ? DropReason::firewall_default : DropReason::firewall_rules};
  return Judged::refused;
}

store::PolicyNote Judge::note(const policy::Policy& policy, const Flow& flow) const noexcept {
  const policy::Facts known = facts(policy, flow);
  const policy::RuleInfo& rule = policy.rule(flow.verdict_rule);
  store::PolicyNote note;
  note.rule = rule.name, note.line = rule.line;
  note.generation = flow.verdict_generation;
  note.from_zone = policy.zone_name(known.from), note.to_zone = policy.zone_name(known.to);
  note.application = known.spoken != nullptr ? known.spoken->name : std::string_view{};
  note.domain = !known.domain.empty() ? known.domain : known.asked;
  return note;
}

}  // namespace gatehouse::engine
