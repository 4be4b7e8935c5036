// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bittorrent/peer_message.hpp"

#include <algorithm>

#include "proto/line/words.hpp"

namespace gatehouse::proto::bittorrent {

std::string_view client_of(Bytes peer) noexcept {
  const std::string_view text = as_text(peer);
  if (text.size() < 8 || text[0] != '-' || text[7] != '-' || !is_printable(text.substr(1, 6))) return {};
  return text.substr(1, 6);
}

std::optional<Utp> read_utp(Bytes datagram) noexcept {
  Cursor c{datagram};
  const std::uint8_t first = c.u8();
  Utp packet;
  packet.type = first >> 4;
  std::uint8_t extension = c.u8();
  packet.extended = extension != 0;
  c.skip(2 + 4);
  packet.time_difference = c.u32();
  packet.window = c.u32();
  c.skip(2);
  packet.acknowledged = c.u16();
  if (!c.ok() || (first & 15) != 1 || packet.type > Utp::kSyn) return std::nullopt;
  // A list of extensions: the next one's kind, a length, its bytes.
  for (unsigned i = 0; extension != 0; ++i) {
    constexpr unsigned kMaxExtensions = 4;
    constexpr std::uint8_t kLastKnown = 3;  // selective acknowledgement, extension bits, close reason
    if (extension > kLastKnown || i == kMaxExtensions) return std::nullopt;
    extension = c.u8();
    c.skip(c.u8());
    if (!c.ok()) return std::nullopt;
  }
  packet.payload = c.rest();
  return packet;
}

std::string_view search_info_hash(std::string_view datagram) noexcept {
  constexpr std::size_t kDigits = 40;
  while (!datagram.empty()) {
    const std::size_t end = std::min(datagram.find('\n'), datagram.size());
    const std::string_view line = trim(datagram.substr(0, end));
    datagram.remove_prefix(std::min(end + 1, datagram.size()));
    if (!starts_with_nocase(line, "Infohash:")) continue;
    const std::string_view hash = trim(line.substr(9));
    const bool hex = std::ranges::all_of(
        hash, [](char c) { return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'f'); });
    return hash.size() == kDigits && hex ? hash : std::string_view{};
  }
  return {};
}

bool is_tracker_connect(Bytes datagram) noexcept {
  constexpr std::uint64_t kProtocol = 0x41727101980;
  Cursor c{datagram};
  return c.u64() == kProtocol && c.u32() == 0 && c.remaining() == 4;
}

}  // namespace gatehouse::proto::bittorrent
