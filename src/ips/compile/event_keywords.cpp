// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords about what decoding, tracking and parsers object to.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>

#include "ips/compile/keyword.hpp"
#include "ips/compile/protocol_match.hpp"
#include "ips/compile/protocol_names.hpp"
#include "ips/compile/surroundings.hpp"

namespace gatehouse::ips::compile {
namespace {

using text::Option;

// ---- of packets

bool has_packet_event(const Check& check, const Scene& scene) noexcept {
  return scene.packet != nullptr && scene.packet->events.has(static_cast<PacketEvent>(check.a));
}

// The first chooses when the rule is looked at; that the packet has the others as well is a check.
void add_packet_event(Builder& builder, const Option& option, std::string_view prefix, std::string_view what) {
  const std::string name = std::string{prefix} + std::string{option.value.text};
  const auto row = std::ranges::find(kPacketEventNames, name);
  if (row == kPacketEventNames.end())
    return builder.refuse(option, "there is no " + std::string{what} + " '" + std::string{option.value.text} + "'");
  const auto event = static_cast<PacketEvent>(row - kPacketEventNames.begin());
  if (builder.packet_events.empty()) return builder.packet_events.push_back(event);
  Check check;
  check.holds = &has_packet_event;
  check.a = static_cast<std::uint64_t>(event);
  check.keyword = "decode-event";
  builder.add_check(check);
}

void read_decode_event(Builder& builder, const Option& option) {
  add_packet_event(builder, option, "decoder.", "event of the decoder");
}
void read_stream_event(Builder& builder, const Option& option) {
  add_packet_event(builder, option, "stream.", "event of TCP tracking");
}
// The older form names the layer itself: "decoder.ipv4.trunc_pkt", "stream.3whs_ack_in_wrong_dir".
void read_engine_event(Builder& builder, const Option& option) {
  add_packet_event(builder, option, {}, "event, with 'decoder.' or 'stream.' before it,");
}

// ---- of application protocols

// Some of these the engine here cannot come to; rules that name them are sound all the same.
constexpr std::array<std::string_view, 8> kDetectionEvents{"applayer_mismatch_protocol_both_directions",
                                                           "applayer_wrong_direction_first_data",
                                                           "applayer_detect_protocol_only_one_direction",
                                                           "applayer_proto_detection_skipped",
                                                           "applayer_no_tls_after_starttls",
                                                           "applayer_unexpected_protocol",
                                                           "applayer_pending_limit_reached",
                                                           "applayer_too_many_protocol_changes"};

// Some protocols' rows stand in capitals, as the log has them.
std::optional<std::uint8_t> event_of(const ProtocolSpec& protocol, std::string_view name) {
  const auto row = std::ranges::find(protocol.events, in_small_letters(name),
                                     [](const EventSpec& event) { return in_small_letters(event.name); });
  if (row == protocol.events.end()) return std::nullopt;
  return static_cast<std::uint8_t>(row - protocol.events.begin());
}

struct TransactionEvents {
  std::vector<std::pair<const ProtocolSpec*, std::uint8_t>> any;
};

bool has_app_event(const Check& check, const Scene& scene) noexcept {
  if (scene.tx == nullptr) return false;
  for (const auto& [protocol, event] : static_cast<const TransactionEvents*>(check.data)->any)
    if (scene.tx->protocol == protocol && event < 64 && (scene.tx->events >> event & 1) != 0) return true;
  return false;
}

// "http.x" is an event of HTTP/1: that of HTTP/2 has names of its own, and so have others that a name spans.
std::vector<const ProtocolSpec*> owners_of(const Surroundings& around, std::string_view protocol,
                                           std::string_view event) {
  auto owners = protocols_named(around, protocol == "http" ? "http1" : protocol);
  std::erase_if(owners, [&](const ProtocolSpec* p) { return !event_of(*p, event); });
  return owners;
}

void read_app_event(Builder& builder, const Option& option) {
  const std::string_view whole = option.value.text;
  const std::size_t dot = whole.find('.');
  if (dot == whole.npos) {
    if (std::ranges::find(kDetectionEvents, whole) == kDetectionEvents.end())
      return builder.refuse(option, "there is no event '" + std::string{whole} +
                                        "' of protocol detection; an event of a parser is written protocol.event");
    return builder.detection_events.push_back(std::string{whole});
  }
  const Surroundings& around = builder.around();
  const std::string_view protocol = whole.substr(0, dot), event = whole.substr(dot + 1);
  if (protocols_named(around, protocol).empty())
    return builder.refuse(option, "there is no protocol '" + std::string{protocol} + "'");
  const auto owners = owners_of(around, protocol, event);
  if (owners.empty())
    return builder.refuse(option, "'" + std::string{protocol} + "' has no event '" + std::string{event} + "'");
  builder.require_protocols(option, owners);
  if (builder.refused()) return;
  // As with packets: the first event chooses, the others are checks.
  auto events = std::make_shared<TransactionEvents>();
  const bool first = builder.app_events.empty();
  for (const ProtocolSpec* owner : owners) {
    const auto index = std::ranges::find(around.protocols, owner) - around.protocols.begin();
    if (first)
      builder.app_events.emplace_back(static_cast<std::uint16_t>(index), *event_of(*owner, event));
    else
      events->any.emplace_back(owner, *event_of(*owner, event));
  }
  if (first) return;
  Check check;
  check.holds = &has_app_event;
  check.moment = Moment::transaction;
  check.data = events.get();
  check.keyword = "app-layer-event";
  builder.keep_alive(std::move(events));
  builder.add_check(check);
}

constexpr std::array kKeywords{
    Keyword{"decode-event", Argument::required, &read_decode_event, "the decoder objected to the packet"},
    Keyword{"stream-event", Argument::required, &read_stream_event, "TCP tracking objected to the packet"},
    Keyword{"engine-event", Argument::required, &read_engine_event, "either of them, by its full name"},
    Keyword{"app-layer-event", Argument::required, &read_app_event, "a parser, or protocol detection, objected"},
    Keyword{"app-layer-protocol", Argument::required, &read_app_protocol, "what the flow was recognised to speak"},
    Keyword{"app-layer-state", Argument::required, &read_app_state, "how far the transaction is"},
};

}  // namespace

std::span<const Keyword> event_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
