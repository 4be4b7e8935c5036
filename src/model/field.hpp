// SPDX-License-Identifier: GPL-3.0-or-later
// Fields: the one vocabulary. A row here is a sticky buffer for the IPS, a condition for the policy and a line of the
// documentation, by the same name.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "model/direction.hpp"

namespace gatehouse {

struct Transaction;

enum class FieldType : std::uint8_t {
  bytes,
  number,  // one, or several by index (an absent value ends them)
  list,    // of bytes: several values in one transaction, by index
  stream,  // bytes that arrive in pieces (bodies, files)
};

// What a getter returns. A view lives as long as the transaction is not changed by its parser.
struct FieldValue {
  bool present = false;
  Bytes bytes{};
  std::uint64_t number = 0;

  static FieldValue none() noexcept { return {}; }
  static FieldValue of(Bytes b) noexcept { return {true, b, 0}; }
  static FieldValue of(std::string_view t) noexcept { return {true, as_bytes(t), 0}; }
  static FieldValue of_number(std::uint64_t n) noexcept { return {true, {}, n}; }
};

enum class FieldRole : std::uint8_t {
  plain,
  session_domain,  // names the server that the session goes to: TLS SNI, HTTP Host
  asked_domain,    // a name that is asked for: DNS query
  // What a device says of itself. The device is the one that sends in the direction of the update.
  device_name,         // the name its owner or maker gave it: DHCP host name, mDNS instance, SMB computer name
  device_vendor,       // who made it
  device_model,        // what it is: "SHSW-1", "CPU 315-2 PN/DP"
  device_serial,       // serial number or another identity that lasts
  device_software,     // operating system, firmware, user agent or server software, with version
  device_fingerprint,  // JA4, HASSH, the option list of DHCP: alike for the same software
  device_service,      // a service that it offers: "_hap._tcp.local", "urn:schemas-upnp-org:device:MediaRenderer:1"
};

// The log's word for what a device role tells; empty for the other roles.
constexpr std::string_view device_word(FieldRole role) noexcept {
  switch (role) {
    case FieldRole::device_name:
      return "name";
    case FieldRole::device_vendor:
      return "vendor";
    case FieldRole::device_model:
      return "model";
    case FieldRole::device_serial:
      return "serial";
    case FieldRole::device_software:
      return "software";
    case FieldRole::device_fingerprint:
      return "fingerprint";
    case FieldRole::device_service:
      return "service";
    case FieldRole::plain:
    case FieldRole::session_domain:
    case FieldRole::asked_domain:
      break;
  }
  return {};
}

// The name of one value of a number: rules and policies may write either.
struct NamedNumber {
  std::uint64_t value = 0;
  std::string_view name;  // "read_holding_registers"
};
// The name of `value`, empty where it has none. Rows need not be in order.
constexpr std::string_view name_of(std::span<const NamedNumber> names, std::uint64_t value) noexcept {
  for (const NamedNumber& row : names)
    if (row.value == value) return row.name;
  return {};
}

enum class FieldDirection : std::uint8_t { to_server, to_client, both };

struct FieldSpec {
  std::string_view name;  // "tls.sni": protocol, dot, field
  FieldType type = FieldType::bytes;
  FieldDirection direction = FieldDirection::both;
  std::uint8_t known_at = 0;  // index into the protocol's stages of that direction
  std::string_view about;     // one line for people
  // `index` counts from 0 for lists; an absent value ends the list.
  FieldValue (*get)(const Transaction&, unsigned index) = nullptr;
  FieldRole role = FieldRole::plain;
  std::span<const NamedNumber> names = {};  // of a number's values, where they have some
};

}  // namespace gatehouse
