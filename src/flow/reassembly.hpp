// SPDX-License-Identifier: GPL-3.0-or-later
// Puts the streams together and decides when which bytes are delivered.
//
// In line, and for sessions of which one side only is seen, bytes are delivered as soon as they are contiguous,
// straight from the packet. What was delivered is kept until it is acknowledged, so that a retransmission can be
// compared: within TcpSettings::per_direction bytes, less when memory runs short (kTailWhenShort), none when it is
// nearly out. Passive, bytes wait for their acknowledgement, and overlaps are settled as the receiver would.
#pragma once

#include "flow/tcp_connection.hpp"

namespace gatehouse::flow {

class Reassembly {
 public:
  static constexpr std::size_t kTailWhenShort = 64u << 10;

  Reassembly(const TcpSettings& settings, Memory& memory, StreamReceiver& receiver, TcpCounters& counters) noexcept
      : settings_{settings}, pool_{settings.memory, memory}, receiver_{receiver}, counters_{counters} {}

  // One direction of one session, and the packet that moves it (null: none does).
  struct Way {
    Flow& flow;
    StreamBuffer& stream;
    Direction direction;
    PacketEvents* events = nullptr;
  };

  // Sets the number of the first byte; what was kept under another numbering is forgotten.
  void start(StreamBuffer& stream, Seq first_byte) noexcept {
    clear(stream, pool_);
    stream.next = first_byte;
    stream.started = true;
  }
  TcpOutcome segment(const Way& way, Seq begin, Bytes bytes, bool async) noexcept;
  // The byte at `urgent` is out of band: it is not delivered.
  TcpOutcome segment_with_urgent(const Way& way, Seq begin, Bytes bytes, bool async, Seq urgent) noexcept;
  void acknowledge(const Way& way, Seq ack) noexcept;
  // The stream ends where the FIN stands: at once when its bytes are there, or, where we only look on, when the
  // receiver has acknowledged it, for a FIN can be forged like anything else.
  void fin(const Way& way, Seq behind_last_byte, bool async) noexcept;
  // The flow is over: what nobody acknowledged is delivered too, and all memory given back.
  void end(const Way& way) noexcept;
  void offer_again(const Way& way) noexcept;
  // Forgets what waits: the receiver of these bytes has refused them.
  void forget_waiting(StreamBuffer& stream, Seq next) noexcept;
  void release(StreamBuffer& stream) noexcept { clear(stream, pool_); }

  std::size_t memory_in_use() const noexcept { return pool_.in_use(); }

 private:
  bool in_line() const noexcept { return settings_.mode == TcpMode::in_line; }
  TcpOutcome take_at_once(const Way& way, Seq begin, Bytes bytes, bool async) noexcept;
  TcpOutcome take_to_wait(const Way& way, Seq begin, Bytes bytes, Extent extent) noexcept;
  bool differs(const Way& way, Seq begin, Bytes bytes) noexcept;
  bool make_room(const Way& way, std::size_t bytes, bool async) noexcept;
  void fill_holes(const Way& way, Seq begin, Bytes bytes, Extent extent, bool policy) noexcept;
  void settle(const Way& way, Piece* piece, Seq begin, Bytes bytes, Extent extent) noexcept;
  void keep_tail(StreamBuffer& s, Seq begin, Bytes bytes, bool async) noexcept;
  void deliver_waiting(const Way& way, Seq until) noexcept;
  void deliver(const Way& way, Bytes bytes) noexcept;
  void deliver_around_urgent(const Way& way, Bytes bytes) noexcept;
  void deliver_run(const Way& way, Bytes bytes) noexcept;
  void offer_rest(const Way& way) noexcept;
  void skip(const Way& way, Seq until) noexcept;
  void lose(const Way& way, std::size_t bytes) noexcept;
  void check_end(const Way& way, bool acknowledged) noexcept;
  void note(const Way& way, PacketEvent event) noexcept {
    if (way.events) way.events->add(event);
  }

  const TcpSettings& settings_;
  BlockPool pool_;
  StreamReceiver& receiver_;
  TcpCounters& counters_;
};

}  // namespace gatehouse::flow
