// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of STUN and TURN as views into the bytes they were read from.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "base/ip.hpp"

namespace gatehouse::proto::stun {

inline constexpr std::size_t kHeader = 20;
inline constexpr std::uint32_t kCookie = 0x2112a442;
inline constexpr unsigned kMaxAttributes = 64;
inline constexpr std::size_t kMaxText = 763;  // RFC 8489, 14.10: "fewer than 128 characters (which can be … 763 bytes)"

enum class Class : std::uint8_t { request, indication, success, error };

// RFC 8489, 5. STUN Message Structure.
struct Header {
  std::uint16_t type{}, length{};
  std::uint32_t cookie{};
  Bytes transaction{};

  Header() = default;
  explicit Header(Cursor& c) noexcept : type{c.u16()}, length{c.u16()}, cookie{c.u32()}, transaction{c.take(12)} {}

  // Of the 14 bits, two at 0x110 are the class, the others the method.
  Class kind() const noexcept { return static_cast<Class>((type >> 7 & 2) | (type >> 4 & 1)); }
  std::uint16_t method() const noexcept {
    return static_cast<std::uint16_t>((type & 0x0f) | (type >> 1 & 0x70) | (type >> 2 & 0xf80));
  }
  bool has_cookie() const noexcept { return cookie == kCookie; }
  bool plausible() const noexcept { return (type & 0xc000) == 0 && length % 4 == 0; }
};

struct Endpoint {
  IpAddress address{};  // version 0: none
  std::uint16_t port = 0;
};

struct Message {
  Header header;
  Endpoint mapped, relayed, peer;  // how the server sees the client; what it lends it; with whom the client talks
  Bytes software{}, user{}, realm{};
  std::uint16_t error_code = 0;
  bool authenticated = false;  // MESSAGE-INTEGRITY is there
  bool fingerprint = false, fingerprint_wrong = false;
  bool attributes_fit = true;  // lengths add up to the message's
  bool foreign = false;        // without a cookie: an attribute that RFC 3489 does not know
};

// `bytes`: one whole message, as long as its header says.
Message read_message(Bytes bytes) noexcept;

}  // namespace gatehouse::proto::stun
