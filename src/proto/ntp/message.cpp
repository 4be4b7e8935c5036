// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntp/message.hpp"

namespace gatehouse::proto::ntp {
namespace {

constexpr std::uint8_t kUnsynchronised = 16;  // RFC 5905, 7.3, figure 11: stratum
constexpr std::size_t kSymmetricMac = 20;     // RFC 5905, figure 8: key identifier and MD5 digest
constexpr std::size_t kSha1Mac = 24, kCryptoNak = 4;
constexpr std::size_t kSmallestExtension = 16;  // RFC 7822, 3
constexpr std::size_t kMostAuthenticated = 1024;

// RFC 5905, 6: seconds since 1900 in the upper half. From 1970, where things without a clock begin, to 2036, and after
// it from the new era's beginning to 2060.
bool is_recent(std::uint64_t timestamp) noexcept {
  constexpr std::uint32_t in_1970 = 2208988800u, in_2060 = 755395200u;
  const auto seconds = static_cast<std::uint32_t>(timestamp >> 32);
  return seconds >= in_1970 || (seconds > 0 && seconds < in_2060);
}

bool is_recent_or_none(std::uint64_t timestamp) noexcept {
  return timestamp == 0 || is_recent(timestamp);
}

}  // namespace

bool Message::parse(Bytes datagram) noexcept {
  Cursor c{datagram};
  const std::uint8_t first = c.u8();
  leap = first >> 6, version = first >> 3 & 7, mode = first & 7;
  if (is_private()) return private_use(c, first);
  if (version < 1 || version > 4) return false;
  if (is_control()) return control(c);
  // RFC 1059's version 1 has mode 0 where a client asks (RFC 5905, A.5.2 knows it by the port); it is read as such.
  if (mode == mode::reserved && version != 1) return false;
  return time(c);
}

bool Message::time(Cursor& c) noexcept {
  stratum = c.u8(), poll = c.u8(), precision = c.u8();
  root_delay = c.u32(), root_dispersion = c.u32();
  reference_id = c.take(4);
  reference_time = c.u64(), origin_time = c.u64(), receive_time = c.u64(), transmit_time = c.u64();
  data = c.rest();
  return c.ok();
}

bool Message::control(Cursor& c) noexcept {
  const std::uint8_t bits = c.u8();
  response = (bits & 0x80) != 0, error = (bits & 0x40) != 0, more = (bits & 0x20) != 0;
  opcode = bits & 0x1f;
  sequence = c.u16();
  c.skip(2 + 2 + 2);  // status, association, offset
  data = c.take(c.u16());
  return c.ok();
}

// Response, more, version, mode; authenticated, sequence; implementation; request code; error, items; item size.
bool Message::private_use(Cursor& c, std::uint8_t first) noexcept {
  response = (first & 0x80) != 0, more = (first & 0x40) != 0;
  leap = 0;
  sequence = c.u8() & 0x7f;
  implementation = c.u8();
  opcode = c.u8();
  error = c.u16() >> 12 != 0;
  c.skip(2);
  data = c.rest();
  return c.ok() && version >= 1 && version <= 4;
}

bool Message::possible(std::size_t size) const noexcept {
  if (mode == mode::reserved) return false;
  if (!is_time()) return plausible(size);
  const std::size_t behind = size - kHeaderSize;
  return stratum <= kUnsynchronised && size <= kMostAuthenticated &&
         (behind == 0 || behind == kCryptoNak || behind == kSymmetricMac || behind == kSha1Mac ||
          (version == 4 && behind >= kSmallestExtension && behind % 4 == 0));
}

bool Message::plausible_time(std::size_t size) const noexcept {
  if (!possible(size)) return false;
  // Clients may send a random transmit time and nothing else, to be told apart by nobody.
  if (mode == mode::client && root_delay == 0 && reference_time == 0 && origin_time == 0 && receive_time == 0)
    return true;
  constexpr std::uint32_t half_a_minute = 32 << 16, most_dispersion = 4096u << 16;  // RFC 5905, 6: 16 bits of fraction
  constexpr std::uint8_t longest_poll = 24, finest_precision = 0xd8;                // 2^24 s, 2^-40 s
  return poll <= longest_poll && (precision == 0 || precision >= finest_precision) && root_delay < half_a_minute &&
         root_dispersion < most_dispersion && is_recent(transmit_time) && is_recent_or_none(reference_time) &&
         (mode == mode::client || mode == mode::broadcast || is_recent_or_none(receive_time));
}

bool Message::plausible(std::size_t size) const noexcept {
  if (is_control()) {
    const std::size_t padded = kControlHeader + ((data.size() + 3) & ~std::size_t{3});
    const bool fits = size == kControlHeader + data.size() || size == padded || size == padded + kSymmetricMac ||
                      size == padded + kSha1Mac;
    // RFC 9327, 2.1: in a command leap, response, error, more and status are zero.
    return version >= 2 && opcode >= 1 && fits && (response || (!error && !more && opcode <= 12 && leap == 0));
  }
  if (is_private()) {
    constexpr std::uint8_t ntpd_old = 2, ntpd = 3;
    return (implementation == ntpd || implementation == ntpd_old || (implementation == 0 && opcode == 0)) &&
           version >= 2 && opcode <= 45 && (response || (!error && !more && sequence == 0));
  }
  return plausible_time(size);
}

bool Message::is_monlist() const noexcept {
  constexpr std::uint8_t list = 20, list_1 = 42;
  return is_private() && !response && (opcode == list || opcode == list_1);
}

}  // namespace gatehouse::proto::ntp
