// SPDX-License-Identifier: GPL-3.0-or-later
// IKEv1 and IKEv2: how IPsec's ends agree on keys.
#pragma once

#include "model/protocol.hpp"
#include "proto/ike/message.hpp"

namespace gatehouse::proto::ike {

extern const ProtocolSpec protocol;

// One message; its views live as long as the parse call that tells of it.
struct IkeTransaction : Transaction {
  IkeTransaction() noexcept { protocol = &ike::protocol; }

  Message message;
  bool client = true;  // the end that began the flow sent it
  // Texts that fields show.
  std::array<char, 16> initiator{}, responder{};
  std::array<std::array<char, 40>, kAttributes> attributes{};
  std::array<std::uint8_t, kAttributes> attribute_sizes{};
  unsigned attribute_count = 0;
  mutable std::array<char, 512> vendor{};  // the one that was asked for last, as hex

  // What the responder took.
  const Association* chosen() const noexcept {
    return !client && message.associations.size > 0 ? message.associations.begin() : nullptr;
  }
};
inline const IkeTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const IkeTransaction&>(tx);
}

// names.cpp
std::string_view attribute_name(Attribute attribute) noexcept;                            // "alg_enc"
std::string_view value_name(bool v1, Attribute attribute, std::uint32_t value) noexcept;  // "EncAesCbc"
std::string_view payload_name(bool v1, std::uint8_t type) noexcept;
std::span<const NamedNumber> exchange_names() noexcept;
std::string_view notify_name(std::uint16_t type) noexcept;

// As much of `bytes` as `room` holds, as lower-case hex.
std::string_view write_hex(Bytes bytes, std::span<char> room) noexcept;

void log(const Transaction& tx, JsonWriter& json);
std::span<const FieldSpec> fields() noexcept;
Probe probe(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::ike
