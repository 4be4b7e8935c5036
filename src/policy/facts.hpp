// SPDX-License-Identifier: GPL-3.0-or-later
// What is known of a session when it is judged. Views and numbers only: filled by the packet path, for each judgement
// anew.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/ip.hpp"
#include "model/protocol.hpp"
#include "policy/applications.hpp"

namespace gatehouse::policy {

// Zones are numbered as the policy declares them, from 1.
using ZoneId = std::uint8_t;
inline constexpr ZoneId kNoZone = 0;  // in no zone: only `any` means it

// An interface by its index in the capture source.
using InterfaceIndex = std::uint8_t;
inline constexpr InterfaceIndex kNoInterface = 0xff;

enum class Knowledge : std::uint8_t {
  unknown_yet,  // may still be told; what is there already stands
  known,        // told, and complete
  never,        // will not be told any more
};

struct Facts {
  // The ends: the initiator's and the other's. Policy::locate() fills the zones from addresses and interfaces.
  IpAddress client, server;
  InterfaceIndex client_interface = kNoInterface, server_interface = kNoInterface;
  ZoneId from = kNoZone, to = kNoZone;
  std::uint16_t server_port = 0;
  bool has_ports = false;
  std::uint8_t protocol = 0;  // of the transport

  // The protocol that our own parsers recognised, and the long tail's names: master ("TLS") and application ("Google").
  const ProtocolSpec* spoken = nullptr;
  AppName master = 0, application = 0;
  Knowledge spoken_state = Knowledge::unknown_yet;
  Knowledge names_state = Knowledge::unknown_yet;

  // The server's name as the client gave it (TLS SNI, HTTP Host) and the name that is asked for (DNS query), without
  // regard to letter case.
  std::string_view domain, asked;
  Knowledge domain_state = Knowledge::unknown_yet;
  Knowledge asked_state = Knowledge::unknown_yet;

  // The wait is over: what is not known now counts as never to be known.
  void settle() noexcept {
    for (Knowledge* state : {&spoken_state, &names_state, &domain_state, &asked_state})
      if (*state == Knowledge::unknown_yet) *state = Knowledge::never;
  }
};

// Whether a protocol has fields that tell these names at all: where it has none, they will never be known.
bool tells_domain(const ProtocolSpec& protocol) noexcept;
bool tells_asked(const ProtocolSpec& protocol) noexcept;

}  // namespace gatehouse::policy
