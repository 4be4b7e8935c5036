// SPDX-License-Identifier: GPL-3.0-or-later
// The flow table of one worker: open addressing over fixed memory, a timer wheel, and an emergency mode that shortens
// the timeouts when the memory runs short. No allocation after the constructor.
#pragma once

#include <memory>

#include "flow/flow.hpp"

namespace gatehouse::flow {

// Seconds a flow may be silent, by protocol and state.
struct Timeouts {
  std::uint32_t fresh = 30, established = 300, closed = 0;
};

struct TableSettings {
  std::size_t memory = 32u << 20;  // bytes for flow entries and index
  Timeouts tcp{60, 600, 60}, udp{30, 300, 0}, icmp{30, 300, 0}, other{30, 300, 0};
  Timeouts emergency{10, 100, 0};
  std::uint64_t hash_key = 0;  // random per start; 0: fixed, for tests
  std::uint8_t worker = 0;     // keeps the identifiers of several workers' flows apart
};

struct TableCounters {
  std::uint64_t total = 0, active = 0, tcp = 0, udp = 0, icmpv4 = 0, icmpv6 = 0, other = 0, expired = 0, evicted = 0,
                emergencies = 0, refused = 0, tcp_reused = 0;
};

class FlowEnded {
 public:
  virtual ~FlowEnded() = default;
  // The last word on a flow: log it and give its state back. The entry is recycled when this returns.
  virtual void on_flow_end(Flow& flow) noexcept = 0;
};

class FlowTable {
 public:
  FlowTable(const TableSettings& settings, FlowEnded& ended);
  ~FlowTable();

  // The flow of a packet with transport, made if it is not there; counts the packet. Null: the table is full even in
  // emergency mode (counted in refused). A SYN on a closed TCP session ends the old flow and begins a new one.
  Flow* track(const Packet& packet, Direction& direction) noexcept;
  // Ends what has been silent too long. Cheap; call it for each batch.
  void expire(Timestamp now) noexcept;
  // Ends everything, with EndReason::shutdown.
  void finish() noexcept;
  // Sets the timeout anew after a change of the flow's state.
  void touch(Flow& flow, Timestamp now) noexcept;

  Flow* find(std::uint64_t flow_id) noexcept;  // for explain and status; not for the packet path
  const TableCounters& counters() const noexcept;
  std::size_t capacity() const noexcept;
  bool in_emergency() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::flow
