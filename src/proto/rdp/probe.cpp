// SPDX-License-Identifier: GPL-3.0-or-later
// Is this RDP? S7comm and MMS begin with the same transport: what it carries tells.
#include <algorithm>

#include "proto/rdp/message.hpp"
#include "proto/rdp/rdp.hpp"

namespace gatehouse::proto::rdp {
namespace {

constexpr std::uint16_t kPort = 3389;

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  Cursor c{bytes};
  const tpkt::Header header{c};
  const std::uint8_t indicator = c.u8(), code = c.u8();
  constexpr std::size_t kSeen = tpkt::kHeader + 2;
  constexpr std::array<std::uint8_t, 2> begin{3, 0};
  if (!std::equal(begin.begin(), begin.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(bytes.size(), 2)),
                  bytes.begin()))
    return Probe::no;
  if (bytes.size() < kSeen) return Probe::need_more;
  constexpr std::size_t kLongest = 512;
  const bool request = direction == Direction::to_server;
  const auto expected =
      static_cast<std::uint8_t>(request ? tpkt::Type::connection_request : tpkt::Type::connection_confirm);
  // The unit fills the packet: all that is said stands in its header.
  if (!header.plausible() || code != expected || header.length > kLongest ||
      header.length != tpkt::kHeader + 1u + indicator)
    return Probe::no;
  if (bytes.size() < header.length) return Probe::need_more;
  Cursor packet{bytes.subspan(tpkt::kHeader, header.length - tpkt::kHeader)};
  const tpkt::Unit unit{packet};
  Connection connection;
  if (!packet.ok() || !read_connection(unit, connection)) return Probe::no;
  const bool tells = connection.kind != 0 || !connection.cookie.empty() || !connection.routing_token.empty();
  // A request that says nothing is what the oldest clients send, and what other protocols never do.
  return tells || (request && server_port == kPort) ? Probe::yes : Probe::no;
}

// [MS-RDPEUDP], 2.2.2.1: snSourceAck, uReceiveWindowSize, uFlags, and with SYN snInitialSequenceNumber, uUpStreamMtu,
// uDownStreamMtu; 3.1.5.1.1: the datagram is filled up with zeros to the size of the MTU.
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t) {
  constexpr std::uint16_t kSyn = 0x0001, kAck = 0x0004, kData = 0x0008, kUnknown = 0xe000;
  constexpr std::uint16_t kLeastMtu = 1132, kMostMtu = 1232;
  Cursor c{datagram};
  const std::uint32_t acknowledged = c.u32();
  const std::uint16_t window = c.u16(), flags = c.u16();
  c.skip(4);
  const std::uint16_t up = c.u16(), down = c.u16();
  if (!c.ok() || datagram.size() < kLeastMtu || datagram.size() > kMostMtu || window == 0) return Probe::no;
  const bool first = direction == Direction::to_server;
  if ((flags & kSyn) == 0 || (flags & (kData | kUnknown)) != 0 || ((flags & kAck) != 0) == first) return Probe::no;
  if ((acknowledged == 0xffffffff) != first) return Probe::no;
  if (up < kLeastMtu || up > kMostMtu || down < kLeastMtu || down > kMostMtu) return Probe::no;
  constexpr std::size_t kMostSaid = 128;
  return std::ranges::all_of(datagram.subspan(kMostSaid), [](std::uint8_t b) { return b == 0; }) ? Probe::yes
                                                                                                 : Probe::no;
}

}  // namespace gatehouse::proto::rdp
