// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/snmp/message.hpp"

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::snmp {
namespace {

constexpr std::uint8_t kIpAddress = 0x40;  // RFC 2578, 7.1.5: [APPLICATION 0] IMPLICIT OCTET STRING (SIZE (4))
constexpr std::uint8_t kTimeTicks = 0x43;

constexpr std::uint8_t kEncryptedFlag = 0x02;  // RFC 3412, 6.4: msgFlags

// RFC 1157, 4.1.6: enterprise, agent-addr, generic-trap, specific-trap, time-stamp, variable-bindings.
void read_trap_v1(Cursor& c, Message& m) noexcept {
  m.enterprise = asn1::expect(c, asn1::oid).body;
  m.agent_address = asn1::expect(c, kIpAddress).body;
  m.generic_trap = asn1::expect_integer(c);
  m.specific_trap = asn1::expect_integer(c);
  (void)asn1::expect(c, kTimeTicks);
  m.variables = asn1::expect(c, asn1::sequence).body;
}

// RFC 3416, 3: request-id, error-status (or non-repeaters), error-index (or max-repetitions), variable-bindings.
void read_common(Cursor& c, Message& m) noexcept {
  m.request_id = asn1::expect_integer(c);
  const std::int64_t status = asn1::expect_integer(c);
  if (m.pdu != Pdu::get_bulk_request) m.error = status;
  (void)asn1::expect_integer(c);
  m.variables = asn1::expect(c, asn1::sequence).body;
}

void read_pdu(Cursor& c, Message& m) noexcept {
  const asn1::Value value = asn1::read(c);
  const unsigned type = value.tag ^ asn1::context_constructed(0);
  if (!c.ok() || type > kLastPdu) return c.fail();
  m.pdu = static_cast<Pdu>(type);
  Cursor inside{value.body};
  if (m.pdu == Pdu::trap_v1)
    read_trap_v1(inside, m);
  else
    read_common(inside, m);
  if (!inside.ok() || !inside.empty()) return c.fail();
  m.has_pdu = true;
}

// RFC 3414, 2.4: UsmSecurityParameters ::= SEQUENCE { msgAuthoritativeEngineID, …EngineBoots, …EngineTime, msgUserName,
// msgAuthenticationParameters, msgPrivacyParameters }, within the OCTET STRING.
void read_user_based(Bytes parameters, Cursor& outer, Message& m) noexcept {
  Cursor c{parameters};
  Cursor inside{asn1::expect(c, asn1::sequence).body};
  if (!c.ok()) return outer.fail();
  m.engine = asn1::expect(inside, asn1::octet_string).body;
  (void)asn1::expect_integer(inside);
  (void)asn1::expect_integer(inside);
  m.user = asn1::expect(inside, asn1::octet_string).body;
  (void)asn1::expect(inside, asn1::octet_string);
  (void)asn1::expect(inside, asn1::octet_string);
  if (!inside.ok()) outer.fail();
}

// RFC 3412, 6: msgGlobalData, msgSecurityParameters, msgData.
void read_v3(Cursor& c, Message& m) noexcept {
  Cursor global{asn1::expect(c, asn1::sequence).body};
  (void)asn1::expect_integer(global);  // msgID
  (void)asn1::expect_integer(global);  // msgMaxSize
  const Bytes flags = asn1::expect(global, asn1::octet_string).body;
  m.security_model = asn1::expect_integer(global);
  if (!global.ok() || flags.size() != 1) return c.fail();
  m.flags = flags[0];
  const Bytes parameters = asn1::expect(c, asn1::octet_string).body;
  if (m.security_model == kUserBasedModel) read_user_based(parameters, c, m);
  // 6.7: "The msgData field … either in plaintext or encrypted as an OCTET STRING, depending on the privFlag".
  m.encrypted = (m.flags & kEncryptedFlag) != 0;
  if (m.encrypted) {
    (void)asn1::expect(c, asn1::octet_string);
    return;
  }
  Cursor scoped{asn1::expect(c, asn1::sequence).body};  // contextEngineID, contextName, data
  (void)asn1::expect(scoped, asn1::octet_string);
  m.context = asn1::expect(scoped, asn1::octet_string).body;
  read_pdu(scoped, m);
  if (!scoped.ok()) c.fail();
}

}  // namespace

bool read(Bytes datagram, Message& message) noexcept {
  Cursor outer{datagram};
  Cursor c{asn1::expect(outer, asn1::sequence).body};
  const std::int64_t version = asn1::expect_integer(c);
  if (!outer.ok() || !outer.empty() || !c.ok()) return false;
  message.version = static_cast<Version>(version);
  if (version == 0 || version == 1) {
    message.community = asn1::expect(c, asn1::octet_string).body;
    read_pdu(c, message);
  } else if (version == 3) {
    read_v3(c, message);
  } else {
    return false;
  }
  return c.ok() && c.empty();
}

bool Variables::next(Variable& variable) noexcept {
  if (cursor_.empty()) return false;
  Cursor pair{asn1::expect(cursor_, asn1::sequence).body};
  variable.oid = asn1::expect(pair, asn1::oid).body;
  const asn1::Value value = asn1::read(pair);
  variable.tag = value.tag;
  variable.value = value.body;
  return cursor_.ok() && pair.ok();
}

}  // namespace gatehouse::proto::snmp
