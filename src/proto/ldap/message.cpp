// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/message.hpp"

#include <algorithm>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::ldap {
namespace {

using asn1::context;
using asn1::context_constructed;

// RFC 4511, 4.1.1: MessageID ::= INTEGER (0 ..  maxInt), maxInt being 2147483647.
constexpr std::int64_t kMaxId = 2147483647;

Bytes text(Cursor& c) noexcept {
  return asn1::expect(c, asn1::octet_string).body;
}
std::int64_t choice(Cursor& c) noexcept {
  return asn1::expect_integer(c, asn1::enumerated);
}
bool truth(Cursor& c) noexcept {
  const Bytes body = asn1::expect(c, asn1::boolean).body;
  return body.size() == 1 && body[0] != 0;
}

// The tag with which each operation must begin: three of them are primitive (4.3, 4.8, 4.11).
bool is_operation(std::uint8_t tag) noexcept {
  const unsigned number = tag & 0x1f;
  const bool primitive = number == 2 || number == 10 || number == 16;
  const bool known = number <= 16 || number == 19 || (number >= 23 && number <= 25);
  return known && tag == (primitive ? 0x40 | number : 0x60 | number);
}

// 4.1.9: LDAPResult ::= SEQUENCE { resultCode, matchedDN, diagnosticMessage, referral [3] OPTIONAL }.
void read_result(Cursor& c, Message& m) noexcept {
  m.result_code = choice(c);
  m.matched_dn = text(c);
  m.diagnostic = text(c);
  m.has_result = true;
  if (asn1::next_is(c, context_constructed(3))) (void)asn1::read(c);
}

void read_optional(Cursor& c, std::uint8_t tag, Bytes& into, bool& has) noexcept {
  if (!asn1::next_is(c, tag)) return;
  into = asn1::read(c).body;
  has = true;
}

// 4.2: BindRequest ::= [APPLICATION 0] SEQUENCE { version, name, authentication }.
void read_bind(Cursor& c, Message& m) noexcept {
  m.version = asn1::expect_integer(c);
  m.dn = text(c);
  const asn1::Value authentication = asn1::read(c);
  if (authentication.tag != context_constructed(3)) return;  // simple, or one of those before LDAPv3
  Cursor sasl{authentication.body};
  m.mechanism = text(sasl);
  if (!sasl.empty()) m.credentials = text(sasl);
  m.has_sasl = true;
  if (!sasl.ok()) c.fail();
}

// 4.5.1: baseObject, scope, derefAliases, sizeLimit, timeLimit, typesOnly, filter, attributes.
void read_search(Cursor& c, Message& m) noexcept {
  m.dn = text(c);
  m.scope = choice(c);
  m.deref_aliases = choice(c);
  m.size_limit = asn1::expect_integer(c);
  m.time_limit = asn1::expect_integer(c);
  m.types_only = truth(c);
  m.filter = asn1::read(c).whole;
  m.list = asn1::expect(c, asn1::sequence).body;
}

// 4.9: entry, newrdn, deleteoldrdn, newSuperior [0] OPTIONAL.
void read_mod_dn(Cursor& c, Message& m) noexcept {
  m.dn = text(c);
  m.new_rdn = text(c);
  m.delete_old_rdn = truth(c);
  read_optional(c, context(0), m.new_superior, m.has_superior);
}

// 4.10: entry, ava SEQUENCE { attributeDesc, assertionValue }.
void read_compare(Cursor& c, Message& m) noexcept {
  m.dn = text(c);
  Cursor assertion{asn1::expect(c, asn1::sequence).body};
  m.name = text(assertion);
  m.value = text(assertion);
  if (!assertion.ok()) c.fail();
}

void read_operation(const asn1::Value& value, Cursor& c, Message& m) noexcept {
  switch (m.operation) {
    case Operation::bind_request:
      return read_bind(c, m);
    case Operation::bind_response: {  // 4.2.2: the result and serverSaslCreds [7] OPTIONAL
      read_result(c, m);
      return read_optional(c, context(7), m.credentials, m.has_sasl);
    }
    case Operation::unbind_request:
      return c.skip(value.body.size());
    case Operation::search_request:
      return read_search(c, m);
    case Operation::search_result_entry:  // 4.5.2: objectName, attributes
    case Operation::modify_request:       // 4.6: object, changes
    case Operation::add_request:          // 4.7: entry, attributes
      m.dn = text(c);
      m.list = asn1::expect(c, asn1::sequence).body;
      return;
    case Operation::search_result_reference:
      m.list = c.take(c.remaining());
      return;
    case Operation::del_request:
      m.dn = c.take(c.remaining());
      return;
    case Operation::mod_dn_request:
      return read_mod_dn(c, m);
    case Operation::compare_request:
      return read_compare(c, m);
    case Operation::abandon_request:
      m.abandoned = asn1::integer_of(value.body, c);
      return c.skip(c.remaining());
    case Operation::extended_request:  // 4.12: requestName [0], requestValue [1] OPTIONAL
      m.name = asn1::expect(c, context(0)).body;
      m.has_name = true;
      return read_optional(c, context(1), m.value, m.has_value);
    case Operation::extended_response:  // the result, responseName [10] OPTIONAL, responseValue [11] OPTIONAL
      read_result(c, m);
      read_optional(c, context(10), m.name, m.has_name);
      return read_optional(c, context(11), m.value, m.has_value);
    case Operation::intermediate_response:  // 4.13: responseName [0] OPTIONAL, responseValue [1] OPTIONAL
      read_optional(c, context(0), m.name, m.has_name);
      return read_optional(c, context(1), m.value, m.has_value);
    case Operation::search_result_done:
    case Operation::modify_response:
    case Operation::add_response:
    case Operation::del_response:
    case Operation::mod_dn_response:
    case Operation::compare_response:
      return read_result(c, m);
  }
}

constexpr std::array<Bytes Message::*, 11> kViews{&Message::dn,        &Message::matched_dn,  &Message::diagnostic,
                                                  &Message::mechanism, &Message::credentials, &Message::filter,
                                                  &Message::list,      &Message::new_rdn,     &Message::new_superior,
                                                  &Message::name,      &Message::value};

}  // namespace

