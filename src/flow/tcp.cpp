// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/tcp.hpp"

#include "flow/tcp_machine.hpp"

namespace gatehouse::flow {

Reassembly::Way TcpMachine::way(Segment& s) const noexcept {
  return {s.flow, s.from.stream, s.direction, &s.p.events};
}

Reassembly::Way TcpMachine::way_back(Segment& s) const noexcept {
  return {s.flow, s.to.stream, opposite(s.direction), &s.p.events};
}

TcpOutcome TcpMachine::reject(Segment& s, PacketEvent why) noexcept {
  s.p.events.add(why);
  ++counters_.invalid;
  return TcpOutcome::invalid;
}

void TcpMachine::set_state(Segment& s, TcpState state) noexcept {
  s.c.state = state;
  if (s.flow.state == FlowState::bypassed) return;
  switch (state) {
    case TcpState::none:
    case TcpState::syn_sent:
    case TcpState::syn_recv:
      break;
    case TcpState::established:
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
    case TcpState::close_wait:
    case TcpState::closing:
      s.flow.state = FlowState::established;
      break;
    case TcpState::last_ack:
    case TcpState::time_wait:
    case TcpState::closed:
      s.flow.state = FlowState::closed;
      break;
  }
}

TcpOutcome TcpMachine::dispatch(Segment& s) noexcept {
  // RFC 9293, 3.10.7.4: "If the ACK bit is off, drop the segment and return." A receiver takes none of its bytes.
  const bool open = s.c.state != TcpState::none && s.c.state != TcpState::syn_sent && s.c.state != TcpState::syn_recv;
  if (open && (s.tcp.flags & (tcp_flag::ack | tcp_flag::rst | tcp_flag::syn)) == 0) return TcpOutcome::invalid;
  switch (s.c.state) {
    case TcpState::none:
      return none(s);
    case TcpState::syn_sent:
      return syn_sent(s);
    case TcpState::syn_recv:
      return syn_recv(s);
    case TcpState::established:
      return established(s);
    case TcpState::closed:
      return closed(s);
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
    case TcpState::time_wait:
    case TcpState::last_ack:
    case TcpState::close_wait:
    case TcpState::closing:
      break;
  }
  return closing(s);
}

TcpOutcome TcpMachine::run(Flow& flow, TcpConnection& c, Packet& p, Direction direction) noexcept {
  const TcpHeader& tcp = p.tcp;
  TcpSender& from = c.sender(direction);
  const bool is_syn = tcp.flags & tcp_flag::syn;
  // RFC 7323, 2.2: "The window field in a segment where the SYN bit is set [...] MUST NOT be scaled."
  const std::uint32_t window = std::uint32_t{tcp.window} << (c.scaled && !is_syn ? from.own_scale : 0);
  Segment s{
      flow,  c, p, tcp, direction, from, c.receiver(direction), tcp.seq, tcp.seq + static_cast<Seq>(p.payload.size()),
      window};
  if (!(tcp.flags & tcp_flag::ack) && tcp.ack != 0) p.events.add(PacketEvent::stream_pkt_broken_ack);
  if (is_syn && (tcp.flags & tcp_flag::fin)) p.events.add(PacketEvent::stream_fin_syn);
  if (!timestamp_is_valid(s)) return reject(s, PacketEvent::stream_pkt_invalid_timestamp);
  if (c.async && !from.seen && s.to.seen) c.async = false;  // there is another side after all
  const TcpOutcome outcome = dispatch(s);
  if (outcome == TcpOutcome::ok) from.seen = true;
  from.flags |= tcp.flags;
  return outcome;
}

struct TcpTracker::State {
  State(const TcpSettings& s, Memory& m, StreamReceiver& receiver)
      : settings{s},
        memory{m},
        reassembly{settings, m, receiver, counters},
        machine{settings, m, reassembly, counters} {}

  TcpConnection* open(Flow& flow) noexcept {
    try {
      flow.tcp = std::pmr::polymorphic_allocator<>{&memory}.new_object<TcpConnection>();
    } catch (const std::bad_alloc&) {
      ++counters.memory_limit_hits;
      return nullptr;
    }
    ++counters.sessions;
    ++counters.connections_in_use;
    return flow.tcp;
  }

  Reassembly::Way way(Flow& flow, Direction direction) noexcept {
    return {flow, flow.tcp->sender(direction).stream, direction, nullptr};
  }

  const TcpSettings settings;
  Memory& memory;
  TcpCounters counters;
  Reassembly reassembly;
  TcpMachine machine;
};

TcpTracker::TcpTracker(const TcpSettings& settings, Memory& memory, StreamReceiver& receiver)
    : state_{std::make_unique<State>(settings, memory, receiver)} {}

TcpTracker::~TcpTracker() = default;

TcpOutcome TcpTracker::packet(Flow& flow, Packet& packet, Direction direction) noexcept {
  State& s = *state_;
  if (packet.bad_checksum) {
    ++s.counters.invalid_checksum;
    return TcpOutcome::invalid;
  }
  if (!flow.tcp) {
    if (!s.machine.opens_session(packet)) {
      flow.midstream = true;
      if (!packet.events.empty()) ++s.counters.invalid;
      return packet.events.empty() ? TcpOutcome::ok : TcpOutcome::invalid;
    }
    if (!s.open(flow)) {
      packet.events.add(PacketEvent::stream_memcap_reached);
      return TcpOutcome::ok;
    }
  }
  return s.machine.run(flow, *flow.tcp, packet, direction);
}

void TcpTracker::finish(Flow& flow) noexcept {
  State& s = *state_;
  if (!flow.tcp) return;
  for (const Direction d : {Direction::to_server, Direction::to_client}) s.reassembly.end(s.way(flow, d));
  s.machine.drop_offers(*flow.tcp);
  std::pmr::polymorphic_allocator<>{&s.memory}.delete_object(flow.tcp);
  flow.tcp = nullptr;
  --s.counters.connections_in_use;
}

void TcpTracker::redeliver(Flow& flow) noexcept {
  if (!flow.tcp) return;
  for (const Direction d : {Direction::to_server, Direction::to_client})
    state_->reassembly.offer_again(state_->way(flow, d));
}

TcpSummary TcpTracker::summary(const Flow& flow) const noexcept {
  TcpSummary summary;
  summary.state = to_text(TcpState::none);
  if (!flow.tcp) return summary;
  summary.state = to_text(flow.tcp->state);
  for (std::size_t d = 0; d < 2; ++d) {
    const TcpSender& end = flow.tcp->ends[d];
    summary.flags[d] = end.flags;
    summary.gap[d] = end.stream.gap;
    summary.urgent_bytes[d] = end.stream.urgent_bytes;
    summary.max_regions[d] = end.stream.started ? end.stream.max_holes + 1 : 0;
  }
  return summary;
}

const TcpCounters& TcpTracker::counters() const noexcept {
  state_->counters.memory_in_use = state_->reassembly.memory_in_use();
  return state_->counters;
}

}  // namespace gatehouse::flow
