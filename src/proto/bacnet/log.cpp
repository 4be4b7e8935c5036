// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bacnet/transaction.hpp"

namespace gatehouse::proto::bacnet {
namespace {

constexpr unsigned kLoggedItems = 32;  // objects and properties in a record

void named(JsonWriter& json, std::string_view key, std::span<const NamedNumber> names, std::uint64_t value) noexcept {
  if (const std::string_view name = name_of(names, value); !name.empty()) return json.member(key, name);
  json.member(key, value);
}

void objects(const Message& m, JsonWriter& json) noexcept {
  bool any = false, open_properties = false;
  unsigned listed = 0;
  Items items{m};
  for (Item item; listed < kLoggedItems && items.next(item);) {
    if (item.kind == Item::Kind::value || (item.kind == Item::Kind::property && !any)) continue;
    ++listed;
    if (item.kind == Item::Kind::property) {
      if (!open_properties) json.open_array("properties");
      open_properties = true;
      if (const auto name = name_of(kProperties, item.number); !name.empty())
        json.element(name);
      else
        json.element(item.number);
      continue;
    }
    if (open_properties) json.close_array();
    open_properties = false;
    any ? json.close_object() : json.open_array("objects");
    any = true;
    json.open_object();
    named(json, "type", kObjectTypes, object_type(item.number));
    json.member("instance", object_instance(item.number));
  }
  if (open_properties) json.close_array();
  if (any) json.close_object(), json.close_array();
}

// ASHRAE 135, 16.9.1: the range of device instances that are asked for.
void range(const Message& m, JsonWriter& json) noexcept {
  Cursor c{m.parameters};
  for (Tag tag; !c.empty() && read_tag(c, tag);)
    if (tag.context && tag.number <= 1) json.member(tag.number == 0 ? "lowest" : "highest", tag.number_value());
}

// 16.4.1: what a device is asked to become. A password may follow, and is not for the log.
void state(const Message& m, JsonWriter& json) noexcept {
  Cursor c{m.parameters};
  Tag tag;
  if (read_tag(c, tag) && tag.context && tag.number == 0) named(json, "state", kReinitialized, tag.number_value());
}

// 20.1.7: class and code.
void error(const Message& m, JsonWriter& json) noexcept {
  Cursor c{m.parameters};
  Tag tag;
  for (const std::string_view key : {"error_class", "error_code"})
    if (read_tag(c, tag) && !tag.context && tag.number == application::enumerated) json.member(key, tag.number_value());
}

void text(JsonWriter& json, std::string_view key, Bytes value) noexcept {
  if (!value.empty()) json.member(key, value);
}

void application_data(const Message& m, JsonWriter& json) noexcept {
  json.member("type", name_of(kPdus, static_cast<std::uint64_t>(m.pdu)));
  if (m.has_invoke) json.member("invoke_id", m.invoke);
  if (m.has_service) {
    const Service* row = find_service(m.service);
    row == nullptr ? json.member("service", m.service % kUnconfirmed) : json.member("service", row->name);
  }
  if (m.pdu == Pdu::reject || m.pdu == Pdu::abort) json.member("reason", m.reason);
  if (m.pdu == Pdu::error) error(m, json);
  if (m.pdu == Pdu::confirmed_request && m.service == service::reinitialize) state(m, json);
  if (m.has_service && m.service == service::who_is) range(m, json);
  objects(m, json);
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const BacnetTransaction&>(transaction);
  const Message& m = tx.message;
  json.open_object("bacnet");
  json.member("bvlc", name_of(kBvlcFunctions, m.function));
  if (m.from_other_network) json.member("network", m.source_network);
  if (m.is_network_message) named(json, "network_message", kNetworkMessages, m.network_message);
  json.member("access", to_text(access_of(m)));
  if (m.has_apdu) application_data(m, json);
  if (tx.has_device) json.member("device", tx.device);
  if (tx.has_vendor) json.member("vendor_id", tx.vendor);
  text(json, "vendor", tx.vendor_name);
  text(json, "name", tx.object_name);
  text(json, "model", tx.model);
  text(json, "firmware", tx.firmware);
  text(json, "software", tx.software);
  text(json, "serial", tx.serial);
  json.close_object();
}

}  // namespace gatehouse::proto::bacnet
