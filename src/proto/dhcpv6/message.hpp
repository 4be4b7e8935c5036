// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::dhcpv6 {

enum class Type : std::uint8_t {  // RFC 8415, 7.3
  solicit = 1,
  advertise,
  request,
  confirm,
  renew,
  rebind,
  reply,
  release,
  decline,
  reconfigure,
  information_request,
  relay_forward,
  relay_reply,
};

namespace option {  // RFC 8415, 21, and the RFCs named beside the readers
inline constexpr std::uint16_t client_id = 1, server_id = 2, ia_na = 3, ia_ta = 4, ia_address = 5, requested = 6,
                               elapsed = 8, relay_message = 9, status = 13, vendor_class = 16, interface_id = 18,
                               dns_servers = 23, ia_pd = 25, ia_prefix = 26, fqdn = 39, mud_url = 112;
}

// RFC 8415, 7.6: HOP_COUNT_LIMIT.
inline constexpr unsigned kMaxRelays = 8;
inline constexpr unsigned kMaxOptions = 256;      // of one message, with those of its relays
inline constexpr unsigned kMaxAddresses = 8;      // that are shown, and as many prefixes
inline constexpr unsigned kMaxNesting = 3;        // options in options: IA, address, status
inline constexpr std::size_t kLongestDuid = 130;  // RFC 8415, 11.1: "... not including the type code, is at least 1
                                                  // octet and at most 128 octets."

// RFC 8415, 11. DHCP Unique Identifier.
struct Duid {
  Bytes whole;

  bool plausible() const noexcept;
  // The link-layer address of types 1 (with a time) and 3; else empty.
  Bytes hardware() const noexcept;
};

struct Prefix {
  Bytes address;
  std::uint8_t length = 0;
};

// A message as views into its datagram, that of a relay told with the one it carries. Where an option stands twice the
// first one counts.
struct Message {
  std::uint8_t type = 0;
  std::uint32_t id = 0;
  unsigned relays = 0;
  std::uint8_t relay_hops = 0;
  Bytes relay_link, relay_peer, interface_id;  // as the outermost relay says
  Duid client, server;
  Bytes requested, fqdn, vendor_class, mud_url, status_text;
  std::uint32_t enterprise = 0, valid_lifetime = 0;
  std::uint16_t status = 0;
  bool has_status = false, has_enterprise = false, has_lifetime = false, has_elapsed = false;
  std::array<Bytes, kMaxAddresses> addresses{};
  std::array<Prefix, kMaxAddresses> prefixes{};
  unsigned address_count = 0, prefix_count = 0;
  Bytes dns_servers;
  bool malformed_options = false, too_many_options = false, too_many_relays = false;

  bool from_client() const noexcept {
    const auto t = static_cast<Type>(type);
    return t != Type::advertise && t != Type::reply && t != Type::reconfigure;
  }
  // False where it is shorter than its header, or of no type.
  [[nodiscard]] bool parse(Bytes datagram) noexcept;

 private:
  void options(Cursor c, unsigned nesting) noexcept;
  void take(std::uint16_t code, Bytes value, unsigned nesting) noexcept;
  void identity(Cursor c, std::size_t fixed, unsigned nesting) noexcept;

  unsigned options_ = 0;
  Bytes relayed_;
};

}  // namespace gatehouse::proto::dhcpv6
