// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes -> layers. One Decoder per worker: it owns the fragments that wait for their rest, and the bytes of packets
// made from fragments.
#pragma once

#include <memory>
#include <span>

#include "model/packet.hpp"

namespace gatehouse::decode {

// Tunnels within tunnels, and layers within a packet, beyond which decoding stops with the event too_many_layers.
inline constexpr std::size_t kMaxTunnelDepth = 4;
inline constexpr std::size_t kMaxLayers = 16;

// How a receiver treats fragments that overlap; by the field's names.
enum class OverlapPolicy : std::uint8_t { first, last, bsd, bsd_right, linux, solaris, windows };

struct Settings {
  bool verify_checksums = true;                // never for packets marked checksum_trusted
  OverlapPolicy overlap = OverlapPolicy::bsd;  // for receivers of which nothing is known
  std::size_t defrag_memory = 4u << 20;        // bytes for waiting fragments
  std::size_t defrag_trackers = 2048;          // datagrams that may wait at once
  Duration defrag_timeout = seconds(60);
};

struct Counters {
  std::uint64_t packets = 0, bytes = 0, invalid = 0, ipv4 = 0, ipv6 = 0, tcp = 0, udp = 0, icmpv4 = 0, icmpv6 = 0,
                sctp = 0, ethernet = 0, arp = 0, vlan = 0, qinq = 0, ppp = 0, pppoe = 0, mpls = 0, gre = 0, erspan = 0,
                vxlan = 0, geneve = 0, teredo = 0, ipip = 0, esp = 0, raw = 0, sll = 0, null_link = 0,
                unknown_ethertype = 0, max_pkt_size = 0, fragments_v4 = 0, fragments_v6 = 0, reassembled_v4 = 0,
                reassembled_v6 = 0, defrag_timeouts = 0, defrag_limit_hits = 0;
};

class Decoder {
 public:
  explicit Decoder(const Settings& settings = {});
  ~Decoder();

  // The packets of one frame, outermost first: always at least one, which may be `invalid` or without IP. A fragment
  // that completes its datagram is followed by the rebuilt packet. All views live until the next call, or as long as
  // the frame's bytes where they point there.
  std::span<Packet> decode(const RawPacket& frame) noexcept;
  // Forgets fragments whose time is over. Call now and then.
  void expire(Timestamp now) noexcept;

  const Counters& counters() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gatehouse::decode
