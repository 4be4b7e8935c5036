// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/table.hpp"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>

#include "base/hash.hpp"
#include "flow/flow_index.hpp"
#include "flow/flow_key.hpp"
#include "flow/tcp_connection.hpp"
#include "flow/timer_wheel.hpp"

namespace gatehouse::flow {
namespace {

constexpr std::size_t kMinFlows = 64;
constexpr unsigned kEmergencyPercent = 90, kCalmPercent = 70;
constexpr std::uint32_t kSweepPerNewFlow = 8;  // entries looked at for each new flow while in emergency
constexpr std::uint32_t kNone = TimerWheel::kNone;
constexpr std::uint64_t kIdBits = 45;  // below 2^53 together with the worker: exact in every JSON reader

std::size_t index_cells(std::size_t flows) {
  return std::bit_ceil(flows + flows / 2);
}

std::size_t flows_for(std::size_t memory) {
  std::size_t flows = memory / (sizeof(Flow) + sizeof(std::uint64_t));
  while (flows > kMinFlows && flows * sizeof(Flow) + index_cells(flows) * sizeof(std::uint64_t) > memory)
    flows -= flows / 64 + 1;
  return std::clamp<std::size_t>(flows, kMinFlows, kNone - 1);
}

Timestamp time_of(const Packet& p) noexcept {
  return p.raw ? p.raw->time : Timestamp{};
}

std::uint64_t length_of(const Packet& p) noexcept {
  if (p.raw && p.tunnel_depth == 0 && !p.rebuilt) return std::max<std::size_t>(p.raw->wire_length, p.raw->data.size());
  const std::size_t packet = p.ip_header.size() + p.transport_header.size() + p.payload.size();
  // A tunnel that carries frames: the inner frame's link layer belongs to it as the outer one's does.
  if (p.rebuilt || p.mac.empty() || p.ip_header.empty()) return packet;
  return packet + static_cast<std::size_t>(p.ip_header.data() - p.mac.data());
}

bool is_icmp(const Packet& p) noexcept {
  return p.protocol == ip_protocol::icmp || p.protocol == ip_protocol::icmpv6;
}

}  // namespace

struct FlowTable::State {
  struct Free {
    void operator()(Flow* p) const noexcept { std::free(p); }
  };

  State(const TableSettings& s, FlowEnded& e)
      : settings{s},
        ended{e},
        capacity{static_cast<std::uint32_t>(flows_for(s.memory))},
        secret{s.hash_key ^ 0x9e3779b97f4a7c15ull},
        // Untouched until used: the memory is reserved, not taken.
        flows{static_cast<Flow*>(std::malloc(capacity * sizeof(Flow)))},
        index{index_cells(capacity)},
        wheel{flows.get()} {
    if (!flows) throw std::bad_alloc{};
  }

  const Timeouts& timeouts_of(const Flow& f) const noexcept {
    if (emergency) return settings.emergency;
    switch (f.protocol) {
      case ip_protocol::tcp:
        return settings.tcp;
      case ip_protocol::udp:
        return settings.udp;
      case ip_protocol::icmp:
      case ip_protocol::icmpv6:
        return settings.icmp;
      default:
        return settings.other;
    }
  }
  Duration timeout_of(const Flow& f) const noexcept {
    const Timeouts& t = timeouts_of(f);
    switch (f.state) {
      case FlowState::fresh:
        return seconds(t.fresh);
      case FlowState::closed:
        return seconds(t.closed);
      case FlowState::established:
      case FlowState::bypassed:
        break;
    }
    return seconds(t.established);
  }
  bool is_due(const Flow& f, Timestamp now) const noexcept { return now - f.last_seen > timeout_of(f); }

  void arm(std::uint32_t slot) noexcept {
    const Flow& f = flows.get()[slot];
    wheel.arm(slot, (f.last_seen + timeout_of(f)).us / 1'000'000 + 1);
  }
  std::uint32_t slot_of(const Flow& f) const noexcept { return static_cast<std::uint32_t>(&f - flows.get()); }
  static bool is_live(const Flow& f) noexcept { return f.id != 0; }

  Flow* lookup(const FlowKey& key, std::uint64_t hash, Direction& direction) noexcept;
  Flow* create(const Packet& p, const FlowKey& key, std::uint64_t hash, Direction& direction) noexcept;
  std::uint32_t take_slot() noexcept;
  void end(Flow& flow, EndReason reason) noexcept;
  void make_room(Timestamp now) noexcept;
  bool evict_oldest_fresh() noexcept;
  void sweep(Timestamp now) noexcept;
  void leave_fresh_list(Flow& flow) noexcept;
  void enter_fresh_list(std::uint32_t slot) noexcept;
  void count_new(const Flow& flow) noexcept;

