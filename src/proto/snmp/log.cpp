// SPDX-License-Identifier: GPL-3.0-or-later
// The "snmp" object of EVE.
#include "proto/snmp/names.hpp"
#include "proto/snmp/transaction.hpp"

namespace gatehouse::proto::snmp {

void log(const Transaction& tx, JsonWriter& json) {
  const auto& told = static_cast<const SnmpTransaction&>(tx);
  const Message& m = told.message;
  const auto version = static_cast<unsigned>(m.version);
  json.open_object("snmp");
  json.member("version", version < 2 ? version + 1 : version);
  json.member("pdu_type", m.encrypted ? "encrypted" : name_of(kPduNames, static_cast<std::uint64_t>(m.pdu)));
  if (m.has_pdu && m.pdu == Pdu::trap_v1) {
    const std::string_view name = name_of(kTrapNames, static_cast<std::uint64_t>(m.generic_trap));
    json.member("trap_type", name.empty() ? "unknown" : name);
  }
  if (!told.trap_oid.empty()) json.member("trap_oid", told.trap_oid);
  if (!told.trap_address.empty()) json.member("trap_address", told.trap_address);
  if (told.count > 0) {
    json.open_array("vars");
    for (unsigned i = 0; i < told.count; ++i) json.element(told.variables[i].name);
    json.close_array();
  }
  if (!m.community.empty()) json.member("community", m.community);
  if (m.version == Version::v3 && m.security_model == kUserBasedModel) json.member("usm", m.user);
  json.close_object();
}

}  // namespace gatehouse::proto::snmp
