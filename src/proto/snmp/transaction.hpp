// SPDX-License-Identifier: GPL-3.0-or-later
// Each message is a transaction. It lives as long as the call that parses its datagram, so that it may hold views.
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/snmp/message.hpp"

namespace gatehouse::proto::snmp {

// More bindings than these do not fit a datagram of Ethernet's size.
inline constexpr unsigned kMaxVariables = 128;
inline constexpr std::size_t kTextRoom = 8 * 1024;
// Identifiers of 128 arcs are SNMP's limit (RFC 2578, 3.5); those that are used have about a dozen.
inline constexpr std::size_t kMaxOidText = 1024;

struct NamedValue {
  Bytes oid;              // as it was sent
  std::string_view name;  // the same with dots
  Bytes value;            // text; of octet strings the octets
};

struct SnmpTransaction : Transaction {
  Message message;
  std::array<NamedValue, kMaxVariables> variables;
  unsigned count = 0;
  std::string_view trap_oid, trap_address;
  bool too_many = false;   // not all bindings are in `variables`
  bool malformed = false;  // the list ends with what is no binding

  // Reads the message's bindings.
  void fill() noexcept;
  // The value of the object `oid` where its own agent tells it.
  const NamedValue* told(Bytes oid) const noexcept;

 private:
  std::string_view oid_text(Bytes oid) noexcept;
  Bytes value_text(const Variable& variable) noexcept;
  Bytes number_text(std::uint64_t value, bool negative) noexcept;
  std::string_view address_text(Bytes address) noexcept;
  std::span<char> room() noexcept { return std::span{room_}.subspan(used_); }

  std::array<char, kTextRoom> room_;
  std::size_t used_ = 0;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::snmp
