// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::dhcp {

enum class Op : std::uint8_t { request = 1, reply = 2 };  // RFC 2131, 2: BOOTREQUEST, BOOTREPLY

namespace option {  // RFC 2132 by section, and the RFCs that came after
inline constexpr std::uint8_t pad = 0, subnet_mask = 1, router = 3, dns_server = 6, hostname = 12, domain = 15,
                              requested_ip = 50, lease_time = 51, overload = 52, type = 53, server_id = 54,
                              parameters = 55, message = 56, renewal_time = 58, rebinding_time = 59, vendor_class = 60,
                              client_id = 61, user_class = 77, fqdn = 81, mud_url = 161, end = 255;
}

enum class Type : std::uint8_t {  // RFC 2132, 9.6
  none,
  discover,
  offer,
  request,
  decline,
  ack,
  nak,
  release,
  inform,
};

inline constexpr std::size_t kHardwareAddress = 16, kServerName = 64, kBootFile = 128;
inline constexpr std::size_t kFixedPart = 236;  // in front of the cookie
inline constexpr std::uint32_t kCookie = 0x63825363;
// Options of one message; a datagram has no room for more that say anything.
inline constexpr unsigned kMaxOptions = 512;

// RFC 2131, 2. Protocol Summary: figure 1.
struct Header {
  std::uint8_t op{}, hardware_type{}, hardware_length{}, hops{};
  std::uint32_t id{};
  std::uint16_t seconds{}, flags{};
  Bytes client_ip, your_ip, next_server_ip, relay_ip;
  Bytes hardware, server_name, boot_file;
  std::uint32_t cookie{};

  Header() = default;
  explicit Header(Cursor& c) noexcept
      : op{c.u8()},
        hardware_type{c.u8()},
        hardware_length{c.u8()},
        hops{c.u8()},
        id{c.u32()},
        seconds{c.u16()},
        flags{c.u16()},
        client_ip{c.take(4)},
        your_ip{c.take(4)},
        next_server_ip{c.take(4)},
        relay_ip{c.take(4)},
        hardware{c.take(kHardwareAddress)},
        server_name{c.take(kServerName)},
        boot_file{c.take(kBootFile)},
        cookie{c.u32()} {}

  // What no message can be, whatever it holds.
  bool plausible() const noexcept {
    return (op == 1 || op == 2) && hardware_length <= kHardwareAddress && cookie == kCookie;
  }
  Bytes client_hardware() const noexcept {
    return hardware.first(hardware_length <= hardware.size() ? hardware_length : hardware.size());
  }
};

// A number that an option may have given.
struct Seconds {
  bool present = false;
  std::uint32_t value = 0;
};

// A message as views into its datagram. Where an option stands twice the first one counts (long options in pieces, RFC
// 3396, are read up to their first piece).
struct Message {
  Header header;
  Type type = Type::none;
  bool has_type = false;
  std::uint8_t type_value = 0;
  Bytes hostname, requested_ip, server_id, parameters, vendor_class, user_class, client_id, subnet_mask, routers,
      dns_servers, domain, text, fqdn, mud_url;
  Seconds lease_time, renewal_time, rebinding_time;
  bool malformed_options = false, truncated_options = false, too_many_options = false;

  bool from_client() const noexcept { return header.op == static_cast<std::uint8_t>(Op::request); }

  // False where the header is not one.
  [[nodiscard]] bool parse(Bytes datagram) noexcept;

 private:
  bool options(Cursor& c, unsigned& count) noexcept;
  void take(std::uint8_t code, Bytes value) noexcept;

  std::uint8_t overload_ = 0;
};

}  // namespace gatehouse::proto::dhcp
