// SPDX-License-Identifier: GPL-3.0-or-later
// A compiled signature, and what the log and people are told of it. Owned by the Ruleset, never changed.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "ips/match/address_set.hpp"
#include "ips/match/check.hpp"
#include "ips/match/step.hpp"
#include "model/direction.hpp"

namespace gatehouse::ips {

using SignatureIndex = std::uint32_t;  // in Ruleset::signatures, which stand in the order in which they decide
using BufferId = std::uint16_t;        // in Ruleset::buffers

enum class RuleAction : std::uint8_t { pass, drop, reject, reject_dst, reject_both, alert, config };
enum class Scope : std::uint8_t { standard, packet, flow };

// One thing that a signature asks of a transaction, a file or a payload.
struct Condition {
  enum class Kind : std::uint8_t { chain, number, check } kind = Kind::chain;
  bool absent = false;      // its chain's first step is `absent`: that there is no buffer is an answer
  BufferId buffer = 0;      // chain and number: in Ruleset::buffers
  std::uint16_t count = 0;  // chain: of steps. number: of `any_of`, 0 where the test stands
  std::uint32_t first = 0;  // chain: in Ruleset::steps. number: in Ruleset::numbers. check: in Ruleset::checks
};
inline constexpr std::size_t kMostConditions = 64;  // of one signature

// Whether a flow's state is as `flow:` asks.
struct FlowState {
  bool to_server = false, to_client = false;  // neither: both
  bool established = false, not_established = false, stateless = false;
  bool only_stream = false, no_stream = false;  // rebuilt bytes only, packets only
  bool only_frag = false, no_frag = false;
};

enum class ThresholdKind : std::uint8_t { threshold, limit, both, backoff, detection_filter, rate_filter };
enum class Track : std::uint8_t { by_src, by_dst, by_both, by_rule, by_flow };
struct Threshold {
  ThresholdKind kind = ThresholdKind::limit;
  Track track = Track::by_src;
  std::uint32_t count = 0, seconds = 0, multiplier = 0;
  // rate_filter: what becomes of the alert, and for how long.
  RuleAction new_action = RuleAction::alert;
  std::uint32_t timeout = 0;
};
struct Suppression {
  Track track = Track::by_src;
  bool always = false;
  AddressSet addresses;
};

// How a signature is looked at.
enum class Class : std::uint8_t {
  addresses,    // by addresses and protocol alone: once for each direction of a flow
  packet,       // each packet
  payload,      // payload or stream
  transaction,  // the fields of a transaction, or its files
  protocol,     // what the flow speaks, alone: once for each direction
  event,        // by an event of the decoder, the stream or a parser
};

struct Signature {
  std::uint32_t sid = 0, gid = 1, rev = 0;
  RuleAction action = RuleAction::alert;
  Scope scope = Scope::standard;
  std::uint8_t priority = 3;
  bool no_alert = false;
  bool bidirectional = false;
  bool transactional = false;  // "=>": header in the client's sense in both directions
  bool src_any = true, dst_any = true;
  bool packet_only = false;  // tcp-pkt, or a keyword that asks the packet
  bool stream_only = false;  // tcp-stream
  bool target_src = false, target_dst = false;
  bool asks_file = false;  // a condition over a file: each file of a transaction is looked at by itself
  Class kind = Class::packet;
  std::uint8_t ip_version = 0;  // 4, 6, or 0
  FlowState flow;

  // Transport protocols by number; none set: all.
  std::uint8_t protocols[4] = {0, 0, 0, 0};
  std::uint8_t protocol_count = 0;
  // Application protocols; empty: whatever. Pointers into the registry's list.
  std::uint16_t app_first = 0, app_count = 0;  // in Ruleset::app_protocols

  std::uint32_t src = 0, dst = 0;              // in Ruleset::address_sets
  std::uint32_t src_ports = 0, dst_ports = 0;  // in Ruleset::port_sets

  // Checks that the packet and its flow answer; conditions; effects.
  std::uint32_t first_check = 0, first_condition = 0, first_effect = 0;
  std::uint16_t checks = 0, conditions = 0, effects = 0;

  std::uint32_t first_threshold = 0, first_suppression = 0;
  std::uint8_t thresholds = 0, suppressions = 0;

  // For people.
  std::string_view message, class_type, category, metadata, references, raw, file;
  std::uint32_t line = 0;
};

}  // namespace gatehouse::ips
