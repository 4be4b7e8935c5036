// SPDX-License-Identifier: GPL-3.0-or-later
// The packets that begin an OpenVPN session.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::openvpn {

// OpenVPN's protocol, "packet opcode": five bits, and three for the key's number.
enum class Opcode : std::uint8_t {
  client_reset_v1 = 1,
  server_reset_v1 = 2,
  soft_reset = 3,
  control = 4,
  acknowledge = 5,
  data_v1 = 6,
  client_reset_v2 = 7,
  server_reset_v2 = 8,
  data_v2 = 9,
  client_reset_v3 = 10,
  control_wrapped_key = 11,
};

// How control packets are protected.
enum class Protection : std::uint8_t { unknown, none, tls_auth, tls_crypt, tls_crypt_v2 };

struct Packet {
  Opcode opcode{};
  std::uint8_t key_id = 0;
  Bytes session{};  // 8 octets; data has none
  Protection protection = Protection::unknown;
  bool reset = false;     // begins a session
  bool complete = false;  // the opcode exists, and what it must have is there
};

// `bytes`: one packet, without the length that stands before it over TCP.
Packet read_packet(Bytes bytes) noexcept;

}  // namespace gatehouse::proto::openvpn
