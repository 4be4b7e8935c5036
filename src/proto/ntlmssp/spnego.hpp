// SPDX-License-Identifier: GPL-3.0-or-later
// What a security blob of SMB, DCE/RPC, LDAP or HTTP holds: NTLM as it is or within SPNEGO (RFC 4178), or a Kerberos
// ticket for a named service (RFC 4121, 4120). Views into the blob.
#pragma once

#include "base/cursor.hpp"

namespace gatehouse::proto::ntlmssp {

struct Token {
  Bytes ntlmssp{};        // a message, with its signature
  Bytes realm{};          // of the service's ticket
  Bytes service_names{};  // the names of its principal: values of ASN.1 one behind the other
  bool kerberos = false;
};

// Finds what the blob holds; an empty token where it is nothing of these.
Token read_token(Bytes blob) noexcept;

// The next name of `service_names`; false at their end.
bool next_name(Cursor& names, Bytes& name) noexcept;

}  // namespace gatehouse::proto::ntlmssp
