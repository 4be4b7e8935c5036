// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte chooses link type and settings; then frames, each behind its length, so that fragments and their
// datagrams meet. Each frame has memory of its own, so that a read beyond its end is seen.
#include <cstdlib>
#include <vector>

#include "base/cursor.hpp"
#include "decode/decoder.hpp"

namespace {

using namespace gatehouse;

void check(bool good) {
  if (!good) std::abort();
}

// Reads every byte that a view promises.
unsigned touch(Bytes bytes) {
  unsigned sum = 0;
  for (const std::uint8_t byte : bytes) sum += byte;
  return sum;
}

void check_packet(const Packet& packet) {
  volatile unsigned sum =
      touch(packet.mac) + touch(packet.ip_header) + touch(packet.transport_header) + touch(packet.payload);
  (void)sum;
  check(packet.vlan_layers <= packet.vlan.size());
  check(packet.tunnel_depth <= decode::kMaxTunnelDepth);
  check(packet.has_ip == (packet.src.version != 0) && packet.src.version == packet.dst.version);
  check(!packet.has_transport || packet.has_ip);
  check(!packet.fragment || !packet.has_transport);
  if (packet.is_tcp()) touch(packet.tcp.sack_blocks);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Cursor input{{data, size}};
  const std::uint8_t choice = input.u8();
  const auto link = static_cast<LinkType>(choice % (static_cast<unsigned>(LinkType::unsupported) + 1));
  decode::Decoder decoder({.verify_checksums = (choice & 0x80) != 0, .defrag_memory = 64 * 1024, .defrag_trackers = 8});
  RawPacket raw;
  raw.link = link;
  while (!input.empty()) {
    const std::size_t length = std::min<std::size_t>(input.u16(), input.remaining());
    const Bytes view = input.take(length);
    const std::vector<std::uint8_t> frame(view.begin(), view.end());
    raw.data = frame;
    raw.wire_length = static_cast<std::uint32_t>(frame.size());
    raw.segment_size = (choice & 0x40) != 0 ? 1448 : 0;
    raw.time.us += 1000;
    const auto packets = decoder.decode(raw);
    check(!packets.empty() && packets[0].tunnel_depth == 0);
    for (const Packet& packet : packets) check_packet(packet);
  }
  return 0;
}
