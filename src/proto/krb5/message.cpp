// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/krb5/message.hpp"

#include <algorithm>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::krb5 {
namespace {

constexpr std::int64_t kVersion = 5;
constexpr unsigned kMostMembers = 13;

// All structures of RFC 4120 are sequences whose members have context tags in rising order: what stands at each of
// them.
using Members = std::array<Bytes, kMostMembers>;
bool read_members(Bytes sequence, Members& members) noexcept {
  Cursor outer{sequence};
  Cursor c{asn1::expect(outer, asn1::sequence).body};
  unsigned next = 0;
  while (!c.empty() && outer.ok() && c.ok()) {
    const asn1::Value member = asn1::read(c);
    const unsigned number = member.tag ^ asn1::context_constructed(0);
    if (number < next || number >= kMostMembers) return false;
    members[number] = member.body;
    next = number + 1;
  }
  return outer.ok() && outer.empty() && c.ok();
}

Number number(Bytes member) noexcept {
  Cursor c{member};
  const std::int64_t value = asn1::expect_integer(c);
  return {c.ok(), value};
}
// RFC 4120, 5.2.1: KerberosString ::= GeneralString; some send other kinds of string.
Bytes text(Bytes member) noexcept {
  Cursor c{member};
  return asn1::read(c).body;
}
Bytes contents(Bytes member) noexcept {
  Cursor c{member};
  return asn1::expect(c, asn1::sequence).body;
}
Name name(Bytes member) noexcept {
  Members parts;
  return read_members(member, parts) ? Name{contents(parts[1])} : Name{};
}

// 5.2.9: EncryptedData ::= SEQUENCE { etype [0], kvno [1] OPTIONAL, cipher [2] }.
Number encryption(Bytes member) noexcept {
  Members parts;
  return read_members(member, parts) ? number(parts[0]) : Number{};
}

// 5.3: Ticket ::= [APPLICATION 1] SEQUENCE { tkt-vno [0], realm [1], sname [2], enc-part [3] }.
bool read_ticket(Bytes member, Message& m) noexcept {
  Cursor c{member};
  const Bytes body = asn1::expect(c, asn1::application(1)).body;
  Members parts;
  if (!c.ok() || !read_members(body, parts)) return false;
  m.sname = name(parts[2]);
  m.ticket = encryption(parts[3]);
  return m.ticket.present;
}

// 5.4.1: KDC-REQ ::= SEQUENCE { pvno [1], msg-type [2], padata [3] OPTIONAL, req-body [4] }.
bool read_request(const Members& parts, Message& m) noexcept {
  Members body;
  if (!read_members(parts[4], body)) return false;
  m.cname = name(body[1]);
  m.realm = text(body[2]);
  m.has_realm = true;
  m.sname = name(body[3]);
  m.etypes = contents(body[8]);
  m.addresses = contents(body[9]);
  return true;
}

// 5.4.2: KDC-REP ::= SEQUENCE { pvno [0], msg-type [1], padata [2] OPTIONAL, crealm [3], cname [4], ticket [5],
// enc-part [6] }.
bool read_reply(const Members& parts, Message& m) noexcept {
  m.realm = text(parts[3]);
  m.has_realm = true;
  m.cname = name(parts[4]);
  m.encryption = encryption(parts[6]);
  return m.encryption.present && read_ticket(parts[5], m);
}

// 5.9.1: … error-code [6], crealm [7] OPTIONAL, cname [8] OPTIONAL, realm [9], sname [10], e-text [11] OPTIONAL, …
bool read_error(const Members& parts, Message& m) noexcept {
  m.error = number(parts[6]);
  m.has_realm = !parts[7].empty();
  m.realm = text(parts[7]);
  m.cname = name(parts[8]);
  m.sname = name(parts[10]);
  m.error_text = text(parts[11]);
  return m.error.present;
}

bool is_known(unsigned type) noexcept {
  return (type >= 10 && type <= 15) || type == 30;
}

}  // namespace

