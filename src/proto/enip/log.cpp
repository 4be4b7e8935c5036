// SPDX-License-Identifier: GPL-3.0-or-later
// The "enip" object of EVE.
#include <charconv>

#include "proto/enip/names.hpp"
#include "proto/enip/transaction.hpp"

namespace gatehouse::proto::enip {
namespace {

constexpr unsigned kLoggedServices = 64;  // of a multiple service packet

// "ListIdentity", or "unknown-7".
void named(JsonWriter& json, std::string_view key, std::span<const NamedNumber> names, std::uint64_t value) noexcept {
  if (const std::string_view name = name_of(names, value); !name.empty() || value == 0) return json.member(key, name);
  constexpr std::string_view prefix = "unknown-";
  std::array<char, prefix.size() + 20> text;
  char* at = std::ranges::copy(prefix, text.data()).out;
  at = std::to_chars(at, text.data() + text.size(), value).ptr;
  json.member(key, std::string_view{text.data(), static_cast<std::size_t>(at - text.data())});
}

std::string_view segment_name(SegmentKind kind) noexcept {
  switch (kind) {
    case SegmentKind::object_class:
      return "class";
    case SegmentKind::instance:
      return "instance";
    case SegmentKind::attribute:
      return "attribute";
    case SegmentKind::member:
      return "member";
    case SegmentKind::connection_point:
      return "connection_point";
    case SegmentKind::symbol:
    case SegmentKind::other:
      break;
  }
  return {};
}

void path(const Cip& cip, JsonWriter& json) noexcept {
  bool any = false;
  Path segments{cip.path};
  for (Segment segment; segments.next(segment);) {
    if (segment_name(segment.kind).empty()) continue;
    if (!any) json.open_array("path");
    any = true;
    json.open_object();
    json.member("segment_type", segment_name(segment.kind));
    json.member("value", segment.value);
    json.close_object();
  }
  if (any) json.close_array();
  const std::uint32_t object = cip.find(SegmentKind::object_class);
  if (object != kNone) named(json, "class_name", kClasses, object);
}

void service_members(const Cip& cip, JsonWriter& json) noexcept {
  const bool envelope = cip.service == service::unconnected_send && cip.for_connection_manager();
  if (envelope)
    json.member("service", "Unconnected Send");
  else
    named(json, "service", kServicesLog, cip.service);
  if (!cip.response) return path(cip, json);
  named(json, "status", kCipStatuses, cip.status);
  if (cip.extended.empty()) return;
  json.member_hex("status_extended", cip.extended);
  const unsigned first = cip.extended[0] | cip.extended[1] << 8;
  if (const std::string_view meaning = name_of(kExtended, first); !meaning.empty())
    json.member("status_extended_meaning", meaning);
}

void cip(Bytes bytes, JsonWriter& json) noexcept {
  CipMessages messages{bytes};
  Cip message;
  if (bytes.empty() || !messages.next(message)) return;
  json.open_object("cip");
  service_members(message, json);
  if (message.service == service::multiple) {
    bool any = false;
    for (unsigned i = 0; i < kLoggedServices && messages.next(message); ++i) {
      if (!any) json.open_array("multiple");
      any = true;
      json.open_object();
      service_members(message, json);
      json.close_object();
    }
    if (any) json.close_array();
  }
  json.close_object();
}

void identity(const Identity& id, std::string_view revision, JsonWriter& json) noexcept {
  json.open_object("identity");
  json.member("protocol_version", id.protocol_version);
  json.member("revision", revision);
  named(json, "vendor_id", kVendors, id.vendor);
  named(json, "device_type", kDeviceTypes, id.device_type);
  json.member("product_code", id.product_code);
  json.member("status", id.status);
  json.member("serial", id.serial);
  json.member("product_name", id.product_name);
  json.member("state", id.state);
  json.close_object();
}

void message(const Message& m, JsonWriter& json) noexcept {
  named(json, "command", kCommandsLog, m.header.command);
  named(json, "status", kStatusesLog, m.header.status);
  if (m.has_register) {
    json.open_object("register_session");
    json.member("protocol_version", m.version);
    json.member("options", m.register_options);
    json.close_object();
  }
  cip(m.cip, json);
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const EnipTransaction&>(transaction);
  json.open_object("enip");
  if (tx.has_request) {
    json.open_object("request");
    message(tx.request, json);
    json.close_object();
  }
  if (tx.has_response) {
    json.open_object("response");
    message(tx.response, json);
    if (tx.response.has_services) {
      json.open_object("list_services");
      json.member("protocol_version", tx.response.services_version);
      json.member("capabilities", tx.response.capabilities);
      json.member("service_name", tx.response.service_name);
      json.close_object();
    }
    if (tx.response.identity.present) identity(tx.response.identity, {tx.revision.data(), tx.revision_size}, json);
    json.close_object();
  }
  json.close_object();
}

}  // namespace gatehouse::proto::enip
