// SPDX-License-Identifier: GPL-3.0-or-later
// What the layers share while one frame is decoded.
#pragma once

#include <array>

#include "decode/decoder.hpp"
#include "decode/defrag.hpp"

namespace gatehouse::decode {

struct Context;

// One layer: reads its header at the start of `bytes`, writes what it learns into the packet, and calls the next layer.
using DecodeFn = void (*)(Context&, Packet&, Bytes) noexcept;

// A frame with all tunnels and some rebuilt packets within them; beyond that is too_many_layers.
inline constexpr std::size_t kMaxPackets = 12;

struct Context {
  explicit Context(const Settings& chosen);

  Settings settings;
  Counters counters;
  Defragmenter defrag;

  std::array<Packet, kMaxPackets> packets;
  std::size_t count = 0;   // of packets in use
  std::size_t layers = 0;  // of this frame so far
  const RawPacket* frame = nullptr;
  bool verify = false;            // checksums, in this frame
  bool verify_transport = false;  // and in this packet: its ends, as the checksum has them, are known

  // Enters one more layer of this frame. False: there are too many.
  bool enter(Packet& packet) noexcept {
    if (++layers <= kMaxLayers) return true;
    packet.events.add(PacketEvent::too_many_layers);
    packet.invalid = true;
    return false;
  }
  // A packet carried within `outer`, behind it in the answer. Null: too deep.
  Packet* open_inner(Packet& outer, Tunnel tunnel) noexcept;
  // The packet that was made from fragments, `last` being the last of them.
  Packet* open_rebuilt(const Packet& last) noexcept;

 private:
  Packet* open_like(const Packet& model) noexcept;
};

// A malformation that a receiver would not accept.
inline void refuse(Packet& packet, PacketEvent event) noexcept {
  packet.events.add(event);
  packet.invalid = true;
}
// One that it may live with.
inline void note(Packet& packet, PacketEvent event) noexcept {
  packet.events.add(event);
}

// Opens a packet for what a tunnel carries and decodes it by `next`.
void decode_inner(Context& context, Packet& outer, Tunnel tunnel, DecodeFn next, Bytes bytes) noexcept;

// Makes a used packet fit for a new frame. Headers that only some protocols have are left as they are.
void reset(Packet& packet, const RawPacket& frame) noexcept;

}  // namespace gatehouse::decode