bool Name::part(unsigned index, Bytes& part) const noexcept {
  Cursor c{strings_};
  while (!c.empty()) {
    part = asn1::read(c).body;
    if (!c.ok()) return false;
    if (index-- == 0) return true;
  }
  return false;
}

std::string_view Name::text(std::span<char> room) const noexcept {
  std::size_t used = 0;
  const auto add = [&](std::string_view piece) {
    const std::size_t size = std::min(piece.size(), room.size() - used);
    std::copy_n(piece.data(), size, room.data() + used);
    used += size;
  };
  bool first = true;
  for (Cursor c{strings_}; !c.empty();) {
    const Bytes part = asn1::read(c).body;
    if (!c.ok()) break;
    if (!first) add("/");
    first = false;
    add(as_text(part));
  }
  return {room.data(), used};
}

Bytes Message::host() const noexcept {
  constexpr std::int64_t kNetBios = 20;
  for (Cursor c{addresses}; !c.empty() && c.ok();) {
    const asn1::Value address = asn1::read(c);
    Members parts;
    if (!c.ok() || !read_members(address.whole, parts) || number(parts[0]).value != kNetBios) continue;
    std::string_view host = as_text(text(parts[1]));
    constexpr std::size_t kNameSize = 15;  // RFC 1001, 14: the sixteenth octet is the kind of name
    host = trim(host.substr(0, kNameSize));
    if (!host.empty()) return as_bytes(host);
  }
  Bytes account;
  if (is_of_client(type) && cname.part(0, account) && account.size() > 1 && account.back() == '$')
    return account.first(account.size() - 1);
  return {};
}

// The application tag, a sequence in it that fills it, and at its beginning version and type: "[n] 5, [n + 1] type".
Outcome read_type(Bytes bytes, std::size_t size, Type& type) noexcept {
  if (bytes.empty()) return Outcome::need_more;
  const unsigned number = bytes[0] ^ asn1::application(0);
  if (!is_known(number)) return Outcome::malformed;
  type = static_cast<Type>(number);
  for (int level = 0; level < 2; ++level) {
    const std::size_t whole = asn1::whole_size(bytes);
    if (whole == 0) return Outcome::need_more;
    if (whole != size || (level == 1 && bytes[0] != asn1::sequence)) return Outcome::malformed;
    const std::size_t head = bytes[1] < 0x80 ? 2u : 2u + (bytes[1] & 0x7f);
    bytes = bytes.subspan(head);
    size -= head;
    if (bytes.empty()) return size == 0 ? Outcome::malformed : Outcome::need_more;
  }
  const std::uint8_t first = type == Type::as_req || type == Type::tgs_req ? 1 : 0;
  const std::array<std::uint8_t, 10> expected{
      asn1::context_constructed(first),      3, asn1::integer, 1, kVersion,
      asn1::context_constructed(first + 1u), 3, asn1::integer, 1, static_cast<std::uint8_t>(type)};
  const std::size_t seen = std::min(bytes.size(), expected.size());
  if (size < expected.size() ||
      !std::equal(expected.begin(), expected.begin() + static_cast<std::ptrdiff_t>(seen), bytes.begin()))
    return Outcome::malformed;
  return seen < expected.size() ? Outcome::need_more : Outcome::ok;
}

bool read(Bytes bytes, Message& message) noexcept {
  if (read_type(bytes, bytes.size(), message.type) != Outcome::ok) return false;
  Cursor c{bytes};
  Members parts;
  if (!read_members(asn1::read(c).body, parts)) return false;
  switch (message.type) {
    case Type::as_req:
    case Type::tgs_req:
      return read_request(parts, message);
    case Type::as_rep:
    case Type::tgs_rep:
      return read_reply(parts, message);
    case Type::ap_req:  // 5.5.1: … ticket [3], authenticator [4]
      return read_ticket(parts[3], message);
    case Type::ap_rep:
      return true;
    case Type::error:
      return read_error(parts, message);
  }
  return false;
}

}  // namespace gatehouse::proto::krb5
