// SPDX-License-Identifier: GPL-3.0-or-later
// A message of the DHT (BEP 5, KRPC): a dictionary with a type, a transaction, and a query's arguments, a response's
// values or an error. Views into the datagram.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::bittorrent {

inline constexpr std::size_t kIdentity = 20;           // of a node, or a torrent's info hash
inline constexpr std::size_t kNode = 26, kNode6 = 38;  // identity, address, port (BEP 5; BEP 32)
inline constexpr std::size_t kPeer = 6, kPeer6 = 18;

struct DhtMessage {
  char type = 0;  // 'q' query, 'r' response, 'e' error
  Bytes transaction, client, query;
  // of a query or response
  Bytes id, info_hash, target, token, nodes, nodes6;
  Bytes values;  // the list as it stands: "6:…6:…"
  std::uint64_t port = 0, implied_port = 0;
  bool has_port = false, has_implied_port = false, has_values = false;
  // of an error
  std::int64_t error = 0;
  Bytes error_text;
  bool sound = false;
};

DhtMessage read_dht(Bytes datagram) noexcept;

}  // namespace gatehouse::proto::bittorrent