bool is_of_client(Operation operation) noexcept {
  switch (operation) {
    case Operation::bind_request:
    case Operation::unbind_request:
    case Operation::search_request:
    case Operation::modify_request:
    case Operation::add_request:
    case Operation::del_request:
    case Operation::mod_dn_request:
    case Operation::compare_request:
    case Operation::abandon_request:
    case Operation::extended_request:
      return true;
    default:
      return false;
  }
}

bool Message::is_last_answer() const noexcept {
  return !of_client() && operation != Operation::search_result_entry &&
         operation != Operation::search_result_reference && operation != Operation::intermediate_response;
}

void Message::move_views(Bytes from, Bytes to) noexcept {
  for (Bytes Message::* const member : kViews) {
    Bytes& view = this->*member;
    if (view.empty()) continue;
    const auto at = static_cast<std::size_t>(view.data() - from.data());
    view = at < to.size() ? to.subspan(at, std::min(view.size(), to.size() - at)) : Bytes{};
  }
}

Outcome read_head(Bytes bytes, Head& head) noexcept {
  if (bytes.empty()) return Outcome::need_more;
  if (bytes[0] != asn1::sequence) return Outcome::malformed;
  head.size = asn1::whole_size(bytes);
  if (head.size == asn1::kNoValue) return Outcome::malformed;
  if (head.size == 0) return Outcome::need_more;
  constexpr std::size_t kLeast = 7;  // the shortest message: an unbind
  if (head.size < kLeast) return Outcome::malformed;
  Cursor c{bytes};
  c.skip(bytes[1] < 0x80 ? 2 : 2 + (bytes[1] & 0x7f));
  const std::size_t end = head.size;
  if (c.remaining() < 2) return Outcome::need_more;
  const Bytes id = c.rest();
  if (id[0] != asn1::integer || id[1] == 0 || id[1] > 5) return Outcome::malformed;
  if (id.size() < 2u + id[1] + 1u) return Outcome::need_more;
  head.id = asn1::expect_integer(c);
  if (head.id < 0 || head.id > kMaxId) return Outcome::malformed;
  const Bytes operation = c.rest();
  head.tag = operation[0];
  if (!is_operation(head.tag)) return Outcome::malformed;
  head.operation = static_cast<Operation>(head.tag & 0x1f);
  const std::size_t size = asn1::whole_size(operation);
  if (size == asn1::kNoValue || c.position() + size > end) return Outcome::malformed;
  if (size == 0) return c.position() + 2 > end ? Outcome::malformed : Outcome::need_more;
  return Outcome::ok;
}

bool read(Bytes bytes, Message& message) noexcept {
  Head head;
  if (read_head(bytes, head) != Outcome::ok || head.size != bytes.size()) return false;
  message.id = head.id;
  message.operation = head.operation;
  Cursor outer{bytes};
  Cursor c{asn1::read(outer).body};
  (void)asn1::expect(c, asn1::integer);
  const asn1::Value operation = asn1::read(c);
  Cursor inside{operation.body};
  read_operation(operation, inside, message);
  // 4.1.1: controls [0] OPTIONAL, and nothing else.
  if (asn1::next_is(c, context_constructed(0))) (void)asn1::read(c);
  return c.ok() && c.empty() && inside.ok() && inside.empty();
}

bool Strings::next(Bytes& text) noexcept {
  if (cursor_.empty()) return false;
  text = asn1::expect(cursor_, asn1::octet_string).body;
  return cursor_.ok();
}

namespace {

Attribute read_attribute(Cursor& c) noexcept {
  Cursor inside{asn1::expect(c, asn1::sequence).body};
  const Bytes type = text(inside);
  const Bytes values = asn1::expect(inside, asn1::set).body;
  if (!inside.ok()) c.fail();
  return {type, values};
}

}  // namespace

bool Attributes::next(Attribute& attribute) noexcept {
  if (cursor_.empty()) return false;
  attribute = read_attribute(cursor_);
  return cursor_.ok();
}

bool Changes::next(Change& change) noexcept {
  if (cursor_.empty()) return false;
  Cursor inside{asn1::expect(cursor_, asn1::sequence).body};
  change.operation = choice(inside);
  change.attribute = read_attribute(inside);
  return cursor_.ok() && inside.ok();
}

}  // namespace gatehouse::proto::ldap
