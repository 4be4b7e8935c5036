// SPDX-License-Identifier: GPL-3.0-or-later
// What machines, meters and instruments speak.
#include <algorithm>
#include <array>

#include "base/cursor.hpp"
#include "proto/recognised/recognised.hpp"

namespace gatehouse::proto::recognised {
namespace {

constexpr Probe yes_if(bool certain) noexcept {
  return certain ? Probe::yes : Probe::no;
}

// IVI-6.1, 2.1: prologue "HS", message type, control code, parameter, payload length.
Probe hislip(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kHeader = 16;
  constexpr std::uint8_t kLastType = 25;
  constexpr std::uint64_t kLongest = 1u << 30;
  if (!as_text(bytes).starts_with(std::string_view("HS").substr(0, bytes.size()))) return Probe::no;
  if (bytes.size() < kHeader) return Probe::need_more;
  Cursor c{bytes};
  c.skip(2);
  const std::uint8_t type = c.u8();
  c.skip(5);
  return yes_if(type <= kLastType && c.u64() <= kLongest);
}

// AUTOSAR PRS_SOMEIPProtocol, 4.1.2: message, length of what follows, request, versions, type, return code.
bool someip_header(Cursor& c, std::size_t& behind) noexcept {
  c.skip(4);
  const std::uint32_t length = c.u32();
  c.skip(4);
  const std::uint8_t version = c.u8();
  c.skip(1);
  const std::uint8_t type = c.u8(), code = c.u8();
  constexpr std::array<std::uint8_t, 10> kTypes{0x00, 0x01, 0x02, 0x20, 0x21, 0x22, 0x80, 0x81, 0xa0, 0xa1};
  constexpr std::uint8_t kLastCode = 0x5e;
  constexpr std::size_t kWithin = 8, kLongest = 1u << 20;  // of the header behind the length; of a message
  if (!c.ok() || version != 1 || length < kWithin || length > kLongest || code > kLastCode) return false;
  behind = length - kWithin;
  const bool asks = (type & 0x80) == 0;
  return std::ranges::find(kTypes, type) != kTypes.end() && (!asks || code == 0);
}

// Several messages may share a datagram; they must end where it ends.
Probe someip_datagram(Direction, Bytes bytes, std::uint16_t) {
  Cursor c{bytes};
  while (c.ok() && !c.empty()) {
    std::size_t behind = 0;
    if (!someip_header(c, behind)) return Probe::no;
    c.skip(behind);
  }
  return yes_if(c.ok());
}

Probe someip(Direction direction, Bytes bytes, std::uint16_t port) {
  constexpr std::size_t kHeader = 16;
  if (bytes.size() < kHeader) return bytes.size() > 12 && bytes[12] != 1 ? Probe::no : Probe::need_more;
  Cursor c{bytes};
  std::size_t behind = 0;
  if (!someip_header(c, behind)) return Probe::no;
  if (bytes.size() < kHeader + behind) return Probe::need_more;
  return someip_datagram(direction, bytes.first(kHeader + behind), port);
}

// IEEE 1588-2019, 13.3: type, version, length, …; each type has its least length (13.5 to 13.12, 15.4).
Probe ptp(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::array<std::uint8_t, 16> kLeast{44, 44, 54, 54, 0, 0, 0, 0, 44, 54, 54, 64, 44, 48, 0, 0};
  constexpr std::array<std::uint8_t, 16> kControl{0, 1, 5, 5, 0, 0, 0, 0, 2, 3, 5, 5, 5, 4, 0, 0};  // 13.3.2.13
  constexpr std::size_t kControlAt = 32;
  if (bytes.size() < kLeast[0]) return Probe::no;
  const std::uint8_t type = bytes[0] & 15, version = bytes[1] & 15, minor = bytes[1] >> 4, control = bytes[kControlAt];
  const std::size_t length = bytes[2] << 8 | bytes[3];
  constexpr std::size_t kMostPadding = 2;  // annex D.2: two octets behind a message over IPv6
  constexpr std::size_t kReserved = 16, kSubdomain = 5;
  const Bytes reserved = bytes.subspan(kReserved, 4);
  const bool agrees = kLeast[type] != 0 && length >= kLeast[type] && length <= bytes.size() &&
                      bytes.size() - length <= kMostPadding &&
                      (minor == 1 || (bytes[kSubdomain] == 0 && std::ranges::count(reserved, 0) == 4));
  return yes_if(agrees && version == 2 && minor <= 1 && (control == kControl[type] || (minor == 1 && control == 0)));
}

// EIA-852, the common header: size of all, version, type, extended header's size, flags, vendor.
Probe cnp_ip(Direction, Bytes bytes, std::uint16_t) {
  Cursor c{bytes};
  const std::uint16_t size = c.u16();
  const std::uint8_t version = c.u8(), type = c.u8(), extended = c.u8(), flags = c.u8();
  const std::uint16_t vendor = c.u16();
  constexpr std::size_t kHeader = 20;
  constexpr std::array<std::uint8_t, 12> kTypes{0x01, 0x03, 0x04, 0x06, 0x07, 0x08, 0x60, 0x63, 0x64, 0x66, 0x70, 0x71};
  return yes_if(bytes.size() >= kHeader && size == bytes.size() && version == 1 && extended == 0 &&
                (flags & ~0x20) == 0 && vendor == 0 && std::ranges::find(kTypes, type) != kTypes.end());
}

// Tank gauges: SOH, then 'I' or 'S' with a three-digit function and a two-digit tank.
Probe tank_gauge(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kCommand = 7, kLongest = 64;
  const auto digit = [](std::uint8_t b) { return b >= '0' && b <= '9'; };
  for (std::size_t i = 0; i < std::min(bytes.size(), kCommand); ++i) {
    const bool fits = i == 0   ? bytes[0] == 1
                      : i == 1 ? (bytes[1] | 0x20) == 'i' || (bytes[1] | 0x20) == 's'
                               : digit(bytes[i]);
    if (!fits) return Probe::no;
  }
  return bytes.size() < kCommand ? Probe::need_more : yes_if(bytes.size() <= kLongest);
}

// IEEE C37.118.2, 6.2 and annex B: synchronisation word, frame size, …, CRC-CCITT over all before it.
std::uint16_t crc_ccitt(Bytes bytes, std::uint16_t crc) noexcept {
  for (const std::uint8_t byte : bytes) {
    crc = static_cast<std::uint16_t>(crc ^ byte << 8);
    for (int bit = 0; bit < 8; ++bit) crc = static_cast<std::uint16_t>(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
  }
  return crc;
}

bool ends_with_crc(Bytes bytes, std::uint16_t start) noexcept {
  const std::size_t body = bytes.size() - 2;
  return crc_ccitt(bytes.first(body), start) == (bytes[body] << 8 | bytes[body + 1]);
}

Probe synchrophasor(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kLeast = 16, kLongest = 8192;
  constexpr std::uint8_t kLastKind = 5;
  if (bytes[0] != 0xaa) return Probe::no;
  if (bytes.size() < 4) return Probe::need_more;
  const std::uint8_t kind = bytes[1] >> 4 & 7, version = bytes[1] & 15;
  const std::size_t size = bytes[2] << 8 | bytes[3];
  if (kind > kLastKind || bytes[1] >> 7 != 0 || version < 1 || version > 2 || size < kLeast || size > kLongest)
    return Probe::no;
  if (bytes.size() < size) return Probe::need_more;
  return yes_if(ends_with_crc(bytes.first(size), 0xffff));
}

// A datagram has no second half that could come.
template <Probe (*stream)(Direction, Bytes, std::uint16_t)>
Probe whole(Direction direction, Bytes bytes, std::uint16_t port) {
  return yes_if(stream(direction, bytes, port) == Probe::yes);
}

// Beckhoff, AMS/TCP header: two reserved bytes and the length; AMS header: ends, command, flags, length of the data.
Probe ads(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kHeader = 38, kAms = 32;
  constexpr std::uint16_t kLastCommand = 9, kAdsCommand = 0x0004, kKnownFlags = 0x03ff;
  if (bytes[0] != 0 || (bytes.size() > 1 && bytes[1] != 0)) return Probe::no;
  if (bytes.size() < kHeader) return Probe::need_more;
  Cursor c{bytes};
  c.skip(2);
  const std::uint32_t length = c.le32();
  c.skip(16);
  const std::uint16_t command = c.le16(), flags = c.le16();
  const std::uint32_t data = c.le32();
  return yes_if(length >= kAms && data == length - kAms && command >= 1 && command <= kLastCommand &&
                (flags & kAdsCommand) != 0 && (flags & ~kKnownFlags) == 0);
}

// SAIA S-Bus over UDP: length of all, version, type, sequence, attribute (0 request, 1 response, 2 acknowledgement);
// a CRC ends it.
Probe ether_s_bus(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kLeast = 11, kLongest = 1024;
  Cursor c{bytes};
  const std::uint32_t size = c.u32();
  const std::uint8_t version = c.u8(), type = c.u8();
  c.skip(2);
  const std::uint8_t attribute = c.u8();
  return yes_if(c.ok() && bytes.size() >= kLeast && bytes.size() <= kLongest && size == bytes.size() && version <= 1 &&
                type <= 1 && attribute <= 2 && ends_with_crc(bytes, 0));
}

Probe ether_sio(Direction, Bytes bytes, std::uint16_t) {
  constexpr std::size_t kHeader = 24;
  return yes_if(bytes.size() >= kHeader && starts_with(bytes, "ESIO") && bytes[4] == 0);
}

constexpr auto kAny = FirstBytes::any();

constexpr std::array kRows{
    row("hislip", "High-Speed LAN Instrument Protocol: measuring instruments", "HiSLIP", {.tcp = true},
        {.probe = hislip, .first_bytes = {FirstBytes::of("H"), FirstBytes::of("H")}}),
    row("ads", "Beckhoff ADS over AMS/TCP: controllers", "BeckhoffADS", {.tcp = true},
        {.probe = ads, .first_bytes = {FirstBytes::range(0, 0), FirstBytes::range(0, 0)}}),
    row("c37118", "IEEE C37.118: measurements of a power grid's phases", "IEEE-C37118", {.tcp = true, .udp = true},
        {.probe = synchrophasor,
         .first_bytes = {FirstBytes::of("\xaa"), FirstBytes::of("\xaa")},
         .probe_datagram = whole<synchrophasor>}),
    row("atg", "Automatic tank gauges", "ATG", {.tcp = true},
        {.probe = tank_gauge, .first_bytes = {FirstBytes::of("\x01"), FirstBytes::none()}}),
    row("ptp", "Precision Time Protocol, version 2", "PTPv2", {.udp = true},
        {.probe = ptp, .first_bytes = {kAny, kAny}}),
    row("esio", "SAIA EtherSIO: remote inputs and outputs", "EtherSIO", {.udp = true},
        {.probe = ether_sio, .first_bytes = {FirstBytes::of("E"), FirstBytes::of("E")}}),
    row("ether-s-bus", "SAIA S-Bus over UDP: building controllers", "Ether-S-Bus", {.udp = true},
        {.probe = ether_s_bus, .first_bytes = {FirstBytes::range(0, 0), FirstBytes::range(0, 0)}}),
    row("cnp-ip", "LonTalk over IP (EIA-852): building automation", "CNP-IP", {.udp = true},
        {.probe = cnp_ip, .first_bytes = {FirstBytes::range(0, 5), FirstBytes::range(0, 5)}}),
    row("someip", "SOME/IP: services within vehicles and machines", "SOMEIP", {.tcp = true, .udp = true},
        {.probe = someip, .first_bytes = {kAny, kAny}, .probe_datagram = someip_datagram}),
};

}  // namespace

std::span<const ProtocolSpec> plant() noexcept {
  return kRows;
}

}  // namespace gatehouse::proto::recognised
