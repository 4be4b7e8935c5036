// SPDX-License-Identifier: GPL-3.0-or-later
// Segments of an established session.
#include "flow/tcp_machine.hpp"

namespace gatehouse::flow {

TcpOutcome TcpMachine::established(Segment& s) noexcept {
  if (s.has(tcp_flag::rst)) return reset(s);
  if (s.has(tcp_flag::syn)) return syn_in_session(s);
  if (s.has(tcp_flag::fin)) return fin(s, PacketEvent::stream_fin_out_of_window, PacketEvent::stream_fin_invalid_ack);
  return data(s);
}

// A SYN within a session is answered and otherwise ignored (RFC 5961, 4).
TcpOutcome TcpMachine::syn_in_session(Segment& s) noexcept {
  const bool ended_by_fin = s.c.state != TcpState::established;
  if (ended_by_fin) return reject(s, PacketEvent::stream_shutdown_syn_resend);
  if (s.has(tcp_flag::ack)) {
    if (s.to_server() && !s.c.four_way) return reject(s, PacketEvent::stream_est_synack_toserver);
    if (s.tcp.ack != s.to.isn + 1 && s.tcp.ack != s.to.acked && s.tcp.ack != s.to.isn + 1 + s.c.syn_data)
      return reject(s, PacketEvent::stream_est_synack_resend_with_different_ack);
    if (s.seq != s.from.isn) return reject(s, PacketEvent::stream_est_synack_resend_with_diff_seq);
    // The handshake's last packet was lost on the way.
    if (!s.c.confirmed) return TcpOutcome::ok;
    return reject(s, PacketEvent::stream_est_synack_resend);
  }
  if (!s.to_server()) return reject(s, PacketEvent::stream_est_syn_toclient);
  if (s.seq != s.from.isn) return reject(s, PacketEvent::stream_est_syn_resend_diff_seq);
  if (!s.c.confirmed) return TcpOutcome::ok;
  return reject(s, PacketEvent::stream_est_syn_resend);
}

TcpOutcome TcpMachine::data(Segment& s) noexcept {
  if (is_keep_alive(s)) {
    if (!ack_is_valid(s)) return reject(s, PacketEvent::stream_est_invalid_ack);
    learn_ack(s);
    return TcpOutcome::ok;
  }
  if (is_bad_window_update(s)) return reject(s, PacketEvent::stream_pkt_bad_window_update);
  if (!ack_is_valid(s)) {
    s.p.events.add(PacketEvent::stream_pkt_invalid_ack);
    return reject(s, PacketEvent::stream_est_invalid_ack);
  }
  const bool old = !s.c.async && s.to.seen && before(s.end, s.from.acked);
  if (old) {
    note_retransmission(s);
    // The receiver has these bytes and will say so again, which the sender may be waiting for: it passes.
    s.p.events.add(PacketEvent::stream_est_pkt_before_last_ack);
    learn_ack(s);
    return TcpOutcome::ok;
  }
  if (!fits_window(s)) return reject(s, PacketEvent::stream_est_packet_out_of_window);
  note_retransmission(s);
  learn_timestamp(s);
  learn_ack(s);
  return accept_payload(s);
}

TcpOutcome TcpMachine::accept_payload(Segment& s) noexcept {
  if (s.p.payload.empty()) return TcpOutcome::ok;
  const std::size_t urgent = s.has(tcp_flag::urg) && settings_.urgent == TcpUrgent::out_of_band ? s.tcp.urgent : 0;
  const TcpOutcome outcome =
      urgent != 0 && urgent <= s.p.payload.size()
          ? reassembly_.segment_with_urgent(way(s), s.seq, s.p.payload, s.c.async, s.seq + static_cast<Seq>(urgent) - 1)
          : reassembly_.segment(way(s), s.seq, s.p.payload, s.c.async);
  if (outcome == TcpOutcome::ok && before(s.from.next, s.end)) s.from.next = s.end;
  return outcome;
}

// The first FIN of a session; closing() has the second.
TcpOutcome TcpMachine::fin(Segment& s, PacketEvent wrong_sequence, PacketEvent wrong_ack) noexcept {
  if (!ack_is_valid(s)) return reject(s, wrong_ack);
  // Data may have been missed, so the FIN may lie ahead of what was seen; not of what the window admits.
  if (!s.c.async && s.to.seen && (before(s.end, s.from.acked) || !fits_window(s))) return reject(s, wrong_sequence);
  note_retransmission(s);
  learn_timestamp(s);
  learn_ack(s);
  const TcpOutcome outcome = accept_payload(s);
  if (outcome != TcpOutcome::ok) return outcome;
  // RFC 9293, 3.4: the FIN occupies the number behind the last byte.
  s.from.next = later(s.from.next, s.end + 1);
  reassembly_.fin(way(s), s.end, s.c.async);
  after_fin(s);
  return TcpOutcome::ok;
}

}  // namespace gatehouse::flow
