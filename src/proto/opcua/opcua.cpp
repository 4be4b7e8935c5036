// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/opcua/opcua.hpp"

#include <algorithm>

#include "proto/opcua/fields.hpp"
#include "proto/opcua/session.hpp"

namespace gatehouse::proto::opcua {
namespace {

constexpr std::array kEvents{
    EventSpec{"malformed_chunk", "bytes that are no chunk; the session is given up"},
    EventSpec{"malformed_body", "a message ends before what it should hold"},
    EventSpec{"unknown_service", "a service that does not exist, where nothing is encrypted"},
    EventSpec{"too_many_nodes", "more nodes in a message than are read"},
};
static_assert(kEvents.size() == event::too_many_nodes + 1);

// Four letters and a size whose greatest octets are zero, so that text never matches.
Probe probe(Direction, Bytes bytes, std::uint16_t) {
  const std::string_view begun = as_text(bytes.first(std::min<std::size_t>(bytes.size(), 3)));
  if (std::ranges::none_of(kMagic, [&](std::string_view m) { return m.starts_with(begun); })) return Probe::no;
  if (bytes.size() > 3 && bytes[3] != 'F' && bytes[3] != 'C' && bytes[3] != 'A') return Probe::no;
  Cursor c{bytes};
  const Header header{c};
  if (!c.ok()) return Probe::need_more;
  return header.plausible() ? Probe::yes : Probe::no;
}

void text(JsonWriter& json, std::string_view key, std::string_view value) noexcept {
  if (!value.empty()) json.member(key, value);
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};
constexpr auto kFirst = FirstBytes::of("HAEROCM");

}  // namespace

industrial::Access access_of(const Message& m) noexcept {
  return m.service() == nullptr ? industrial::Access::other : m.service()->access;
}

void log(const Transaction& transaction, JsonWriter& json) {
  constexpr unsigned kLoggedNodes = 16;
  const Message& m = static_cast<const OpcUaTransaction&>(transaction).message;
  json.open_object("opcua");
  json.member("message", name_of(kMessageTypes, static_cast<std::uint64_t>(m.header.type)));
  if (m.has_channel) {
    json.member("channel", m.channel);
    json.member("request_id", m.request_id);
  }
  if (m.service() != nullptr) {
    json.member("service", m.service()->name);
    json.member("type", m.is_response() ? "response" : "request");
    json.member("access", to_text(access_of(m)));
  }
  if (m.type == kFault) json.member("type", "fault");
  text(json, "endpoint", as_text(m.endpoint));
  text(json, "security_policy", m.policy_name());
  if (m.mode != 0) json.member("security_mode", name_of(kSecurityModes, m.mode));
  if (m.has_result) json.member("status", m.result);
  if (m.header.type == MessageType::error) json.member("status", m.error);
  text(json, "reason", as_text(m.reason));
  if (m.has_count) json.member("count", m.count);
  if (m.node_count > 0) {
    json.open_array("nodes");
    for (const Node& node : std::span{m.nodes}.first(std::min(m.node_count, kLoggedNodes))) {
      json.open_object();
      json.member("namespace", node.id.name_space);
      json.member("id", node.text());
      if (const auto name = name_of(kAttributes, node.attribute); !name.empty()) json.member("attribute", name);
      json.close_object();
    }
    json.close_array();
  }
  text(json, "application_uri", as_text(m.application_uri));
  text(json, "product_uri", as_text(m.product_uri));
  text(json, "application_name", as_text(m.application_name));
  json.close_object();
}

constinit const ProtocolSpec protocol{
    .name = "opcua",
    .about = "OPC UA over TCP: machines and plants",
    .ndpi_name = "OPC-UA",
    .log_type = "opcua",
    .own_record = true,
    .transports = {.tcp = true},
    .detector = {.probe = probe, .first_bytes = {kFirst, kFirst}},
    .max_pending = kLongestChunk,
    .create = create_session<OpcUaSession>,
    .destroy = destroy_session<OpcUaSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::opcua
