// SPDX-License-Identifier: GPL-3.0-or-later
// From the first packet to an established session: the three-way handshake, the simultaneous one of four packets, TCP
// Fast Open, and sessions whose beginning, or one of whose sides, was not seen.
#include <algorithm>

#include "flow/tcp_machine.hpp"

namespace gatehouse::flow {
namespace {

constexpr std::uint8_t kUnknownScale = 14;  // the largest: what was agreed before we came, nobody tells

HandshakeOffer offer_of(const Packet& p) noexcept {
  HandshakeOffer o;
  o.seq = p.tcp.seq;
  o.ack = p.tcp.ack;
  o.timestamp = p.tcp.timestamp_value;
  o.data = static_cast<std::uint32_t>(p.payload.size());
  o.window = p.tcp.window;
  o.scale = std::min<std::uint8_t>(p.tcp.window_scale, 14);
  o.offers_scale = p.tcp.has_window_scale;
  o.has_timestamps = p.tcp.has_timestamp;
  o.fast_open = p.tcp.fast_open;
  return o;
}

void recall(TcpSender& sender, const HandshakeOffer& o) noexcept {
  sender.isn = o.seq;
  sender.next = o.seq + 1;
  sender.own_scale = o.scale;
  sender.offers_scale = o.offers_scale;
  sender.has_timestamps = o.has_timestamps;
  sender.timestamp = o.has_timestamps ? o.timestamp : 0;
}

}  // namespace

bool TcpMachine::opens_session(Packet& p) const noexcept {
  const std::uint8_t flags = p.tcp.flags;
  if (flags & tcp_flag::rst) {
    p.events.add(PacketEvent::stream_rst_but_no_session);
    return false;
  }
  const bool is_syn = (flags & (tcp_flag::syn | tcp_flag::ack)) == tcp_flag::syn;
  if (is_syn) return true;
  if ((flags & tcp_flag::fin) && !(flags & tcp_flag::syn)) {
    p.events.add(PacketEvent::stream_fin_but_no_session);
    if (!settings_.midstream) return false;
  }
  if (flags & tcp_flag::syn) return settings_.midstream || settings_.async_oneside;
  return settings_.midstream && (flags & tcp_flag::ack);
}

TcpOutcome TcpMachine::none(Segment& s) noexcept {
  if (s.has(tcp_flag::syn | tcp_flag::ack)) return pick_up_synack(s);
  if (s.has(tcp_flag::syn)) return first_syn(s);
  return pick_up_midstream(s);
}

TcpOutcome TcpMachine::first_syn(Segment& s) noexcept {
  ++counters_.syn;
  s.from.isn = s.seq;
  s.from.next = s.seq + 1;
  s.from.acked = s.seq + 1;
  s.from.limit = s.seq + 1 + std::max<std::uint32_t>(s.window, 65535);
  s.to.window = s.window;
  learn_options(s, s.from);
  reassembly_.start(s.from.stream, s.seq + 1);
  s.c.fast_open = s.tcp.fast_open;
  set_state(s, TcpState::syn_sent);
  if (s.p.payload.empty()) return TcpOutcome::ok;
  // RFC 7413: data on the SYN. Whether the server takes it, its SYN/ACK tells.
  s.c.syn_data = static_cast<std::uint32_t>(s.p.payload.size());
  s.from.next += s.c.syn_data;
  return reassembly_.segment(way(s), s.seq + 1, s.p.payload, false);
}

TcpOutcome TcpMachine::pick_up_synack(Segment& s) noexcept {
  ++counters_.synack;
  ++counters_.midstream_pickups;
  s.flow.midstream = s.c.midstream = true;
  s.from.isn = s.seq;
  s.from.next = s.from.acked = s.seq + 1;
  s.to.isn = s.tcp.ack - 1;
  s.to.next = s.to.acked = s.tcp.ack;
  s.to.window = s.window;
  s.to.limit = s.tcp.ack + s.window;
  s.from.limit = s.seq + 1 + 65535;
  learn_options(s, s.from);
  // The client's options were not seen; that the server answers them shows that they were there.
  s.to.offers_scale = s.from.offers_scale;
  s.to.own_scale = s.from.offers_scale ? kUnknownScale : std::uint8_t{0};
  s.to.has_timestamps = s.from.has_timestamps;
  agree_on_options(s.c, s.tcp);
  reassembly_.start(s.from.stream, s.seq + 1);
  reassembly_.start(s.to.stream, s.tcp.ack);
  set_state(s, TcpState::syn_recv);
  return TcpOutcome::ok;
}

TcpOutcome TcpMachine::pick_up_midstream(Segment& s) noexcept {
  ++counters_.midstream_pickups;
  s.flow.midstream = s.c.midstream = true;
  s.c.confirmed = true;
  s.from.isn = s.seq - 1;
  s.from.next = s.from.acked = s.seq;
  s.to.isn = s.tcp.ack - 1;
  s.to.next = s.to.acked = s.tcp.ack;
  s.c.scaled = true;
  s.from.own_scale = s.to.own_scale = kUnknownScale;
  s.c.timestamps = s.tcp.has_timestamp;
  s.from.has_timestamps = s.to.has_timestamps = s.tcp.has_timestamp;
  s.window = std::uint32_t{s.tcp.window} << kUnknownScale;
  s.to.window = s.window;
  s.to.limit = s.tcp.ack + s.window;
  reassembly_.start(s.from.stream, s.seq);
  reassembly_.start(s.to.stream, s.tcp.ack);
  // Until the other side is heard of, there may be none to hear.
  s.c.async = settings_.async_oneside;
  set_state(s, TcpState::established);
  if (s.has(tcp_flag::fin)) return fin(s, PacketEvent::stream_fin_out_of_window, PacketEvent::stream_fin_invalid_ack);
  learn_timestamp(s);
  return accept_payload(s);
}

TcpOutcome TcpMachine::syn_sent(Segment& s) noexcept {
  if (s.has(tcp_flag::rst)) {
    ++counters_.rst;
    // RFC 9293, 3.10.7.3: a reset is acceptable if the ACK field acknowledges the SYN.
    const bool believed =
        s.to_server() ? s.seq == s.from.next || s.seq == s.from.isn
                      : s.has(tcp_flag::ack) && (s.tcp.ack == s.to.next || s.tcp.ack == s.to.isn + 1 || recall_syn(s));
    if (!believed) return reject(s, PacketEvent::stream_rst_invalid_ack);
    s.c.before_reset = s.c.state;
    s.from.reset = true;
    set_state(s, TcpState::closed);
    return TcpOutcome::ok;
  }
  if (s.has(tcp_flag::syn | tcp_flag::ack)) {
    if (!s.to_server()) return first_synack(s);
    if (s.c.four_way) return simultaneous_synack(s);
    return reject(s, PacketEvent::stream_3whs_synack_in_wrong_direction);
  }
  if (s.has(tcp_flag::syn)) return s.to_server() ? syn_again(s) : simultaneous_syn(s);
  if (s.has(tcp_flag::ack)) return async_ack(s);
  return TcpOutcome::ok;
}

HandshakeOffers* TcpMachine::offers_of(TcpConnection& c) noexcept {
  if (!c.offers) {
    try {
      c.offers = std::pmr::polymorphic_allocator<>{&memory_}.new_object<HandshakeOffers>();
    } catch (const std::bad_alloc&) {
      return nullptr;
    }
  }
  return c.offers;
}

void TcpMachine::drop_offers(TcpConnection& c) noexcept {
  if (c.offers) std::pmr::polymorphic_allocator<>{&memory_}.delete_object(c.offers);
  c.offers = nullptr;
}

TcpOutcome TcpMachine::syn_again(Segment& s) noexcept {
  ++counters_.syn;
  if (s.seq == s.from.isn) {
    learn_options(s, s.from);
    return TcpOutcome::ok;
  }
  HandshakeOffers* const offers = offers_of(s.c);
  if (!offers) return TcpOutcome::invalid;
  if (offers->syns == 0) {
    HandshakeOffer& first = offers->syn[offers->syns++];
    first.seq = s.from.isn;
    first.timestamp = s.from.timestamp;
    first.data = s.c.syn_data;
    first.scale = s.from.own_scale;
    first.offers_scale = s.from.offers_scale;
    first.has_timestamps = s.from.has_timestamps;
  }
  for (std::size_t i = 0; i < offers->syns; ++i)
    if (offers->syn[i].seq == s.seq) return TcpOutcome::ok;
  if (offers->syns == kMaxSynOffers) {
    offers->overflowed = true;
    s.p.events.add(PacketEvent::stream_3whs_syn_flood);
    return TcpOutcome::ok;
  }
  offers->syn[offers->syns++] = offer_of(s.p);
  return TcpOutcome::ok;
}

void TcpMachine::recall_client(Segment& synack, const HandshakeOffer& o) noexcept {
  TcpSender& client = synack.to;
  recall(client, o);
  client.acked = client.next;
  client.limit = client.next + 65535;
  reassembly_.forget_waiting(client.stream, client.next);
  synack.c.syn_data = 0;
}

// The answer names the SYN it answers.
bool TcpMachine::recall_syn(Segment& s) noexcept {
  if (!s.c.offers) return false;
  for (std::size_t i = 0; i < s.c.offers->syns; ++i) {
    const HandshakeOffer& o = s.c.offers->syn[i];
    if (s.tcp.ack != o.seq + 1 && s.tcp.ack != o.seq + 1 + o.data) continue;
    recall_client(s, o);
    return true;
  }
  if (!s.c.offers->overflowed) return false;
  // The server answers a SYN that was not kept. What it offers, the SYN offered too.
  HandshakeOffer o;
  o.seq = s.tcp.ack - 1;
  o.offers_scale = s.tcp.has_window_scale;
  o.scale = o.offers_scale ? kUnknownScale : std::uint8_t{0};
  o.has_timestamps = s.tcp.has_timestamp;
  o.timestamp = s.tcp.timestamp_echo;
  recall_client(s, o);
  return true;
}

TcpOutcome TcpMachine::first_synack(Segment& s) noexcept {
  ++counters_.synack;
  TcpSender& client = s.to;
  const bool takes_data = s.c.syn_data != 0 && s.tcp.ack == client.isn + 1 + s.c.syn_data;
  if (s.tcp.ack != client.isn + 1 && !takes_data && !recall_syn(s))
    return reject(s, PacketEvent::stream_3whs_synack_with_wrong_ack);
  if (s.c.syn_data != 0 && !takes_data) {
    s.p.events.add(PacketEvent::stream_3whs_synack_tfo_data_ignored);
    // It comes again. What was inspected in line stands; elsewhere it starts anew.
    client.next = client.isn + 1;
    if (!in_line()) reassembly_.forget_waiting(client.stream, client.next);
    s.c.syn_data = 0;
  }
  s.from.isn = s.seq;
  s.from.next = s.from.acked = s.seq + 1;
  s.from.limit = s.seq + 1 + std::max(s.from.window, 65535u);
  learn_options(s, s.from);
  agree_on_options(s.c, s.tcp);
  reassembly_.start(s.from.stream, s.seq + 1);
  set_state(s, TcpState::syn_recv);
  learn_ack(s);
  s.to.limit = later(s.to.limit, s.to.acked + 65535);
  return TcpOutcome::ok;
}

// RFC 9293, 3.5, figure 8: both ends open at once; also how a server may split the handshake.
TcpOutcome TcpMachine::simultaneous_syn(Segment& s) noexcept {
  ++counters_.syn;
  s.c.four_way = true;
  s.from.isn = s.seq;
  s.from.next = s.from.acked = s.seq + 1;
  s.from.limit = s.seq + 1 + 65535;
  s.to.window = s.window;
  s.to.limit = later(s.to.limit, s.to.acked + s.window);
  learn_options(s, s.from);
  reassembly_.start(s.from.stream, s.seq + 1);
  return TcpOutcome::ok;
}

TcpOutcome TcpMachine::simultaneous_synack(Segment& s) noexcept {
  ++counters_.synack;
  if (s.tcp.ack != s.to.isn + 1) return reject(s, PacketEvent::stream_4whs_synack_with_wrong_ack);
  if (s.seq != s.from.isn) return reject(s, PacketEvent::stream_4whs_synack_with_wrong_syn);
  learn_options(s, s.from);
  agree_on_options(s.c, s.tcp);
  learn_ack(s);
  set_state(s, TcpState::syn_recv);
  return TcpOutcome::ok;
}

// The client goes on though no SYN/ACK was seen: only its side passes here.
TcpOutcome TcpMachine::async_ack(Segment& s) noexcept {
  if (!s.to_server()) return TcpOutcome::ok;  // an ACK that challenges the SYN (RFC 5961, 4)
  if (!settings_.async_oneside) return TcpOutcome::ok;
  if (s.seq != s.from.isn + 1 && s.seq != s.from.next) return reject(s, PacketEvent::stream_3whs_async_wrong_seq);
  s.c.async = s.c.confirmed = true;
  s.c.timestamps = s.from.has_timestamps;
  s.c.scaled = false;
  s.from.next = s.seq;
  s.to.isn = s.tcp.ack - 1;
  s.to.next = s.to.acked = s.tcp.ack;
  reassembly_.start(s.to.stream, s.tcp.ack);
  set_state(s, TcpState::established);
  drop_offers(s.c);
  return established(s);
}

TcpOutcome TcpMachine::syn_recv(Segment& s) noexcept {
  if (s.has(tcp_flag::rst)) return reset(s);
  if (s.has(tcp_flag::syn | tcp_flag::ack)) return synack_again(s);
  if (s.has(tcp_flag::syn)) {
    ++counters_.syn;
    if (!s.to_server()) return reject(s, PacketEvent::stream_3whs_syn_toclient_on_syn_recv);
    if (s.seq != s.from.isn) return reject(s, PacketEvent::stream_3whs_syn_resend_diff_seq_on_syn_recv);
    return TcpOutcome::ok;
  }
  if (s.has(tcp_flag::ack)) return last_of_handshake(s);
  return TcpOutcome::ok;
}

TcpOutcome TcpMachine::synack_again(Segment& s) noexcept {
  ++counters_.synack;
  if (s.c.four_way) return TcpOutcome::ok;
  if (s.to_server()) return reject(s, PacketEvent::stream_3whs_synack_toserver_on_syn_recv);
  if (s.tcp.ack != s.to.acked) return reject(s, PacketEvent::stream_3whs_synack_resend_with_different_ack);
  if (s.seq == s.from.isn) {
    if (s.tcp.has_timestamp) s.from.timestamp = s.tcp.timestamp_value;
    return TcpOutcome::ok;
  }
  s.p.events.add(PacketEvent::stream_3whs_synack_resend_with_diff_seq);
  HandshakeOffers* const offers = offers_of(s.c);
  if (!offers) return TcpOutcome::invalid;
  for (std::size_t i = 0; i < offers->synacks; ++i)
    if (offers->synack[i].seq == s.seq) return TcpOutcome::ok;
  if (offers->synacks == kMaxSynAckOffers) return reject(s, PacketEvent::stream_3whs_synack_flood);
  offers->synack[offers->synacks++] = offer_of(s.p);
  return TcpOutcome::ok;
}

bool TcpMachine::recall_synack(Segment& s) noexcept {
  if (!s.c.offers || !s.to_server()) return false;
  TcpSender& server = s.to;
  for (std::size_t i = 0; i < s.c.offers->synacks; ++i) {
    const HandshakeOffer& o = s.c.offers->synack[i];
    if (s.tcp.ack != o.seq + 1) continue;
    recall(server, o);
    server.acked = server.next;
    server.limit = server.next + 65535;
    agree_on_options(s.c, s.tcp);
    reassembly_.start(server.stream, server.next);
    return true;
  }
  return false;
}

TcpOutcome TcpMachine::last_of_handshake(Segment& s) noexcept {
  if (s.c.four_way) {
    if (!s.to_server() && s.seq != s.from.next) return reject(s, PacketEvent::stream_4whs_wrong_seq);
    if (!ack_is_valid(s)) return reject(s, PacketEvent::stream_4whs_invalid_ack);
    return finish_handshake(s);
  }
  if (!s.to_server() && !s.c.midstream && s.c.syn_data == 0 && in_line()) {
    // A server that speaks before the handshake is complete: who wants to answer in its place does so.
    const bool injection = !s.p.payload.empty() && s.tcp.ack == s.to.acked && s.seq == s.from.next;
    return reject(s, injection ? PacketEvent::stream_3whs_ack_data_inject : PacketEvent::stream_3whs_ack_in_wrong_dir);
  }
  if (s.tcp.ack == s.to.next || (!s.to_server() && ack_is_valid(s))) {
    if (s.seq == s.from.next) return finish_handshake(s);
    // The handshake's last packet was missed, or overtaken.
    if (before(s.from.next, s.seq) && fits_window(s)) return finish_handshake(s);
    // The SYN's data, or a keep-alive, again.
    if (at_or_before(s.from.isn, s.seq)) return finish_handshake(s);
    return reject(s, PacketEvent::stream_3whs_wrong_seq_wrong_ack);
  }
  if (recall_synack(s)) return finish_handshake(s);
  if (s.c.midstream && ack_is_valid(s)) return finish_handshake(s);
  if (s.seq == s.from.next && before(s.to.next, s.tcp.ack) && ack_is_valid(s))
    return finish_handshake(s);  // data was missed
  return reject(s, s.seq == s.from.next ? PacketEvent::stream_3whs_right_seq_wrong_ack_evasion
                                        : PacketEvent::stream_3whs_wrong_seq_wrong_ack);
}

TcpOutcome TcpMachine::finish_handshake(Segment& s) noexcept {
  s.c.confirmed = s.to_server() || s.c.four_way;
  set_state(s, TcpState::established);
  drop_offers(s.c);
  return established(s);
}

}  // namespace gatehouse::flow
