// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/fields.hpp"

#include "proto/ldap/names.hpp"
#include "proto/ldap/transaction.hpp"

namespace gatehouse::proto::ldap {
namespace {

// Rules look at this many attributes of a transaction.
constexpr unsigned kMaxListed = 256;

const LdapTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const LdapTransaction&>(tx);
}
FieldValue some(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}
FieldValue number_if(bool present, std::int64_t value) noexcept {
  return present ? FieldValue::of_number(static_cast<std::uint64_t>(value)) : FieldValue::none();
}

template <Bytes Message::* member>
FieldValue of_request(const Transaction& tx, unsigned) {
  const Message* const m = of(tx).request();
  return m == nullptr ? FieldValue::none() : some(m->*member);
}
FieldValue request_operation(const Transaction& tx, unsigned) {
  const Message* const m = of(tx).request();
  return m == nullptr ? FieldValue::none() : FieldValue::of_number(static_cast<std::uint64_t>(m->operation));
}
FieldValue scope(const Transaction& tx, unsigned) {
  const Message* const m = of(tx).request();
  return number_if(m != nullptr && m->operation == Operation::search_request, m != nullptr ? m->scope : 0);
}
FieldValue extended(const Transaction& tx, unsigned) {
  const Message* const m = of(tx).request();
  return m != nullptr && m->operation == Operation::extended_request ? some(m->name) : FieldValue::none();
}

// The value of the response at `index` among those that `give` has one of.
template <typename Give>
FieldValue of_each(const Transaction& tx, unsigned index, Give give) {
  for (const auto* kept = of(tx).responses(); kept != nullptr; kept = kept->next)
    if (const FieldValue value = give(kept->message); value.present && index-- == 0) return value;
  return FieldValue::none();
}
FieldValue response_operation(const Transaction& tx, unsigned index) {
  return of_each(tx, index,
                 [](const Message& m) { return FieldValue::of_number(static_cast<std::uint64_t>(m.operation)); });
}
FieldValue result_code(const Transaction& tx, unsigned index) {
  return of_each(tx, index, [](const Message& m) { return number_if(m.has_result, m.result_code); });
}
FieldValue response_dn(const Transaction& tx, unsigned index) {
  return of_each(tx, index, [](const Message& m) { return some(m.has_result ? m.matched_dn : m.dn); });
}
FieldValue response_message(const Transaction& tx, unsigned index) {
  return of_each(tx, index, [](const Message& m) { return some(m.diagnostic); });
}
FieldValue response_count(const Transaction& tx, unsigned) {
  const unsigned count = of(tx).response_count();
  return number_if(count > 0, count);
}

// Steps `index` down over the attributes of one message; at 0 the type is found.
FieldValue attribute_type_of(const Message& m, unsigned& index) {
  switch (m.operation) {
    case Operation::search_request: {
      Bytes type;
      for (Strings wanted{m.list}; wanted.next(type);)
        if (index-- == 0) return FieldValue::of(type);
      break;
    }
    case Operation::modify_request: {
      Change change;
      for (Changes changes{m.list}; changes.next(change);)
        if (index-- == 0) return FieldValue::of(change.attribute.type);
      break;
    }
    case Operation::add_request:
    case Operation::search_result_entry: {
      Attribute attribute;
      for (Attributes attributes{m.list}; attributes.next(attribute);)
        if (index-- == 0) return FieldValue::of(attribute.type);
      break;
    }
    case Operation::compare_request:
      if (index-- == 0) return FieldValue::of(m.name);
      break;
    default:
      break;
  }
  return FieldValue::none();
}
FieldValue request_attribute(const Transaction& tx, unsigned index) {
  const Message* const m = of(tx).request();
  return m == nullptr || index >= kMaxListed ? FieldValue::none() : attribute_type_of(*m, index);
}
FieldValue response_attribute(const Transaction& tx, unsigned index) {
  if (index >= kMaxListed) return FieldValue::none();
  for (const auto* kept = of(tx).responses(); kept != nullptr; kept = kept->next)
    if (const FieldValue type = attribute_type_of(kept->message, index); type.present) return type;
  return FieldValue::none();
}

// RFC 3045 and Active Directory: what the entry at the root (RFC 4512, 5.1) says of the server.
FieldValue of_root(const Transaction& tx, std::string_view name) {
  for (const auto* kept = of(tx).responses(); kept != nullptr; kept = kept->next) {
    if (kept->message.operation != Operation::search_result_entry || !kept->message.dn.empty()) continue;
    Attribute attribute;
    for (Attributes attributes{kept->message.list}; attributes.next(attribute);) {
      if (!equals_nocase(as_text(attribute.type), name)) continue;
      Bytes value;
      return Strings{attribute.values}.next(value) ? some(value) : FieldValue::none();
    }
  }
  return FieldValue::none();
}

constexpr std::array kScopeNames{NamedNumber{0, "base_object"}, NamedNumber{1, "single_level"},
                                 NamedNumber{2, "whole_subtree"}, NamedNumber{3, "subordinate_subtree"}};

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 18> kFields{
    FieldSpec{"ldap.request.operation", number, to_server, kComplete, "what is asked", request_operation,
              FieldRole::plain, kOperationNames},
    FieldSpec{"ldap.responses.operation", number, to_client, kComplete, "what is answered; several values",
              response_operation, FieldRole::plain, kOperationNames},
    FieldSpec{"ldap.responses.count", number, to_client, kComplete, "how many messages answer", response_count},
    FieldSpec{"ldap.request.dn", bytes, to_server, kComplete,
              "the name that the request is about: who logs in, where is searched", of_request<&Message::dn>},
    FieldSpec{"ldap.responses.dn", list, to_client, kComplete, "names of the entries found, and matched names",
              response_dn},
    FieldSpec{"ldap.responses.result_code", number, to_client, kComplete, "result codes; several values", result_code,
              FieldRole::plain, kResultNames},
    FieldSpec{"ldap.responses.message", list, to_client, kComplete, "diagnostic messages", response_message},
    FieldSpec{"ldap.request.attribute_type", list, to_server, kComplete,
              "attributes that are asked for, added, changed or compared", request_attribute},
    FieldSpec{"ldap.responses.attribute_type", list, to_client, kComplete, "attributes of the entries found",
              response_attribute},
    FieldSpec{"ldap.request.scope", number, to_server, kComplete, "how far a search goes", scope, FieldRole::plain,
              kScopeNames},
    FieldSpec{"ldap.request.filter", bytes, to_server, kComplete, "a search's filter as text, its first 1024 octets",
              [](const Transaction& tx, unsigned) { return some(as_bytes(of(tx).filter)); }},
    FieldSpec{"ldap.request.sasl_mechanism", bytes, to_server, kComplete, "how a login is proven",
              of_request<&Message::mechanism>},
    FieldSpec{"ldap.request.new_rdn", bytes, to_server, kComplete, "what an entry is renamed to",
              of_request<&Message::new_rdn>},
    FieldSpec{"ldap.request.extended", bytes, to_server, kComplete, "identifier of an extended operation", extended},
    FieldSpec{"ldap.bound_dn", bytes, both, kComplete, "the name that the session is logged in as",
              [](const Transaction& tx, unsigned) { return some(as_bytes(of(tx).bound_dn)); }},
    FieldSpec{"ldap.server.vendor", bytes, to_client, kComplete, "who made the directory server",
              [](const Transaction& tx, unsigned) { return of_root(tx, "vendorName"); }, FieldRole::device_vendor},
    FieldSpec{"ldap.server.version", bytes, to_client, kComplete, "the directory server's version",
              [](const Transaction& tx, unsigned) { return of_root(tx, "vendorVersion"); }, FieldRole::device_software},
    FieldSpec{"ldap.server.name", bytes, to_client, kComplete, "the host's name, as an Active Directory tells it",
              [](const Transaction& tx, unsigned) { return of_root(tx, "dnsHostName"); }, FieldRole::device_name},
};

}  // namespace gatehouse::proto::ldap
