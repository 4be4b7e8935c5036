// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a TCP session: the state of both ends, and their streams.
#pragma once

#include <array>

#include "flow/stream_buffer.hpp"

namespace gatehouse::flow {

// As seen from the server: it is the server that waits in fin_wait when it closed first, and in close_wait when the
// client did. The names are those of EVE's tcp.state.
enum class TcpState : std::uint8_t {
  none,
  syn_sent,
  syn_recv,
  established,
  fin_wait1,
  fin_wait2,
  time_wait,
  last_ack,
  close_wait,
  closing,
  closed,
};

constexpr std::string_view to_text(TcpState s) noexcept {
  constexpr std::array<std::string_view, 11> names{"none",       "syn_sent",  "syn_recv",  "established",
                                                   "fin_wait1",  "fin_wait2", "time_wait", "last_ack",
                                                   "close_wait", "closing",   "closed"};
  return names[static_cast<std::size_t>(s)];
}

// One end, as the sender of its direction.
struct TcpSender {
  Seq isn = 0;
  Seq next = 0;                // behind the last byte, SYN and FIN seen from it
  Seq acked = 0;               // the other end has all before this
  Seq limit = 0;               // what lies behind this, the other end's window does not admit
  std::uint32_t window = 0;    // the other end's, in bytes
  std::uint8_t own_scale = 0;  // of the window field in this end's own packets
  std::uint8_t flags = 0;      // all that were seen
  bool seen = false;
  bool offers_scale = false, has_timestamps = false;
  bool reset = false;                  // it sent an RST that was believed
  std::uint32_t timestamp = 0;         // the latest valid one
  std::uint32_t timestamp_second = 0;  // of the clock, when it came
  StreamBuffer stream;

  // What it has sent so far by its sequence numbers; SYN and FIN count as one each.
  std::uint32_t sequence_length() const noexcept { return next - isn; }
};

// A SYN or SYN/ACK whose numbers differ from those of the one before it. Which of them counts, the answer tells.
struct HandshakeOffer {
  Seq seq = 0, ack = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t data = 0;  // bytes that came with it: TCP Fast Open
  std::uint16_t window = 0;
  std::uint8_t scale = 0;
  bool offers_scale = false, has_timestamps = false, fast_open = false;
};

inline constexpr std::size_t kMaxSynOffers = 11;    // more different SYNs are a flood
inline constexpr std::size_t kMaxSynAckOffers = 5;  // likewise SYN/ACKs

struct HandshakeOffers {
  std::array<HandshakeOffer, kMaxSynOffers> syn;
  std::array<HandshakeOffer, kMaxSynAckOffers> synack;
  std::uint8_t syns = 0, synacks = 0;
  bool overflowed = false;  // some SYN was not kept
};

struct TcpConnection {
  TcpState state = TcpState::none;
  TcpState before_reset = TcpState::none;  // to return to, if the RST turns out to be forged
  bool midstream = false;
  bool async = false;       // only one side is seen
  bool scaled = false;      // both ends offered window scaling
  bool timestamps = false;  // both ends use timestamps
  bool four_way = false;    // both ends sent a SYN
  bool fast_open = false;   // the SYN carried data or asked to
  bool confirmed = false;   // the handshake was completed by its third packet
  bool has_handshake_data = false;
  std::uint32_t syn_data = 0;
  std::array<TcpSender, 2> ends;      // by the direction they send in
  HandshakeOffers* offers = nullptr;  // while there are several

  TcpSender& sender(Direction d) noexcept { return ends[index(d)]; }
  TcpSender& receiver(Direction d) noexcept { return ends[index(opposite(d))]; }
};

// Whether this segment opens another session between the same ends and ports.
bool begins_anew(const Flow& flow, const TcpHeader& tcp) noexcept;

}  // namespace gatehouse::flow
