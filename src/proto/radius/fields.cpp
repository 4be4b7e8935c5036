// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/radius/fields.hpp"

#include "proto/radius/names.hpp"
#include "proto/radius/transaction.hpp"

namespace gatehouse::proto::radius {
namespace {

const RadiusTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const RadiusTransaction&>(tx);
}
FieldValue some(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}
FieldValue code_of(const Message* message) noexcept {
  return message == nullptr ? FieldValue::none() : FieldValue::of_number(message->code);
}

template <std::uint8_t type>
FieldValue text(const Transaction& tx, unsigned) {
  return some(of(tx).find(type));
}
template <std::uint8_t type>
FieldValue number_of(const Transaction& tx, unsigned) {
  Cursor c{of(tx).find(type)};
  const std::uint32_t value = c.u32();
  return c.ok() ? FieldValue::of_number(value) : FieldValue::none();
}
// What the response says, for attributes that a request may have too.
template <std::uint8_t type>
FieldValue text_of_response(const Transaction& tx, unsigned) {
  return of(tx).response() == nullptr ? FieldValue::none() : some(of(tx).response()->find(type));
}

FieldValue eap_identity(const Transaction& tx, unsigned) {
  return of(tx).request() == nullptr ? FieldValue::none() : some(eap_of(*of(tx).request()).identity);
}
FieldValue eap_type(const Transaction& tx, unsigned) {
  for (const Message* message : {of(tx).response(), of(tx).request()}) {
    if (message == nullptr) continue;
    if (const Eap eap = eap_of(*message); eap.type) return FieldValue::of_number(*eap.type);
  }
  return FieldValue::none();
}
FieldValue has_authenticator(const Transaction& tx, unsigned) {
  const Message* const m = of(tx).request();
  return m == nullptr ? FieldValue::none() : FieldValue::of_number(m->has(attribute::message_authenticator) ? 1 : 0);
}

// The attribute at `index` of those in both messages for which `give` has a value.
template <typename Give>
FieldValue of_each(const Transaction& tx, unsigned index, Give give) {
  for (const Message* message : {of(tx).request(), of(tx).response()}) {
    if (message == nullptr) continue;
    Attribute a;
    for (Attributes all{message->attributes}; all.next(a);)
      if (const FieldValue value = give(a); value.present && index-- == 0) return value;
  }
  return FieldValue::none();
}
FieldValue attribute_type(const Transaction& tx, unsigned index) {
  return of_each(tx, index, [](const Attribute& a) { return FieldValue::of_number(a.type); });
}
FieldValue vendor(const Transaction& tx, unsigned index) {
  return of_each(tx, index, [](const Attribute& a) {
    return a.type == attribute::vendor_specific ? FieldValue::of_number(Cursor{a.value}.u32()) : FieldValue::none();
  });
}

// How the user is proven. RFC 2865, 5.2, 5.3; RFC 3579, 3.1.
constexpr std::array kMethodNames{NamedNumber{1, "pap"}, NamedNumber{2, "chap"}, NamedNumber{3, "eap"}};
FieldValue method(const Transaction& tx, unsigned) {
  const Message* const m = of(tx).request();
  if (m == nullptr) return FieldValue::none();
  if (m->has(attribute::eap_message)) return FieldValue::of_number(3);
  if (m->has(attribute::chap_password)) return FieldValue::of_number(2);
  return m->has(attribute::user_password) ? FieldValue::of_number(1) : FieldValue::none();
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 19> kFields{
    FieldSpec{"radius.request", number, to_server, kComplete, "code of the request",
              [](const Transaction& tx, unsigned) { return code_of(of(tx).request()); }, FieldRole::plain, kCodeNames},
    FieldSpec{"radius.response", number, to_client, kComplete, "code of the response",
              [](const Transaction& tx, unsigned) { return code_of(of(tx).response()); }, FieldRole::plain, kCodeNames},
    FieldSpec{"radius.user", bytes, both, kComplete, "User-Name", text<attribute::user_name>},
    FieldSpec{"radius.calling_station", bytes, both, kComplete,
              "Calling-Station-Id: who wants in, mostly its MAC address", text<attribute::calling_station_id>},
    FieldSpec{"radius.called_station", bytes, both, kComplete,
              "Called-Station-Id: where, mostly address and network name", text<attribute::called_station_id>},
    FieldSpec{"radius.nas_identifier", bytes, to_server, kComplete, "NAS-Identifier: the name of who asks",
              text<attribute::nas_identifier>, FieldRole::device_name},
    FieldSpec{"radius.nas_address", bytes, both, kComplete, "NAS-IP-Address: where it asks from",
              [](const Transaction& tx, unsigned) { return some(as_bytes(of(tx).nas_address())); }},
    FieldSpec{"radius.nas_port_type", number, both, kComplete, "NAS-Port-Type", number_of<attribute::nas_port_type>,
              FieldRole::plain, kPortNames},
    FieldSpec{"radius.service_type", number, both, kComplete, "Service-Type", number_of<attribute::service_type>,
              FieldRole::plain, kServiceNames},
    FieldSpec{"radius.framed_address", bytes, both, kComplete, "Framed-IP-Address: the user's own",
              [](const Transaction& tx, unsigned) { return some(as_bytes(of(tx).framed_address())); }},
    FieldSpec{"radius.method", number, to_server, kComplete, "how the user is proven", method, FieldRole::plain,
              kMethodNames},
    FieldSpec{"radius.eap_type", number, both, kComplete, "method of EAP", eap_type, FieldRole::plain, kEapNames},
    FieldSpec{"radius.eap_identity", bytes, to_server, kComplete, "the user, as EAP tells", eap_identity},
    FieldSpec{"radius.message_authenticator", number, to_server, kComplete,
              "1: the request is protected by a Message-Authenticator, 0: it is not", has_authenticator},
    FieldSpec{"radius.accounting", number, to_server, kComplete, "Acct-Status-Type",
              number_of<attribute::acct_status_type>, FieldRole::plain, kAccountingNames},
    FieldSpec{"radius.session", bytes, both, kComplete, "Acct-Session-Id", text<attribute::acct_session_id>},
    FieldSpec{"radius.reply_message", bytes, to_client, kComplete, "Reply-Message",
              text_of_response<attribute::reply_message>},
    FieldSpec{"radius.attribute", number, both, kComplete, "types of all attributes; several values", attribute_type},
    FieldSpec{"radius.vendor", number, both, kComplete, "whose own attributes there are; several values", vendor},
};

}  // namespace gatehouse::proto::radius
