// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/names.hpp"
#include "proto/coap/transaction.hpp"

namespace gatehouse::proto::coap {
namespace {

// By name where the number has one.
void named(JsonWriter& json, std::string_view key, std::span<const NamedNumber> names, std::uint64_t value) {
  if (const std::string_view name = name_of(names, value); !name.empty())
    json.member(key, name);
  else
    json.member(key, value);
}
void text(JsonWriter& json, std::string_view key, std::string_view value) {
  if (!value.empty()) json.member(key, value);
}

void log_option(const Option& option, JsonWriter& json) {
  switch (option.number) {
    case option::uri_host:
      return text(json, "host", as_text(option.value));
    case option::uri_port:
      return json.member("port", option.number_value());
    case option::observe:
      return json.member("observe", option.number_value());
    case option::content_format:
      return named(json, "content_format", kFormatNames, option.number_value());
    case option::accept:
      return named(json, "accept", kFormatNames, option.number_value());
    case option::proxy_uri:
      return text(json, "proxy_uri", as_text(option.value));
    case option::block1:
    case option::block2: {
      const Block block = block_of(option);
      json.open_object(option.number == option::block1 ? "block1" : "block2");
      json.member("number", block.number);
      json.member("more", block.more);
      json.member("size", block.size);
      return json.close_object();
    }
    default:
      return;
  }
}

void log_device(const Lwm2mDevice& device, JsonWriter& json) {
  if (device.manufacturer.empty() && device.model.empty() && device.serial.empty() && device.firmware.empty()) return;
  json.open_object("lwm2m");
  text(json, "manufacturer", device.manufacturer);
  text(json, "model", device.model);
  text(json, "serial", device.serial);
  text(json, "firmware", device.firmware);
  json.close_object();
}

void log_lwm2m(const Lwm2m& lwm2m, JsonWriter& json) {
  if (lwm2m.operation == Operation::none) return;
  json.open_object("lwm2m");
  named(json, "operation", kOperationNames, static_cast<std::uint64_t>(lwm2m.operation));
  text(json, "endpoint", as_text(lwm2m.endpoint));
  text(json, "version", as_text(lwm2m.version));
  text(json, "lifetime", as_text(lwm2m.lifetime));
  if (lwm2m.place[0]) named(json, "object", kObjectNames, *lwm2m.place[0]);
  if (lwm2m.place[1]) json.member("instance", *lwm2m.place[1]);
  if (lwm2m.place[2]) json.member("resource", *lwm2m.place[2]);
  json.close_object();
}

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const CoapTransaction& told = of(tx);
  const Message& m = told.message;
  json.open_object("coap");
  if (m.datagram) {
    named(json, "type", kTypeNames, static_cast<std::uint64_t>(m.type));
    json.member("message_id", m.message_id);
  }
  named(json, "code", kCodeNames, m.code);
  if (!m.token.empty()) json.member_hex("token", m.token);
  text(json, "path", told.path.text());
  text(json, "query", told.query.text());
  text(json, "location", told.location.text());
  // An option that may not be repeated counts the first time it comes (RFC 7252, 5.4.5).
  std::uint32_t before = 0;
  Options walk{m.is_signal() ? Bytes{} : m.options};
  for (Option option; walk.next(option); before = option.number)
    if (option.number != before) log_option(option, json);
  if (!m.payload.empty()) json.member("payload_size", m.payload.size());
  log_lwm2m(told.lwm2m, json);
  log_device(told.device, json);
  json.close_object();
}

}  // namespace gatehouse::proto::coap
