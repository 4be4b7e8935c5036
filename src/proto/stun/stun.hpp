// SPDX-License-Identifier: GPL-3.0-or-later
// STUN and TURN: how calls and games find their way through address translators, and whom they talk to through a relay.
#pragma once

#include "model/protocol.hpp"
#include "proto/stun/message.hpp"

namespace gatehouse::proto::stun {

extern const ProtocolSpec protocol;

namespace event {
inline constexpr std::uint8_t malformed_message = 0, wrong_fingerprint = 1, count = 2;
}

// An endpoint as text: "192.0.2.1:3478", "[2001:db8::1]:3478".
struct EndpointText {
  std::array<char, kIpText + 8> room{};
  std::size_t size = 0;

  void set(const Endpoint& endpoint) noexcept;
  std::string_view view() const noexcept { return {room.data(), size}; }
};

// One message; its views live as long as the parse call that tells of it.
struct StunTransaction : Transaction {
  StunTransaction() noexcept { protocol = &stun::protocol; }
  Message message;
  EndpointText mapped, relayed, peer;
};
inline const StunTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const StunTransaction&>(tx);
}

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);
void log(const Transaction& tx, JsonWriter& json);
std::span<const FieldSpec> fields() noexcept;

}  // namespace gatehouse::proto::stun
