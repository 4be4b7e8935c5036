// SPDX-License-Identifier: GPL-3.0-or-later
// The end of a session: the second FIN, resets, and what comes after.
#include "flow/tcp_machine.hpp"

namespace gatehouse::flow {
namespace {

// What an invalid segment is called in each of the closing states.
struct Names {
  PacketEvent wrong_sequence, wrong_ack, wrong_fin;
};

Names names_of(TcpState state) noexcept {
  using enum PacketEvent;
  switch (state) {
    case TcpState::fin_wait1:
      return {stream_fin1_ack_wrong_seq, stream_fin1_invalid_ack, stream_fin1_fin_wrong_seq};
    case TcpState::fin_wait2:
      return {stream_fin2_ack_wrong_seq, stream_fin2_invalid_ack, stream_fin2_fin_wrong_seq};
    case TcpState::close_wait:
      return {stream_closewait_ack_out_of_window, stream_closewait_invalid_ack, stream_closewait_fin_out_of_window};
    case TcpState::closing:
      return {stream_closing_ack_wrong_seq, stream_closing_invalid_ack, stream_closing_ack_wrong_seq};
    case TcpState::last_ack:
      return {stream_lastack_ack_wrong_seq, stream_lastack_invalid_ack, stream_lastack_ack_wrong_seq};
    default:
      return {stream_timewait_ack_wrong_seq, stream_timewait_invalid_ack, stream_timewait_ack_wrong_seq};
  }
}

bool has_sent_fin(const TcpSender& end) noexcept {
  return (end.flags & tcp_flag::fin) && end.stream.fin_known;
}

}  // namespace

TcpOutcome TcpMachine::closing(Segment& s) noexcept {
  if (s.has(tcp_flag::rst)) return reset(s);
  if (s.has(tcp_flag::syn)) return syn_in_session(s);
  const Names names = names_of(s.c.state);
  if (is_keep_alive(s)) {
    if (!ack_is_valid(s)) return reject(s, names.wrong_ack);
    learn_ack(s);
    after_ack(s);
    return TcpOutcome::ok;
  }
  if (s.has(tcp_flag::fin) && !has_sent_fin(s.from)) return fin(s, names.wrong_fin, names.wrong_ack);
  if (!ack_is_valid(s)) return reject(s, names.wrong_ack);
  const bool repeated_fin = s.has(tcp_flag::fin) && s.end + 1 == s.from.next;
  if (s.has(tcp_flag::fin) && !repeated_fin) return reject(s, names.wrong_fin);
  if (!s.c.async && !s.p.payload.empty() && before(s.end, s.from.acked)) {
    note_retransmission(s);
    if (s.c.state == TcpState::close_wait) s.p.events.add(PacketEvent::stream_closewait_pkt_before_last_ack);
    learn_ack(s);
    after_ack(s);
    return TcpOutcome::ok;
  }
  // Behind its own FIN nobody says anything new. If the receiver did not take the FIN, it was not the sender's.
  const bool behind_fin = has_sent_fin(s.from) && before(s.from.next, s.end);
  const bool fin_is_doubtful = !in_line() && !s.from.stream.ended && at_or_before(s.from.acked, s.from.stream.fin);
  if (behind_fin && fin_is_doubtful && fits_window(s)) {
    revoke_fin(s);
    return data(s);
  }
  if (behind_fin || !fits_window(s)) return reject(s, names.wrong_sequence);
  note_retransmission(s);
  learn_timestamp(s);
  learn_ack(s);
  const TcpOutcome outcome = accept_payload(s);
  if (outcome == TcpOutcome::ok) after_ack(s);
  return outcome;
}

void TcpMachine::revoke_fin(Segment& s) noexcept {
  s.from.stream.fin_known = false;
  s.from.next = s.from.stream.fin;
  const bool other_closes = has_sent_fin(s.to);
  set_state(s, !other_closes ? TcpState::established : s.to_server() ? TcpState::fin_wait1 : TcpState::close_wait);
}

void TcpMachine::after_fin(Segment& s) noexcept {
  const bool from_client = s.to_server();
  switch (s.c.state) {
    case TcpState::fin_wait1:  // the server closed first, the client follows
    case TcpState::fin_wait2:
      if (from_client)
        set_state(s, s.has(tcp_flag::ack) && s.to.acked == s.to.next ? TcpState::time_wait : TcpState::closing);
      break;
    case TcpState::close_wait:
      if (!from_client) set_state(s, TcpState::last_ack);
      break;
    case TcpState::none:
    case TcpState::syn_sent:
    case TcpState::syn_recv:
    case TcpState::established:
      set_state(s, from_client ? TcpState::close_wait : TcpState::fin_wait1);
      break;
    default:
      break;
  }
}

void TcpMachine::after_ack(Segment& s) noexcept {
  if (!s.has(tcp_flag::ack)) return;
  const bool from_client = s.to_server();
  const bool all_acked = s.to.acked == s.to.next;
  switch (s.c.state) {
    case TcpState::fin_wait1:
      if (from_client && all_acked) set_state(s, TcpState::fin_wait2);
      break;
    case TcpState::closing:
      if (from_client && all_acked) set_state(s, TcpState::time_wait);
      break;
    case TcpState::time_wait:
      if (!from_client && all_acked) set_state(s, TcpState::closed);
      break;
    case TcpState::last_ack:
      if (from_client && all_acked) set_state(s, TcpState::closed);
      break;
    default:
      break;
  }
}

TcpOutcome TcpMachine::reset(Segment& s) noexcept {
  ++counters_.rst;
  if (!reset_is_valid(s)) {
    ++counters_.invalid;
    return TcpOutcome::invalid;
  }
  // What an RST acknowledges is acknowledged; what it carries is a message to people (RFC 9293, 3.10.7) and no part of
  // the stream.
  if (s.has(tcp_flag::ack) && ack_is_valid(s) && s.to.seen) learn_ack(s);
  if (s.c.state != TcpState::closed) s.c.before_reset = s.c.state;
  s.from.reset = true;
  set_state(s, TcpState::closed);
  // The streams end with the flow: until then the reset may prove to be forged.
  return TcpOutcome::ok;
}

// After a reset. The other side may not have got it, or not believed it, and goes on; that the one who is said to have
// sent it goes on shows that it was somebody else.
TcpOutcome TcpMachine::closed(Segment& s) noexcept {
  if (s.has(tcp_flag::rst)) {
    s.from.reset = true;
    return TcpOutcome::ok;
  }
  if (s.c.before_reset == TcpState::none) return closing(s);
  if (s.from.reset) {
    s.from.reset = false;
    s.p.events.add(PacketEvent::stream_suspected_rst_inject);
  }
  const TcpState before = s.c.before_reset;
  set_state(s, before);
  const TcpOutcome outcome = dispatch(s);
  // It goes on only if the segment was one of the session.
  if (outcome != TcpOutcome::ok && s.c.state == before) set_state(s, TcpState::closed);
  return outcome;
}

bool begins_anew(const Flow& flow, const TcpHeader& tcp) noexcept {
  if ((tcp.flags & (tcp_flag::syn | tcp_flag::ack | tcp_flag::rst)) != tcp_flag::syn || !flow.tcp) return false;
  switch (flow.tcp->state) {
    case TcpState::none:
    case TcpState::last_ack:
    case TcpState::close_wait:
    case TcpState::closing:
    case TcpState::time_wait:
    case TcpState::closed:
      // The same SYN again is a retransmission, of whichever end.
      return tcp.seq != flow.tcp->ends[0].isn && tcp.seq != flow.tcp->ends[1].isn;
    default:
      return false;
  }
}

}  // namespace gatehouse::flow
