// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/knxip/transaction.hpp"

namespace gatehouse::proto::knxip {
namespace {

void bus(const KnxTransaction& tx, JsonWriter& json) noexcept {
  const BusMessage& m = tx.bus;
  const std::string_view code = name_of(kMessageCodes, m.code);
  code.empty() ? json.member("message_code", m.code) : json.member("message_code", code);
  if (m.is_data) {
    json.member("source", tx.source.view());
    json.member(m.to_group ? "group" : "destination", tx.destination.view());
  }
  if (m.has_function) {
    const Function* row = function_of(tx);
    row == nullptr ? json.member("function", m.function) : json.member("function", row->name);
  }
  if (m.is_property) {
    json.member("object", m.object);
    json.member("instance", m.instance);
    json.member("property", m.property);
  }
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const KnxTransaction&>(transaction);
  json.open_object("knxip");
  json.member("service", name_of(kServices, tx.header.service));
  json.member("access", to_text(access_of(tx)));
  if (tx.has_bus) bus(tx, json);
  if (tx.has_description) {
    json.member("device_address", tx.device.view());
    json.member("name", name_text(tx));
    json.member("serial", std::string_view{tx.serial.data(), tx.serial.size()});
    json.member("manufacturer", manufacturer_of(tx));
    json.member_hex("mac", tx.description.mac, ":");
  }
  json.close_object();
}

}  // namespace gatehouse::proto::knxip
