// SPDX-License-Identifier: GPL-3.0-or-later
// What one worker counts, and the sum of all as EVE's "stats" record.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/json_writer.hpp"
#include "capture/source.hpp"
#include "decode/decoder.hpp"
#include "engine/alert_counters.hpp"
#include "engine/inspector.hpp"
#include "engine/log.hpp"
#include "flow/table.hpp"
#include "flow/tcp.hpp"
#include "model/verdict.hpp"

namespace gatehouse::engine {

struct VerdictCounters {
  std::uint64_t accepted = 0, blocked = 0, rejected = 0, alerts = 0;
  static constexpr std::size_t kReasons = static_cast<std::size_t>(DropReason::firewall_undecided) + 1;
  std::array<std::uint64_t, kReasons> by_reason{};  // DropReason
  std::array<std::uint64_t, 256> packet_events{};   // PacketEvent
};

struct WorkerCounters {
  capture::SourceCounters source;
  decode::Counters decode;
  flow::TableCounters flows;
  flow::TcpCounters tcp;
  InspectorCounters apps;
  VerdictCounters verdicts;
  LogCounters log;
  ips::MatcherCounters matching;
  AlertCounters alerts;

  void add(const WorkerCounters& other) noexcept;
};

// Members of the "stats" object, by the names that exporters of such counters know.
void write_stats(JsonWriter& json, const WorkerCounters& sum, std::span<const ProtocolSpec* const> protocols,
                 std::int64_t uptime_seconds) noexcept;

}  // namespace gatehouse::engine
