// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/snmp/fields.hpp"

#include "proto/snmp/names.hpp"
#include "proto/snmp/transaction.hpp"

namespace gatehouse::proto::snmp {
namespace {

// SNMPv2-MIB (RFC 3418): what an agent says of the device that it is in.
constexpr std::array<std::uint8_t, 8> kSysDescr{0x2b, 6, 1, 2, 1, 1, 1, 0};
constexpr std::array<std::uint8_t, 8> kSysObjectId{0x2b, 6, 1, 2, 1, 1, 2, 0};
constexpr std::array<std::uint8_t, 8> kSysName{0x2b, 6, 1, 2, 1, 1, 5, 0};

const SnmpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SnmpTransaction&>(tx);
}
const Message& message_of(const Transaction& tx) noexcept {
  return of(tx).message;
}
FieldValue some(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}
FieldValue some(std::string_view text) noexcept {
  return some(as_bytes(text));
}
FieldValue number_if(bool present, std::int64_t value) noexcept {
  return present ? FieldValue::of_number(static_cast<std::uint64_t>(value)) : FieldValue::none();
}

FieldValue version(const Transaction& tx, unsigned) {
  const auto number = static_cast<unsigned>(message_of(tx).version);
  return FieldValue::of_number(number < 2 ? number + 1 : number);
}
FieldValue pdu_type(const Transaction& tx, unsigned) {
  return number_if(message_of(tx).has_pdu, static_cast<std::int64_t>(message_of(tx).pdu));
}
FieldValue trap_type(const Transaction& tx, unsigned) {
  const Message& m = message_of(tx);
  return number_if(m.has_pdu && m.pdu == Pdu::trap_v1, m.generic_trap);
}
FieldValue error(const Transaction& tx, unsigned) {
  const Message& m = message_of(tx);
  return number_if(m.has_pdu && m.pdu == Pdu::response, m.error);
}
FieldValue oid(const Transaction& tx, unsigned index) {
  return index < of(tx).count ? FieldValue::of(of(tx).variables[index].name) : FieldValue::none();
}
FieldValue value(const Transaction& tx, unsigned index) {
  return index < of(tx).count ? FieldValue::of(of(tx).variables[index].value) : FieldValue::none();
}
FieldValue engine(const Transaction& tx, unsigned) {
  const Message& m = message_of(tx);
  const bool agents = m.from_agent() || (m.encrypted && tx.stage[index(Direction::to_client)] > 0);
  return agents ? some(m.engine) : FieldValue::none();
}
template <const std::array<std::uint8_t, 8>& object>
FieldValue told(const Transaction& tx, unsigned) {
  const NamedValue* const found = of(tx).told(object);
  return found == nullptr ? FieldValue::none() : some(found->value);
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 15> kFields{
    FieldSpec{"snmp.version", number, both, kComplete, "1, 2 (which is 2c) or 3", version, FieldRole::plain,
              kVersionNames},
    FieldSpec{"snmp.pdu_type", number, both, kComplete, "what the message does; absent where it is encrypted", pdu_type,
              FieldRole::plain, kPduNames},
    FieldSpec{"snmp.community", bytes, both, kComplete, "the password of versions 1 and 2c",
              [](const Transaction& tx, unsigned) { return some(message_of(tx).community); }},
    FieldSpec{"snmp.usm", bytes, both, kComplete, "the user of version 3",
              [](const Transaction& tx, unsigned) { return some(message_of(tx).user); }},
    FieldSpec{"snmp.trap_type", number, both, kComplete, "generic trap of version 1", trap_type, FieldRole::plain,
              kTrapNames},
    FieldSpec{"snmp.trap_oid", bytes, both, kComplete,
              "what a trap is about: the enterprise (v1), snmpTrapOID (v2c, v3)",
              [](const Transaction& tx, unsigned) { return some(of(tx).trap_oid); }},
    FieldSpec{"snmp.trap_address", bytes, both, kComplete, "the agent's address in a trap of version 1",
              [](const Transaction& tx, unsigned) { return some(of(tx).trap_address); }},
    FieldSpec{"snmp.oid", list, both, kComplete, "objects that are asked for, set or told", oid},
    FieldSpec{"snmp.value", list, both, kComplete, "their values as text, in the same order", value},
    FieldSpec{"snmp.error", number, to_client, kComplete, "error status of a response", error, FieldRole::plain,
              kErrorNames},
    FieldSpec{"snmp.context", bytes, both, kComplete, "the context's name in version 3",
              [](const Transaction& tx, unsigned) { return some(message_of(tx).context); }},
    FieldSpec{"snmp.engine", bytes, both, kComplete, "the agent's engine identifier in version 3, octets", engine,
              FieldRole::device_serial},
    FieldSpec{"snmp.sys_descr", bytes, both, kComplete, "sysDescr: hardware and software as the device tells them",
              told<kSysDescr>, FieldRole::device_software},
    FieldSpec{"snmp.sys_object_id", bytes, both, kComplete, "sysObjectID: the vendor's number of the product",
              told<kSysObjectId>, FieldRole::device_fingerprint},
    FieldSpec{"snmp.sys_name", bytes, both, kComplete, "sysName: the device's name", told<kSysName>,
              FieldRole::device_name},
};

}  // namespace gatehouse::proto::snmp
