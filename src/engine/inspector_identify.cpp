// SPDX-License-Identifier: GPL-3.0-or-later
// What a flow speaks: by the first bytes of each direction, by what another session has arranged, and by the long tail.
#include <algorithm>
#include <utility>

#include "engine/inspector.hpp"
#include "proto/registry.hpp"

namespace gatehouse::engine {

using flow::Flow;

const ProtocolSpec* Inspector::recognise(FlowContext& context, const Flow& flow, Direction direction, Bytes bytes,
                                         bool& undecided) noexcept {
  undecided = false;
  if (const ProtocolSpec* announced = recognise_announced(context, direction, bytes, undecided);
      announced != nullptr || undecided)
    return announced;
  const bool datagrams = flow.protocol == ip_protocol::udp;
  const unsigned d = index(direction);
  // A stream's beginning stays what it is; of datagrams each is looked at anew.
  ProtocolSet left = !datagrams && context.looked_at[d] ? context.possible[d] : beginnings_[datagrams][d][bytes[0]];
  const Bytes before = context.before[d].view();
  ProtocolSet possible;
  const ProtocolSpec* found = nullptr;
  while (!left.empty() && found == nullptr) {
    const std::size_t i = left.take_first();
    Probe answer = protocols_[i]->probe_of(datagrams)(direction, bytes, flow.server_port);
    if (answer == Probe::need_more && datagrams && !before.empty() && protocols_[i]->detector.probe_pair != nullptr)
      answer = protocols_[i]->detector.probe_pair(direction, before, bytes);
    if (answer == Probe::yes) {
      context.protocol_index = static_cast<std::uint8_t>(i);
      found = protocols_[i];
    } else if (answer == Probe::need_more) {
      possible.add(i);
    }
  }
  undecided = !possible.empty();
  if (!datagrams) context.possible[d] = possible, context.looked_at[d] = true;
  return found;
}

// What the session before has named, where it could not be found by its bytes alone.
const ProtocolSpec* Inspector::recognise_announced(FlowContext& context, Direction direction, Bytes bytes,
                                                   bool& undecided) const noexcept {
  const ProtocolSpec* protocol = context.expected;
  if (protocol == nullptr || protocol->detector.probe_announced == nullptr) return nullptr;
  const auto at = std::ranges::find(protocols_, protocol);
  if (at == protocols_.end()) return nullptr;
  const Probe answer = protocol->detector.probe_announced(direction, bytes);
  undecided = answer == Probe::need_more;
  if (answer != Probe::yes) return nullptr;
  context.protocol_index = static_cast<std::uint8_t>(at - protocols_.begin());
  return protocol;
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
  introduce(flow, expected);
}

void Inspector::introduce(Flow& flow, const ExpectedFlow& expected) noexcept {
  flow.app.session->introduce(as_bytes(expected.text()),
                              expected.listener_is_server ? Direction::to_server : Direction::to_client);
}

// When the first bytes come, or the flow ends without any: what arranges a flow may be read later than its first
// packet, because it was not yet acknowledged, and an FTP client connects for its data before it says which file it
// wants.
void Inspector::look_again(Flow& flow) noexcept {
  FlowContext& context = context_of(flow);
  if (!std::exchange(context.untouched, false)) return;
  if (flow.app.session == nullptr) return meet_expectation(flow);
  ExpectedFlow expected;
  if (expected_->find({flow.server, flow.client, flow.server_port, flow.protocol}, now_, expected) &&
      expected.protocol == flow.app.protocol)
    introduce(flow, expected);
}

bool Inspector::is_host(Direction end, const IpAddress& address) const noexcept {
  return address == (end == Direction::to_server ? flow_->server : flow_->client);
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
  if (!expected_->add(place, expected, now_)) detection_event(*flow_, "APPLAYER_EXPECTED_SESSION_LOST");
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
  if (const auto step = std::ranges::find(context.steps, nullptr); step != context.steps.end()) *step = &protocol;
  ++counters_.flows[flow.protocol == ip_protocol::udp][context.protocol_index];
  if (context.expected != nullptr && context.expected != &protocol)
    detection_event(
        flow, context.expected->name == "tls" ? "APPLAYER_NO_TLS_AFTER_STARTTLS" : "APPLAYER_UNEXPECTED_PROTOCOL");
  if (longtail_ != nullptr && !protocol.ndpi_name.empty() && flow.app.master_name == 0)
    flow.app.master_name = longtail_->find(protocol.ndpi_name);
  if (matcher_ != nullptr) matcher_->protocol_known(direction);
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
  if (other != nullptr && other == context.refined) other = app.protocol;
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

// ---- the long tail

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

}  // namespace gatehouse::engine
