// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/krb5/fields.hpp"

#include "proto/asn1/asn1.hpp"
#include "proto/krb5/names.hpp"
#include "proto/krb5/transaction.hpp"

namespace gatehouse::proto::krb5 {
namespace {

const Message& of(const Transaction& tx) noexcept {
  return static_cast<const Krb5Transaction&>(tx).message;
}
FieldValue some(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}
// Kinds of encryption below 0 are a maker's own (RFC 3961, 8): numbers of fields have no sign, so they are not told.
FieldValue some(const Number& n) noexcept {
  return n.present && n.value >= 0 ? FieldValue::of_number(static_cast<std::uint64_t>(n.value)) : FieldValue::none();
}
FieldValue part(const Name& name, unsigned index) noexcept {
  Bytes part;
  return name.part(index, part) ? FieldValue::of(part) : FieldValue::none();
}
FieldValue etype(const Transaction& tx, unsigned index) {
  for (Cursor c{of(tx).etypes}; !c.empty();) {
    const std::int64_t value = asn1::expect_integer(c);
    if (!c.ok()) break;
    if (value >= 0 && index-- == 0) return FieldValue::of_number(static_cast<std::uint64_t>(value));
  }
  return FieldValue::none();
}
FieldValue failed(const Transaction& tx, unsigned) {
  const std::uint8_t type = static_cast<const Krb5Transaction&>(tx).failed;
  return type == 0 ? FieldValue::none() : FieldValue::of_number(type);
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 11> kFields{
    FieldSpec{"krb5_msg_type", number, both, kComplete, "what the message is",
              [](const Transaction& tx, unsigned) { return FieldValue::of_number(static_cast<unsigned>(of(tx).type)); },
              FieldRole::plain, kTypeNames},
    FieldSpec{"krb5_err_code", number, to_client, kComplete, "why a request was refused",
              [](const Transaction& tx, unsigned) { return some(of(tx).error); }, FieldRole::plain, kErrorNames},
    FieldSpec{"krb5.cname", list, both, kComplete, "the client's name, in its parts",
              [](const Transaction& tx, unsigned index) { return part(of(tx).cname, index); }},
    FieldSpec{"krb5.sname", list, both, kComplete, "the service's name, in its parts: \"krbtgt\" and a realm",
              [](const Transaction& tx, unsigned index) { return part(of(tx).sname, index); }},
    FieldSpec{"krb5.realm", bytes, both, kComplete, "the client's realm; of a request the one that is asked",
              [](const Transaction& tx, unsigned) { return some(of(tx).realm); }},
    FieldSpec{"krb5.ticket_encryption", number, both, kComplete, "what seals the ticket that is given or shown",
              [](const Transaction& tx, unsigned) { return some(of(tx).ticket); }, FieldRole::plain, kEncryptionNames},
    FieldSpec{"krb5.encryption", number, to_client, kComplete, "what seals the response for the client",
              [](const Transaction& tx, unsigned) { return some(of(tx).encryption); }, FieldRole::plain,
              kEncryptionNames},
    FieldSpec{"krb5.etype", number, to_server, kComplete, "kinds of encryption that the client offers; several values",
              etype, FieldRole::plain, kEncryptionNames},
    FieldSpec{"krb5.failed_request", number, to_client, kComplete, "of an error: what was asked before it", failed,
              FieldRole::plain, kTypeNames},
    FieldSpec{"krb5.error_text", bytes, to_client, kComplete, "of an error: its explanation",
              [](const Transaction& tx, unsigned) { return some(of(tx).error_text); }},
    FieldSpec{"krb5.host", bytes, to_server, kComplete, "the client's host, where it says so",
              [](const Transaction& tx, unsigned) { return some(of(tx).host()); }, FieldRole::device_name},
};

}  // namespace gatehouse::proto::krb5
