// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/decoder.hpp"

#include <algorithm>

#include "decode/layers.hpp"

namespace gatehouse::decode {
namespace {

// By LinkType.
constexpr std::array<DecodeFn, 8> kLinks{ethernet,      raw_ip, linux_sll, linux_sll2,
                                         null_loopback, ppp,    chdlc,     unsupported_link};
static_assert(kLinks.size() == static_cast<std::size_t>(LinkType::unsupported) + 1);

}  // namespace

void reset(Packet& packet, const RawPacket& frame) noexcept {
  packet.raw = &frame;
  packet.src.version = packet.dst.version = 0;
  packet.src_port = packet.dst_port = 0;
  packet.ethernet_type = 0;
  packet.protocol = packet.ttl = packet.tunnel_depth = 0;
  packet.tunnel = Tunnel::none;
  packet.vlan_layers = 0;
  packet.vlan = {};
  packet.has_ip = packet.has_transport = packet.fragment = packet.rebuilt = packet.invalid = false;
  packet.bad_checksum = packet.bad_ip_checksum = packet.bad_transport_checksum = false;
  packet.mac = packet.ip_header = packet.transport_header = packet.payload = {};
  packet.events.clear();
}

Context::Context(const Settings& chosen) : settings(chosen), defrag(settings, counters) {}

Packet* Context::open_like(const Packet& model) noexcept {
  if (count == packets.size()) return nullptr;
  Packet& packet = packets[count++];
  reset(packet, *frame);
  packet.vlan = model.vlan;
  packet.vlan_layers = model.vlan_layers;
  packet.tunnel_depth = model.tunnel_depth;
  packet.tunnel = model.tunnel;
  return &packet;
}

Packet* Context::open_inner(Packet& outer, Tunnel tunnel) noexcept {
  Packet* inner = outer.tunnel_depth < kMaxTunnelDepth ? open_like(outer) : nullptr;
  if (inner == nullptr) {
    refuse(outer, PacketEvent::too_many_layers);
    return nullptr;
  }
  ++inner->tunnel_depth;
  inner->tunnel = tunnel;
  return inner;
}

Packet* Context::open_rebuilt(const Packet& last) noexcept {
  Packet* packet = open_like(last);
  if (packet == nullptr) return nullptr;
  packet->mac = last.mac;
  packet->rebuilt = true;
  return packet;
}

void decode_inner(Context& context, Packet& outer, Tunnel tunnel, DecodeFn next, Bytes bytes) noexcept {
  if (Packet* inner = context.open_inner(outer, tunnel); inner != nullptr) next(context, *inner, bytes);
}

struct Decoder::State : Context {
  using Context::Context;
};

Decoder::Decoder(const Settings& settings) : state_(std::make_unique<State>(settings)) {}
Decoder::~Decoder() = default;

std::span<Packet> Decoder::decode(const RawPacket& frame) noexcept {
  State& state = *state_;
  Counters& counters = state.counters;
  ++counters.packets;
  counters.bytes += frame.data.size();
  counters.max_pkt_size = std::max<std::uint64_t>(counters.max_pkt_size, frame.data.size());

  state.frame = &frame;
  state.layers = 0;
  state.count = 1;
  state.verify = state.settings.verify_checksums && !frame.checksum_trusted && frame.segment_size == 0 &&
                 frame.wire_length <= frame.data.size();
  state.defrag.begin_frame();

  Packet& outermost = state.packets[0];
  reset(outermost, frame);
  kLinks[static_cast<std::size_t>(frame.link)](state, outermost, frame.data);

  const std::span answer{state.packets.data(), state.count};
  for (const Packet& packet : answer) counters.invalid += packet.invalid;
  return answer;
}

void Decoder::expire(Timestamp now) noexcept {
  state_->defrag.expire(now);
}

const Counters& Decoder::counters() const noexcept {
  return state_->counters;
}

}  // namespace gatehouse::decode
