// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntlmssp/spnego.hpp"

#include "proto/asn1/asn1.hpp"
#include "proto/ntlmssp/ntlmssp.hpp"

namespace gatehouse::proto::ntlmssp {
namespace {

constexpr std::string_view kSpnego{"\x2b\x06\x01\x05\x05\x02", 6};                // 1.3.6.1.5.5.2
constexpr std::string_view kKerberos{"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02", 9};  // 1.2.840.113554.1.2.2
constexpr std::uint8_t kWrapped = asn1::application(0);  // RFC 2743, 3.1: the frame of a mechanism's first token

// RFC 4120, 5.3. Tickets, and 5.5.1. KRB_AP_REQ Definition; before it the two octets of RFC 4121, 4.1.
void read_ap_request(Bytes inner, Token& token) noexcept {
  Cursor c{inner};
  constexpr std::uint16_t kApRequest = 0x0100;
  if (c.u16() != kApRequest) return;
  Cursor request{asn1::expect(c, asn1::application(14)).body};
  Cursor members{asn1::expect(request, asn1::sequence).body};
  while (!members.empty()) {
    const asn1::Value member = asn1::read(members);
    if (member.tag != asn1::context_constructed(3)) continue;
    Cursor ticket{member.body};
    Cursor frame{asn1::expect(ticket, asn1::application(1)).body};
    Cursor parts{asn1::expect(frame, asn1::sequence).body};
    while (!parts.empty()) {
      const asn1::Value part = asn1::read(parts);
      Cursor value{part.body};
      if (part.tag == asn1::context_constructed(1)) token.realm = asn1::expect(value, asn1::general_string).body;
      if (part.tag != asn1::context_constructed(2)) continue;
      Cursor principal{asn1::expect(value, asn1::sequence).body};
      (void)asn1::expect(principal, asn1::context_constructed(0));
      Cursor names{asn1::expect(principal, asn1::context_constructed(1)).body};
      token.service_names = asn1::expect(names, asn1::sequence).body;
    }
    token.kerberos = !token.realm.empty() || !token.service_names.empty();
    return;
  }
}

// One token of a mechanism: NTLM's own, or Kerberos' in its frame.
void read_mechanism(Bytes mechanism, Token& token) noexcept {
  if (starts_with(mechanism, kSignature)) {
    token.ntlmssp = mechanism;
    return;
  }
  Cursor c{mechanism};
  if (!asn1::next_is(c, kWrapped)) return;
  Cursor frame{asn1::read(c).body};
  if (as_text(asn1::expect(frame, asn1::oid).body) == kKerberos) read_ap_request(frame.rest(), token);
}

// RFC 4178, 4.2.1. negTokenInit and 4.2.2. negTokenResp: member 2 of either is the mechanism's token.
void read_negotiation(Bytes body, Token& token) noexcept {
  Cursor c{body};
  Cursor members{asn1::expect(c, asn1::sequence).body};
  while (!members.empty()) {
    const asn1::Value member = asn1::read(members);
    if (member.tag != asn1::context_constructed(2)) continue;
    Cursor value{member.body};
    return read_mechanism(asn1::expect(value, asn1::octet_string).body, token);
  }
}

}  // namespace

Token read_token(Bytes blob) noexcept {
  Token token;
  Cursor c{blob};
  if (asn1::next_is(c, asn1::context_constructed(1))) {
    read_negotiation(asn1::read(c).body, token);
    return token;
  }
  if (!asn1::next_is(c, kWrapped)) {
    read_mechanism(blob, token);
    return token;
  }
  Cursor frame{asn1::read(c).body};
  const Bytes mechanism = asn1::expect(frame, asn1::oid).body;
  if (as_text(mechanism) == kSpnego)
    read_negotiation(asn1::expect(frame, asn1::context_constructed(0)).body, token);
  else if (as_text(mechanism) == kKerberos)
    read_ap_request(frame.rest(), token);
  return token;
}

bool next_name(Cursor& names, Bytes& name) noexcept {
  if (names.empty()) return false;
  name = asn1::expect(names, asn1::general_string).body;
  return names.ok();
}

}  // namespace gatehouse::proto::ntlmssp
