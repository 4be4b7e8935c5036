// SPDX-License-Identifier: GPL-3.0-or-later
// One SNMP message as views into its datagram.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::snmp {

enum class Version : std::uint8_t { v1 = 0, v2c = 1, v3 = 3 };

// RFC 1157, 4.1, RFC 3416, 3: the context tags of the protocol data units.
enum class Pdu : std::uint8_t {
  get_request,
  get_next_request,
  response,
  set_request,
  trap_v1,
  get_bulk_request,
  inform_request,
  trap_v2,
  report,
};
inline constexpr std::uint8_t kLastPdu = 8;

// RFC 3411, 5: SnmpSecurityModel.
inline constexpr std::int64_t kUserBasedModel = 3;

// RFC 3416, 2.5: a variable binding. `tag` is that of the value's syntax.
struct Variable {
  Bytes oid;
  std::uint8_t tag = 0;
  Bytes value;
};

struct Message {
  Version version{};
  Bytes community;  // v1, v2c

  // RFC 3412, 6; RFC 3414, 2.4.
  std::int64_t security_model = 0;
  std::uint8_t flags = 0;
  Bytes engine, user, context;
  bool encrypted = false;

  bool has_pdu = false;
  Pdu pdu{};
  std::int64_t request_id = 0, error = 0;  // not of trap_v1
  Bytes enterprise, agent_address;         // trap_v1
  std::int64_t generic_trap = 0, specific_trap = 0;
  Bytes variables;  // the list's contents

  // The agent speaks for itself in these (RFC 3412, 3: it is the authoritative engine).
  bool from_agent() const noexcept {
    return has_pdu && (pdu == Pdu::response || pdu == Pdu::trap_v1 || pdu == Pdu::trap_v2 || pdu == Pdu::report);
  }
};

// The whole datagram must be one message.
bool read(Bytes datagram, Message& message) noexcept;

// The bindings of `Message::variables` in order. False at the end, and from a binding on that cannot be read.
class Variables {
 public:
  explicit Variables(Bytes list) noexcept : cursor_(list) {}
  bool next(Variable& variable) noexcept;

 private:
  Cursor cursor_;
};

}  // namespace gatehouse::proto::snmp
