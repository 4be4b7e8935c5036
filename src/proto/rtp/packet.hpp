// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::rtp {

inline constexpr std::size_t kHeaderSize = 12;

// RFC 3550, 5.1. RTP Fixed Header Fields.
struct Header {
  std::uint8_t first{}, second{};
  std::uint16_t sequence{};
  std::uint32_t timestamp{}, ssrc{};

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : first{c.u8()}, second{c.u8()}, sequence{c.u16()}, timestamp{c.u32()}, ssrc{c.u32()} {}

  std::uint8_t version() const noexcept { return first >> 6; }
  bool padding() const noexcept { return (first & 0x20) != 0; }
  bool extension() const noexcept { return (first & 0x10) != 0; }
  unsigned sources() const noexcept { return first & 0x0f; }
  bool marker() const noexcept { return (second & 0x80) != 0; }
  std::uint8_t payload_type() const noexcept { return second & 0x7f; }
  // RFC 5761, 4: with the marker these payload types are RTCP's packet types.
  bool is_control() const noexcept { return payload_type() >= 64 && payload_type() <= 95; }
};

// Whether a datagram can be an RTP packet: version, sources, extension and padding within its size, and a payload type
// that RFC 3551 assigns or leaves to be agreed upon.
bool is_packet(Bytes datagram) noexcept;
// Whether two packets in a row are one stream's.
bool continues(const Header& before, const Header& next) noexcept;

}  // namespace gatehouse::proto::rtp

namespace gatehouse::proto::rtcp {

inline constexpr unsigned kMaxPackets = 16;  // of one compound packet that are told

enum class Type : std::uint8_t {  // RFC 3550, 12.1, and RFC 4585, 6.1, RFC 3611, 2
  sender_report = 200,
  receiver_report = 201,
  description = 202,
  bye = 203,
  application = 204,
  transport_feedback = 205,
  payload_feedback = 206,
  extended_report = 207,
};

// A compound packet (RFC 3550, 6.1) as views into its datagram.
struct Compound {
  std::array<std::uint8_t, kMaxPackets> types{};
  unsigned count = 0;
  std::uint32_t ssrc = 0;                   // of who sends
  Bytes cname, name, location, tool, note;  // RFC 3550, 6.5
  Bytes application, bye_reason;
  bool bye = false;
  bool too_many_packets = false;

  // False where its packets do not fill it, or hold less than they say.
  [[nodiscard]] bool parse(Bytes datagram) noexcept;

 private:
  bool take(Type type, unsigned items, Cursor c) noexcept;
  bool describe(unsigned chunks, Cursor c) noexcept;
};

}  // namespace gatehouse::proto::rtcp
