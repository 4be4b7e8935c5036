// SPDX-License-Identifier: GPL-3.0-or-later
// How two peers of BitTorrent meet: the handshake (BEP 3), uTP's packets (BEP 29), the local search (BEP 14), a
// tracker over UDP (BEP 15).
#pragma once

#include <optional>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::bittorrent {

inline constexpr std::string_view kHandshake{
    "\x13"
    "BitTorrent protocol"};
inline constexpr std::size_t kHandshakeSize = 68;

// BEP 3: the name, 8 reserved bytes, the torrent's info hash, the peer's identity.
struct Handshake {
  Bytes name, reserved, info_hash, peer;

  explicit Handshake(Cursor& c) noexcept
      : name{c.take(kHandshake.size())}, reserved{c.take(8)}, info_hash{c.take(20)}, peer{c.take(20)} {}
};

// "-TR3000-…": a client's two letters and its version, as most write their peers' identities.
std::string_view client_of(Bytes peer) noexcept;

// BEP 29: type and version, extension, connection, two timestamps, window, sequence, acknowledgement, extensions.
struct Utp {
  static constexpr std::uint8_t kData = 0, kSyn = 4;
  std::uint8_t type = 0;
  std::uint32_t time_difference = 0, window = 0;
  std::uint16_t acknowledged = 0;
  bool extended = false;
  Bytes payload;
};
std::optional<Utp> read_utp(Bytes datagram) noexcept;

// BEP 14: "BT-SEARCH * HTTP/1.1", with the torrents that the sender has.
inline constexpr std::string_view kSearch = "BT-SEARCH * HTTP/1.1\r\n";
std::string_view search_info_hash(std::string_view datagram) noexcept;  // 40 hexadecimal digits, or empty

// BEP 15: "protocol_id 0x41727101980, action 0 (connect), transaction".
bool is_tracker_connect(Bytes datagram) noexcept;

}  // namespace gatehouse::proto::bittorrent
