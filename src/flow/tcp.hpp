// SPDX-License-Identifier: GPL-3.0-or-later
// TCP: follows the state of both ends, judges each segment, and puts the streams together in order.
#pragma once

#include <memory>

#include "flow/flow.hpp"
#include "model/packet.hpp"

namespace gatehouse::flow {

enum class TcpMode : std::uint8_t {
  // We stand in the way: data is inspected at once, the first copy of a byte stands, and a segment that contradicts it
  // must not reach the receiver.
  in_line,
  // We look on: data is inspected when its receiver has acknowledged it, and overlaps are settled as that receiver
  // would.
  passive,
};

// How a receiver treats segments that overlap; by the field's names.
enum class TcpOverlap : std::uint8_t {
  bsd,
  bsd_right,
  linux,
  old_linux,
  solaris,
  hpux10,
  hpux11,
  irix,
  macos,
  windows,
  windows2k3,
  vista,
  first,
  last
};

// What becomes of the byte that an URG segment points at.
enum class TcpUrgent : std::uint8_t {
  out_of_band,  // receivers leave it out of the stream, unless they asked for it to be in (SO_OOBINLINE)
  in_stream,
};

struct TcpSettings {
  TcpMode mode = TcpMode::passive;
  TcpOverlap overlap = TcpOverlap::bsd;
  TcpUrgent urgent = TcpUrgent::out_of_band;
  bool midstream = true;                 // take up sessions whose beginning was not seen
  bool async_oneside = true;             // and those of which only one side is seen
  std::size_t memory = 16u << 20;        // bytes of all streams of this worker together
  std::size_t per_direction = 1u << 20;  // bytes that may wait in one direction of one flow
  std::size_t max_segments = 512;        // pieces that may wait in one direction of one flow
};

struct TcpCounters {
  std::uint64_t sessions = 0, syn = 0, synack = 0, rst = 0, midstream_pickups = 0, overlaps = 0, overlaps_different = 0,
                gaps = 0, invalid_checksum = 0, invalid = 0, memory_limit_hits = 0, segment_limit_hits = 0,
                memory_in_use = 0, connections_in_use = 0;
};

// The engine's side of a stream.
class StreamReceiver {
 public:
  virtual ~StreamReceiver() = default;
  // All bytes from the first unconsumed one on, contiguous. Returns how many are consumed; the rest comes again with
  // more behind it. After `flow.inspect` becomes false, nothing is delivered any more and nothing is kept.
  virtual std::size_t on_stream(Flow& flow, Direction direction, Bytes bytes) noexcept = 0;
  // `missing` bytes will never come; what was unconsumed before them is discarded.
  virtual void on_gap(Flow& flow, Direction direction, std::uint64_t missing) noexcept = 0;
  // The direction is complete: FIN reached in order, or RST, or the flow timed out.
  virtual void on_stream_end(Flow& flow, Direction direction) noexcept = 0;
};

enum class TcpOutcome : std::uint8_t {
  ok,
  invalid,        // a receiver would not take this segment: it is not part of the stream. Events in the packet say why.
  contradiction,  // in_line: its bytes differ from what was inspected; it must not pass
};

// EVE's flow record: "tcp": {…}.
struct TcpSummary {
  std::array<std::uint8_t, 2> flags{};  // all flags seen, by direction
  std::string_view state;               // "established", "closed", …
  std::array<std::uint32_t, 2> max_regions{};
  std::array<bool, 2> gap{};
  std::array<std::uint32_t, 2> urgent_bytes{};  // left out of the stream
};

class TcpTracker {
 public:
  TcpTracker(const TcpSettings& settings, Memory& memory, StreamReceiver& receiver);
  ~TcpTracker();

  TcpOutcome packet(Flow& flow, Packet& packet, Direction direction) noexcept;
  // The flow ends: delivers what waits, ends both directions, gives the connection's memory back.
  void finish(Flow& flow) noexcept;
  // Data of both directions from the first unconsumed byte on is delivered again: another parser has taken over. Also
  // of a direction that has ended. May be called inside a callback.
  void redeliver(Flow& flow) noexcept;

  TcpSummary summary(const Flow& flow) const noexcept;
  const TcpCounters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::flow
