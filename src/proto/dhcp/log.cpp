// SPDX-License-Identifier: GPL-3.0-or-later
// The "dhcp" object of EVE, in the form that its readers call extended.
#include <algorithm>

#include "proto/dhcp/transaction.hpp"

namespace gatehouse::proto::dhcp {
namespace {

constexpr const char* word(Type type) noexcept {
  switch (type) {
    case Type::discover:
      return "discover";
    case Type::offer:
      return "offer";
    case Type::request:
      return "request";
    case Type::decline:
      return "decline";
    case Type::ack:
      return "ack";
    case Type::nak:
      return "nak";
    case Type::release:
      return "release";
    case Type::inform:
      return "inform";
    case Type::none:
      break;
  }
  return "unknown";
}

// The parameters that readers of the log know by name; others are left out.
constexpr std::string_view parameter_word(std::uint8_t code) noexcept {
  switch (code) {
    case option::subnet_mask:
      return "subnet_mask";
    case option::router:
      return "router";
    case option::dns_server:
      return "dns_server";
    case option::domain:
      return "domain";
    case 35:
      return "arp_timeout";
    case 42:
      return "ntp_server";
    case 66:
      return "tftp_server_name";
    case 150:
      return "tftp_server_ip";
    default:
      return {};
  }
}

void text(JsonWriter& json, std::string_view key, Bytes value) noexcept {
  if (!value.empty()) json.member(key, value);
}

void address(JsonWriter& json, std::string_view key, Bytes four) noexcept {
  std::array<char, kDottedText> out;
  if (four.size() == 4) json.member(key, dotted(four, out));
}

void addresses(JsonWriter& json, std::string_view key, Bytes many) noexcept {
  if (many.size() < 4) return;
  std::array<char, kDottedText> out;
  json.open_array(key);
  for (std::size_t at = 0; at + 4 <= many.size(); at += 4) json.element(dotted(many.subspan(at, 4), out));
  json.close_array();
}

void seconds(JsonWriter& json, std::string_view key, const Seconds& value) noexcept {
  if (value.present) json.member(key, value.value);
}

void parameters(JsonWriter& json, Bytes asked) noexcept {
  if (std::ranges::none_of(asked, [](std::uint8_t code) { return !parameter_word(code).empty(); })) return;
  json.open_array("params");
  for (const std::uint8_t code : asked)
    if (const std::string_view known = parameter_word(code); !known.empty()) json.element(known);
  json.close_array();
}

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  const DhcpTransaction& told = static_cast<const DhcpTransaction&>(tx);
  const Message& m = told.message;
  json.open_object("dhcp");
  json.member("type", m.from_client() ? "request" : "reply");
  json.member("id", m.header.id);
  json.member("client_mac", told.mac);
  json.member("assigned_ip", told.assigned_ip);
  address(json, "client_ip", m.header.client_ip);
  address(json, "relay_ip", m.header.relay_ip);
  address(json, "next_server_ip", m.header.next_server_ip);
  if (m.has_type) json.member("dhcp_type", word(m.type));
  if (!told.client_id.empty()) json.member("client_id", told.client_id);
  text(json, "hostname", m.hostname);
  text(json, "vendor_class_identifier", m.vendor_class);
  address(json, "requested_ip", m.requested_ip);
  parameters(json, m.parameters);
  seconds(json, "lease_time", m.lease_time);
  seconds(json, "renewal_time", m.renewal_time);
  seconds(json, "rebinding_time", m.rebinding_time);
  address(json, "subnet_mask", m.subnet_mask);
  addresses(json, "routers", m.routers);
  addresses(json, "dns_servers", m.dns_servers);
  json.close_object();
}

}  // namespace gatehouse::proto::dhcp