  TableSettings settings;
  FlowEnded& ended;
  std::uint32_t capacity;
  std::uint64_t secret;
  std::unique_ptr<Flow, Free> flows;
  FlowIndex index;
  TimerWheel wheel;
  TableCounters counters;
  Timestamp clock;
  std::uint32_t used = 0;           // slots ever taken; those behind were never touched
  std::uint32_t free_head = kNone;  // recycled slots, linked by wheel_next
  std::uint32_t oldest_fresh = kNone, newest_fresh = kNone;
  std::uint32_t hand = 0;  // where the emergency's sweep stands
  bool emergency = false;
};

Flow* FlowTable::State::lookup(const FlowKey& key, std::uint64_t hash, Direction& direction) noexcept {
  Flow* const all = flows.get();
  const std::uint32_t slot =
      index.find(hash, [&](std::uint32_t s) { return all[s].hash == hash && belongs(all[s], key, direction); });
  return slot == FlowIndex::kNone ? nullptr : &all[slot];
}

std::uint32_t FlowTable::State::take_slot() noexcept {
  if (free_head != kNone) {
    const std::uint32_t slot = free_head;
    free_head = flows.get()[slot].wheel_next;
    return slot;
  }
  return used < capacity ? used++ : kNone;
}

void FlowTable::State::count_new(const Flow& flow) noexcept {
  ++counters.total;
  ++counters.active;
  switch (flow.protocol) {
    case ip_protocol::tcp:
      ++counters.tcp;
      break;
    case ip_protocol::udp:
      ++counters.udp;
      break;
    case ip_protocol::icmp:
      ++counters.icmpv4;
      break;
    case ip_protocol::icmpv6:
      ++counters.icmpv6;
      break;
    default:
      ++counters.other;
      break;
  }
}

Flow* FlowTable::State::create(const Packet& p, const FlowKey& key, std::uint64_t hash, Direction& direction) noexcept {
  if (emergency || counters.active * 100 >= std::uint64_t{capacity} * kEmergencyPercent) make_room(time_of(p));
  const std::uint32_t slot = take_slot();
  if (slot == kNone) {
    ++counters.refused;
    return nullptr;
  }
  Flow& f = *new (flows.get() + slot) Flow{};
  // Who answers is the server, also where the question was not seen.
  const bool answer = p.is_tcp() && (p.tcp.flags & (tcp_flag::syn | tcp_flag::ack)) == (tcp_flag::syn | tcp_flag::ack);
  direction = answer ? Direction::to_client : Direction::to_server;
  f.client = answer ? p.dst : p.src;
  f.server = answer ? p.src : p.dst;
  f.client_port = answer ? p.dst_port : p.src_port;
  f.server_port = answer ? p.src_port : p.dst_port;
  f.key_ports = answer ? std::array{key.dst_port, key.src_port} : std::array{key.src_port, key.dst_port};
  f.icmp_id = key.icmp_id;
  f.protocol = p.protocol;
  f.tunnel_depth = p.tunnel_depth;
  f.vlan_layers = p.vlan_layers;
  f.vlan = p.vlan;
  f.hash = hash;
  // An odd factor walks through all numbers before one comes again.
  f.id = std::uint64_t{settings.worker} << kIdBits |
         (((counters.total + 1) * 0x9e3779b97f4bull + mix64(secret, 0x8ebc6af09c88c6e3ull)) & ((1ull << kIdBits) - 1));
  if (f.id == 0) f.id = 1ull << kIdBits;
  f.first_seen = f.last_seen = time_of(p);
  f.port = p.raw ? p.raw->port : std::uint8_t{0};
  f.in_emergency = emergency;
  count_new(f);
  index.insert(hash, slot);
  enter_fresh_list(slot);
  arm(slot);
  return &f;
}

void FlowTable::State::end(Flow& flow, EndReason reason) noexcept {
  flow.end_reason = reason;
  ended.on_flow_end(flow);
  const std::uint32_t slot = slot_of(flow);
  wheel.disarm(slot);
  leave_fresh_list(flow);
  index.erase(flow.hash, slot);
  --counters.active;
  flow.id = 0;
  flow.wheel_next = free_head;
  free_head = slot;
}

// The list is in the order of arrival. An answered flow stays in it until it is met at its head, or ends.
void FlowTable::State::enter_fresh_list(std::uint32_t slot) noexcept {
  Flow& f = flows.get()[slot];
  f.fresh_next = kNone;
  f.fresh_prev = newest_fresh;
  (newest_fresh == kNone ? oldest_fresh : flows.get()[newest_fresh].fresh_next) = slot;
  newest_fresh = slot;
}

void FlowTable::State::leave_fresh_list(Flow& f) noexcept {
  const std::uint32_t slot = slot_of(f);
  if (f.fresh_prev == kNone && oldest_fresh != slot) return;  // left already
  (f.fresh_prev == kNone ? oldest_fresh : flows.get()[f.fresh_prev].fresh_next) = f.fresh_next;
  (f.fresh_next == kNone ? newest_fresh : flows.get()[f.fresh_next].fresh_prev) = f.fresh_prev;
  f.fresh_next = f.fresh_prev = kNone;
}

bool FlowTable::State::evict_oldest_fresh() noexcept {
  while (oldest_fresh != kNone) {
    Flow& f = flows.get()[oldest_fresh];
    if (f.state == FlowState::fresh) {
      ++counters.evicted;
      end(f, EndReason::forced);
      return true;
    }
    leave_fresh_list(f);
  }
  return false;
}

// A hand goes round the entries and ends what the emergency's shorter timeouts make due.
void FlowTable::State::sweep(Timestamp now) noexcept {
  for (std::uint32_t i = 0; i < kSweepPerNewFlow && used != 0; ++i) {
    hand = hand + 1 < used ? hand + 1 : 0;
    Flow& f = flows.get()[hand];
    if (!is_live(f) || !is_due(f, now)) continue;
    ++counters.expired;
    end(f, EndReason::timeout);
  }
}

void FlowTable::State::make_room(Timestamp now) noexcept {
  if (!emergency) {
    emergency = true;
    ++counters.emergencies;
  }
  sweep(now);
  if (counters.active * 100 < std::uint64_t{capacity} * kCalmPercent)
    emergency = false;
  else if (counters.active * 100 >= std::uint64_t{capacity} * kEmergencyPercent)
    evict_oldest_fresh();
}

FlowTable::FlowTable(const TableSettings& settings, FlowEnded& ended)
    : state_{std::make_unique<State>(settings, ended)} {}

FlowTable::~FlowTable() = default;

Flow* FlowTable::track(const Packet& packet, Direction& direction) noexcept {
  State& s = *state_;
  const Timestamp now = time_of(packet);
  if (is_icmp(packet) && packet.icmp.quotes_flow) {
    const FlowKey quoted = key_of_quoted(packet);
    if (Flow* const f = s.lookup(quoted, hash_of(quoted, s.secret), direction)) {
      direction = opposite(direction);  // an error travels back to who sent the packet
      ++f->packets[index(direction)];
      f->bytes[index(direction)] += length_of(packet);
      return f;
    }
  }
  const FlowKey key = key_of(packet);
  const std::uint64_t hash = hash_of(key, s.secret);
  Flow* flow = s.lookup(key, hash, direction);
  if (flow && s.is_due(*flow, now)) {
    ++s.counters.expired;
    s.end(*flow, EndReason::timeout);
    flow = nullptr;
  } else if (flow && packet.is_tcp() && begins_anew(*flow, packet.tcp)) {
    ++s.counters.tcp_reused;
    s.end(*flow, EndReason::tcp_reuse);
    flow = nullptr;
  }
  if (!flow) {
    flow = s.create(packet, key, hash, direction);
    if (!flow) return nullptr;
  }
  const unsigned way = index(direction);
  if (flow->packets[way]++ == 0 && is_icmp(packet)) {
    flow->icmp_type[way] = packet.icmp.type;
    flow->icmp_code[way] = packet.icmp.code;
  }
  flow->bytes[way] += length_of(packet);
  if (now > flow->last_seen) flow->last_seen = now;
  if (flow->state == FlowState::fresh && flow->protocol != ip_protocol::tcp && flow->packets[way ^ 1] != 0)
    flow->state = FlowState::established;
  return flow;
}

void FlowTable::expire(Timestamp now) noexcept {
  State& s = *state_;
  // Captures may go back in time; the clock does not.
  if (now <= s.clock) return;
  s.clock = now;
  s.wheel.advance(now.us / 1'000'000, [&](std::uint32_t slot) {
    Flow& f = s.flows.get()[slot];
    s.arm(slot);
    if (!s.is_due(f, s.clock)) return;
    ++s.counters.expired;
    s.end(f, EndReason::timeout);
  });
  if (s.emergency && s.counters.active * 100 < std::uint64_t{s.capacity} * kCalmPercent) s.emergency = false;
}

void FlowTable::finish() noexcept {
  State& s = *state_;
  for (std::uint32_t slot = 0; slot < s.used; ++slot)
    if (Flow& f = s.flows.get()[slot]; State::is_live(f)) s.end(f, EndReason::shutdown);
}

void FlowTable::touch(Flow& flow, Timestamp now) noexcept {
  State& s = *state_;
  if (now > flow.last_seen) flow.last_seen = now;
  const std::uint32_t slot = s.slot_of(flow);
  s.wheel.disarm(slot);
  s.arm(slot);
}

Flow* FlowTable::find(std::uint64_t flow_id) noexcept {
  State& s = *state_;
  for (std::uint32_t slot = 0; slot < s.used; ++slot)
    if (Flow& f = s.flows.get()[slot]; flow_id != 0 && f.id == flow_id) return &f;
  return nullptr;
}

const TableCounters& FlowTable::counters() const noexcept {
  return state_->counters;
}
std::size_t FlowTable::capacity() const noexcept {
  return state_->capacity;
}
bool FlowTable::in_emergency() const noexcept {
  return state_->emergency;
}

}  // namespace gatehouse::flow
