// SPDX-License-Identifier: GPL-3.0-or-later
// The "radius" object of the log.
#include "proto/radius/names.hpp"
#include "proto/radius/transaction.hpp"

namespace gatehouse::proto::radius {
namespace {

void text(std::string_view key, Bytes value, JsonWriter& json) noexcept {
  if (!value.empty()) json.member(key, value);
}

void named(std::string_view key, std::optional<std::uint32_t> value, std::span<const NamedNumber> names,
           JsonWriter& json) noexcept {
  if (!value) return;
  if (const std::string_view name = name_of(names, *value); !name.empty())
    json.member(key, name);
  else
    json.member(key, std::string_view{"unknown"});
}

void message(std::string_view key, const Message& m, JsonWriter& json) noexcept {
  json.open_object(key);
  json.member("code", name_of(kCodeNames, m.code));
  json.member("identifier", m.identifier);
  text("user", m.find(attribute::user_name), json);
  text("calling_station", m.find(attribute::calling_station_id), json);
  text("called_station", m.find(attribute::called_station_id), json);
  text("nas_identifier", m.find(attribute::nas_identifier), json);
  named("nas_port_type", m.number(attribute::nas_port_type), kPortNames, json);
  named("service_type", m.number(attribute::service_type), kServiceNames, json);
  named("accounting", m.number(attribute::acct_status_type), kAccountingNames, json);
  text("session", m.find(attribute::acct_session_id), json);
  const Eap eap = eap_of(m);
  if (eap.type) named("eap_type", *eap.type, kEapNames, json);
  text("eap_identity", eap.identity, json);
  text("reply_message", m.find(attribute::reply_message), json);
  json.member("message_authenticator", m.has(attribute::message_authenticator));
  json.close_object();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const RadiusTransaction&>(transaction);
  json.open_object("radius");
  if (tx.request() != nullptr) message("request", *tx.request(), json);
  if (tx.response() != nullptr) message("response", *tx.response(), json);
  if (!tx.nas_address().empty()) json.member("nas_address", tx.nas_address());
  if (!tx.framed_address().empty()) json.member("framed_address", tx.framed_address());
  json.close_object();
}

}  // namespace gatehouse::proto::radius
