// SPDX-License-Identifier: GPL-3.0-or-later
// Records of the log as EVE JSON, valid against the public schema. Each function writes members into an open object.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/json_writer.hpp"
#include "model/event.hpp"
#include "model/packet.hpp"
#include "model/protocol.hpp"
#include "model/verdict.hpp"

namespace gatehouse::store {

// The longest record; a longer one is not written but counted.
inline constexpr std::size_t kMaxRecord = 64 * 1024;

// The members that every record begins with.
void write_head(JsonWriter& json, const EventHead& head) noexcept;

// "TCP", "UDP", "IPv6-ICMP", …; into `out` of at least 4 characters as a number where there is no name.
std::string_view protocol_name(std::uint8_t protocol, char* out) noexcept;

// What the policy said of a session, for people and for `gatehouse explain`.
struct PolicyNote {
  std::string_view rule;   // the rule's name; empty: the default decided
  std::uint32_t line = 0;  // in the policy file
  std::uint32_t generation = 0;
  std::string_view from_zone, to_zone;
  std::string_view application;
  std::string_view domain;
};

// What a signature says, for a record of its match.
struct AlertNote {
  std::uint32_t signature_id = 0, gid = 1, rev = 0;
  std::string_view signature, category;
  std::string_view metadata;  // a JSON object, or empty
  std::string_view context;   // what lists say of what was found: a JSON object, or empty
  std::uint8_t severity = 3;
  bool blocked = false;
  enum class Target : std::uint8_t { none, source, destination } target = Target::none;
};

struct FlowRecord {
  std::array<std::uint64_t, 2> packets{}, bytes{};
  Timestamp start, end;
  std::string_view state, reason;
  bool alerted = false, emergency = false;
  Action action = Action::pass;
  bool has_action = false;  // inline or simulated: whether the session passed is worth a word
  std::string_view bypass;  // empty, or who bypassed it
  std::uint32_t transactions = 0;
};

struct AppNames {
  std::string_view now, to_server, to_client, original, expected;  // EVE app_proto…; empty: not written
  std::span<const ProtocolSpec* const> steps;                      // all that the flow has spoken
  std::string_view ndpi;                                           // "TLS.Google"
  std::string_view ndpi_confidence;
};

struct TcpRecord {
  std::array<std::uint8_t, 2> flags{};
  std::string_view state;
  std::array<std::uint32_t, 2> max_regions{};
  std::array<bool, 2> gap{};
};

void write_app_names(JsonWriter& json, const AppNames& names) noexcept;
void write_flow(JsonWriter& json, const FlowRecord& flow) noexcept;
void write_tcp(JsonWriter& json, const TcpRecord& tcp) noexcept;
void write_packet_anomaly(JsonWriter& json, PacketEvent event) noexcept;
// `layer`: "proto_parser" or "proto_detect".
void write_app_anomaly(JsonWriter& json, std::string_view app, std::string_view event, std::string_view layer) noexcept;
// The header fields of the packet that was dropped, and why.
void write_drop(JsonWriter& json, const Packet& packet, DropReason reason) noexcept;
void write_alert(JsonWriter& json, const AlertNote& note, const EventHead& head) noexcept;
// The flow as far as it has come: within an alert.
struct FlowSoFar {
  std::array<std::uint64_t, 2> packets{}, bytes{};
  Timestamp start;
  IpAddress client, server;
  std::uint16_t client_port = 0, server_port = 0;
  bool has_ports = false;
};
// The packet that carries the one that the record is about.
void write_tunnel(JsonWriter& json, const Packet& outer) noexcept;
void write_flow_so_far(JsonWriter& json, const FlowSoFar& flow) noexcept;
// A refusal by the policy in the shape of an alert, because that is what readers of such logs look at.
void write_policy_alert(JsonWriter& json, const PolicyNote& note, Action action) noexcept;

}  // namespace gatehouse::store
