// SPDX-License-Identifier: GPL-3.0-or-later
// What routers, servers and telephones speak beside it.
#include <algorithm>
#include <array>

#include "base/cursor.hpp"
#include "proto/recognised/recognised.hpp"

namespace gatehouse::proto::recognised {
namespace {

constexpr Probe yes_if(bool certain) noexcept {
  return certain ? Probe::yes : Probe::no;
}

// A stream that begins with these words, told as soon as they are there.
Probe begins_with(Bytes bytes, std::string_view words) noexcept {
  const std::size_t seen = std::min(bytes.size(), words.size());
  if (as_text(bytes).substr(0, seen) != words.substr(0, seen)) return Probe::no;
  return seen < words.size() ? Probe::need_more : Probe::yes;
}

// RFC 2281, 5: twenty bytes with a reserved zero; version 2 begins with a group state of forty bytes.
Probe hsrp(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kVersion1 = 20, kState = 40;
  constexpr std::uint8_t kLastOperation = 3;
  constexpr std::array<std::uint8_t, 6> kStates{0, 1, 2, 4, 8, 16};
  if (bytes.size() == kVersion1)
    return yes_if(bytes[0] == 0 && bytes[1] <= kLastOperation && bytes[7] == 0 && bytes[4] >= bytes[3] &&
                  std::ranges::find(kStates, bytes[2]) != kStates.end());
  constexpr std::uint8_t kVersion2 = 2, kIpv4 = 4, kIpv6 = 6, kLastState = 6;
  return yes_if(bytes.size() >= kState + 2 && bytes[0] == 1 && bytes[1] == kState && bytes[2] == kVersion2 &&
                bytes[3] <= kLastOperation && bytes[4] <= kLastState && (bytes[5] == kIpv4 || bytes[5] == kIpv6));
}

// IPMI 2.0, 13.1.3: version 6, reserved, sequence, class; then ASF's enterprise number or IPMI's session header.
Probe rmcp(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kLeast = 12;
  constexpr std::uint8_t kAsf = 0x06, kIpmi = 0x07, kAcknowledge = 0x80;
  constexpr std::array<std::uint8_t, 6> kAuthentications{0, 1, 2, 4, 5, 6};
  if (bytes.size() < 4 || bytes[0] != 0x06 || bytes[1] != 0) return Probe::no;
  if (bytes[3] == (kAsf | kAcknowledge)) return yes_if(bytes.size() == 4);
  if (bytes.size() < kLeast) return Probe::no;
  if (bytes[3] == kAsf) return yes_if(starts_with(bytes.subspan(4), std::string_view("\x00\x00\x11\xbe", 4)));
  return yes_if(bytes[3] == kIpmi && bytes[2] == 0xff &&
                std::ranges::find(kAuthentications, bytes[4]) != kAuthentications.end());
}

// RakNet's offline messages carry sixteen bytes of magic at a place that the message's kind fixes.
Probe raknet(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::array<std::uint8_t, 16> kMagic{0x00, 0xff, 0xff, 0x00, 0xfe, 0xfe, 0xfe, 0xfe,
                                                0xfd, 0xfd, 0xfd, 0xfd, 0x12, 0x34, 0x56, 0x78};
  std::size_t at = 1;  // open connection requests and replies
  if (bytes[0] == 0x01 || bytes[0] == 0x02) at = 9;
  if (bytes[0] == 0x1c) at = 17;
  if (bytes.size() < at + kMagic.size()) return Probe::no;
  return yes_if(std::ranges::equal(bytes.subspan(at, kMagic.size()), kMagic));
}

// collectd's binary protocol: parts of type and length, the first a host's name, to the end of the datagram.
Probe collectd(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::array<std::uint16_t, 14> kTypes{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0x100, 0x101, 0x200, 0x210};
  constexpr std::size_t kHead = 4, kLeastParts = 3;
  Cursor c{bytes};
  std::size_t parts = 0;
  while (c.ok() && !c.empty()) {
    const std::uint16_t type = c.u16(), size = c.u16();
    if (std::ranges::find(kTypes, type) == kTypes.end() || size < kHead) return Probe::no;
    const Bytes body = c.take(size - kHead);
    const bool text = type <= 5 && type != 1;
    if (text && (body.empty() || body.back() != 0)) return Probe::no;
    ++parts;
  }
  return yes_if(c.ok() && parts >= kLeastParts && bytes[0] == 0 && (bytes[1] == 0 || bytes[1] == 2));
}

Probe bitcoin(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kHeader = 24, kCommand = 12;
  const Probe magic = begins_with(bytes, "\xf9\xbe\xb4\xd9");
  if (magic != Probe::yes) return magic;
  if (bytes.size() < kHeader) return Probe::need_more;
  // The command's letters, then zeros to its end.
  const Bytes command = bytes.subspan(4, kCommand);
  const auto end = std::ranges::find(command, 0);
  const bool letters = std::all_of(command.begin(), end,
                                   [](std::uint8_t b) { return (b >= 'a' && b <= 'z') || (b >= '0' && b <= '9'); });
  return yes_if(end != command.begin() && letters &&
                std::all_of(end, command.end(), [](std::uint8_t b) { return b == 0; }));
}

Probe munin(Direction direction, Bytes bytes, std::uint16_t) {
  return direction == Direction::to_client ? begins_with(bytes, "# munin node at ") : Probe::no;
}

// Elasticsearch's transport: "ES", length of what follows, request, status, version.
Probe elasticsearch(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kHeader = 19;
  constexpr std::uint32_t kLongest = 1u << 30;
  constexpr std::uint8_t kKnownStatus = 0x0f;
  const Probe magic = begins_with(bytes, "ES");
  if (magic != Probe::yes) return magic;
  if (bytes.size() < 6) return Probe::need_more;
  Cursor c{bytes};
  c.skip(2);
  const std::uint32_t length = c.u32();
  if (length == 0xffffffff) return yes_if(bytes.size() == 6);  // a ping
  if (bytes.size() < kHeader) return Probe::need_more;
  c.skip(8);
  const std::uint8_t status = c.u8();
  const std::uint32_t version = c.u32();
  return yes_if(length > 8 && length < kLongest && (status & ~kKnownStatus) == 0 && version > 0 &&
                version < 100'000'000);
}

Probe zabbix(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::uint8_t kKnownFlags = 0x07;
  const Probe magic = begins_with(bytes, "ZBXD");
  if (magic != Probe::yes) return magic;
  if (bytes.size() < 5) return Probe::need_more;
  return yes_if((bytes[4] & 1) != 0 && (bytes[4] & ~kKnownFlags) == 0);
}

// WS-Discovery: cameras (ONVIF), printers and scanners. SOAP over UDP that names its namespace in the first lines.
Probe wsd(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kLook = 1400;
  const std::string_view text = as_text(bytes.first(std::min(bytes.size(), kLook)));
  if (!text.starts_with("<")) return Probe::no;
  return yes_if(text.find("/ws/2005/04/discovery") != text.npos ||
                text.find("/ws-dd/ns/discovery/2009/01") != text.npos);
}

// The handshake's frame names the protocol, its version and a length of three bytes with small high ones.
Probe whatsapp(Direction direction, Bytes bytes, std::uint16_t) {
  if (direction == Direction::to_client) return Probe::no;
  if (bytes[0] == 'E') return begins_with(bytes, std::string_view("ED\0\1", 4));
  const Probe magic = begins_with(bytes, "WA");
  if (magic != Probe::yes) return magic;
  if (bytes.size() < 7) return Probe::need_more;
  constexpr std::uint8_t kMostMajor = 9, kMostMinor = 9;
  return yes_if(bytes[2] >= 1 && bytes[2] <= kMostMajor && bytes[3] <= kMostMinor && bytes[4] == 0 && bytes[5] < 0x10);
}

// Weave over TCP: length, then flags of version 1 with both nodes' identifiers, message, source, destination; a maker's
// identifiers begin with its OUI, and Nest is the maker that speaks it.
Probe weave(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kHeader = 24, kLeast = 22, kLongest = 8192;
  constexpr std::uint8_t kVersionAndNodes = 0x13, kEncrypted = 0x10;
  if (bytes.size() > 3 && bytes[3] != kVersionAndNodes) return Probe::no;
  if (bytes.size() < kHeader) return Probe::need_more;
  const std::size_t length = bytes[0] | bytes[1] << 8;
  const auto is_nest = [&](std::size_t node) {
    return bytes[node + 5] == 0x30 && bytes[node + 6] == 0xb4 && bytes[node + 7] == 0x18;
  };
  return yes_if(length >= kLeast && length <= kLongest && (bytes[2] & ~kEncrypted) == 0 && is_nest(8) && is_nest(16));
}

constexpr std::array kRows{
    row("munin", "Munin: monitoring of servers", "Munin", {.tcp = true},
        {.probe = munin, .first_bytes = {FirstBytes::none(), FirstBytes::of("#")}}),
    row("zabbix", "Zabbix: monitoring of servers and devices", "Zabbix", {.tcp = true},
        {.probe = zabbix, .first_bytes = {FirstBytes::of("Z"), FirstBytes::of("Z")}}),
    row("elasticsearch", "Elasticsearch's transport between nodes", "Elasticsearch", {.tcp = true},
        {.probe = elasticsearch, .first_bytes = {FirstBytes::of("E"), FirstBytes::of("E")}}),
    row("bitcoin", "Bitcoin's network", "BITCOIN", {.tcp = true},
        {.probe = bitcoin, .first_bytes = {FirstBytes::of("\xf9"), FirstBytes::of("\xf9")}}),
    row("whatsapp", "WhatsApp's messages", "WhatsApp", {.tcp = true},
        {.probe = whatsapp, .first_bytes = {FirstBytes::of("EW"), FirstBytes::none()}}),
    row("weave", "Weave: what Nest's devices tell their maker", "NestLogSink", {.tcp = true},
        {.probe = weave, .first_bytes = {FirstBytes::any(), FirstBytes::any()}}),
    row("wsd", "Web Services Discovery: cameras, printers, scanners", "WSD", {.udp = true},
        {.probe = wsd, .first_bytes = {FirstBytes::of("<"), FirstBytes::of("<")}}),
    row("rmcp", "Remote Management Control Protocol: IPMI, ASF", "RMCP", {.udp = true},
        {.probe = rmcp, .first_bytes = {FirstBytes::of("\x06"), FirstBytes::of("\x06")}}),
    row("raknet", "RakNet: games", "RakNet", {.udp = true},
        {.probe = raknet,
         .first_bytes = {FirstBytes::of("\x01\x02\x05\x06\x07\x08\x1c"),
                         FirstBytes::of("\x01\x02\x05\x06\x07\x08\x1c")}}),
    row("hsrp", "Hot Standby Router Protocol", "HSRP", {.udp = true},
        {.probe = hsrp, .first_bytes = {FirstBytes::range(0, 1), FirstBytes::range(0, 1)}}),
    row("collectd", "collectd: measurements of servers", "collectd", {.udp = true},
        {.probe = collectd, .first_bytes = {FirstBytes::range(0, 0), FirstBytes::range(0, 0)}}),
};

}  // namespace

std::span<const ProtocolSpec> network() noexcept {
  return kRows;
}

}  // namespace gatehouse::proto::recognised
