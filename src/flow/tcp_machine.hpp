// SPDX-License-Identifier: GPL-3.0-or-later
// The TCP state machine: judges each segment by what is known of its session and moves the session on. RFC 9293; the
// places where real receivers differ from it are noted there.
#pragma once

#include "flow/reassembly.hpp"

namespace gatehouse::flow {

class TcpMachine {
 public:
  TcpMachine(const TcpSettings& settings, Memory& memory, Reassembly& reassembly, TcpCounters& counters) noexcept
      : settings_{settings}, memory_{memory}, reassembly_{reassembly}, counters_{counters} {}

  // Whether a session may begin with this packet; says in its events why not.
  bool opens_session(Packet& packet) const noexcept;
  TcpOutcome run(Flow& flow, TcpConnection& connection, Packet& packet, Direction direction) noexcept;
  void drop_offers(TcpConnection& c) noexcept;

 private:
  // A segment in the light of its session.
  struct Segment {
    Flow& flow;
    TcpConnection& c;
    Packet& p;
    const TcpHeader& tcp;
    Direction direction;
    TcpSender& from;
    TcpSender& to;
    Seq seq, end;  // of the payload
    std::uint32_t window;

    bool has(std::uint8_t flags) const noexcept { return (tcp.flags & flags) == flags; }
    bool to_server() const noexcept { return direction == Direction::to_server; }
  };

  TcpOutcome dispatch(Segment& s) noexcept;

  // tcp_handshake.cpp
  TcpOutcome none(Segment& s) noexcept;
  TcpOutcome first_syn(Segment& s) noexcept;
  TcpOutcome pick_up_synack(Segment& s) noexcept;
  TcpOutcome pick_up_midstream(Segment& s) noexcept;
  TcpOutcome syn_sent(Segment& s) noexcept;
  TcpOutcome syn_again(Segment& s) noexcept;
  TcpOutcome simultaneous_syn(Segment& s) noexcept;
  TcpOutcome simultaneous_synack(Segment& s) noexcept;
  TcpOutcome first_synack(Segment& s) noexcept;
  TcpOutcome async_ack(Segment& s) noexcept;
  TcpOutcome syn_recv(Segment& s) noexcept;
  TcpOutcome synack_again(Segment& s) noexcept;
  TcpOutcome last_of_handshake(Segment& s) noexcept;
  TcpOutcome finish_handshake(Segment& s) noexcept;
  bool recall_syn(Segment& synack) noexcept;
  void recall_client(Segment& synack, const HandshakeOffer& offer) noexcept;
  bool recall_synack(Segment& s) noexcept;
  HandshakeOffers* offers_of(TcpConnection& c) noexcept;

  // tcp_established.cpp
  TcpOutcome established(Segment& s) noexcept;
  TcpOutcome syn_in_session(Segment& s) noexcept;
  TcpOutcome data(Segment& s) noexcept;
  TcpOutcome fin(Segment& s, PacketEvent wrong_sequence, PacketEvent wrong_ack) noexcept;

  // tcp_closing.cpp
  TcpOutcome closing(Segment& s) noexcept;
  TcpOutcome reset(Segment& s) noexcept;
  TcpOutcome closed(Segment& s) noexcept;
  void revoke_fin(Segment& s) noexcept;
  void after_fin(Segment& s) noexcept;
  void after_ack(Segment& s) noexcept;

  // tcp_checks.cpp
  bool timestamp_is_valid(const Segment& s) const noexcept;
  bool ack_is_valid(const Segment& s) const noexcept;
  bool reset_is_valid(const Segment& s) const noexcept;
  bool is_keep_alive(const Segment& s) const noexcept;
  bool fits_window(const Segment& s) const noexcept;
  bool is_bad_window_update(const Segment& s) const noexcept;
  void note_retransmission(Segment& s) const noexcept;
  void learn_timestamp(Segment& s) noexcept;
  void learn_ack(Segment& s) noexcept;
  void learn_options(Segment& s, TcpSender& sender) noexcept;
  void agree_on_options(TcpConnection& c, const TcpHeader& answer) noexcept;

  void set_state(Segment& s, TcpState state) noexcept;
  TcpOutcome reject(Segment& s, PacketEvent why) noexcept;
  TcpOutcome accept_payload(Segment& s) noexcept;
  Reassembly::Way way(Segment& s) const noexcept;
  Reassembly::Way way_back(Segment& s) const noexcept;
  bool in_line() const noexcept { return settings_.mode == TcpMode::in_line; }

  const TcpSettings& settings_;
  Memory& memory_;
  Reassembly& reassembly_;
  TcpCounters& counters_;
};

}  // namespace gatehouse::flow
