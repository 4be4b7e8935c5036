// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqtt/message.hpp"

#include <array>

namespace gatehouse::proto::mqtt {
namespace {

constexpr std::uint8_t kVersion5 = 5;

Bytes string(Cursor& c) noexcept {
  return c.take(c.u16());
}

// MQTT 5.0, 2.2.2.1: "The Property Length does not include the bytes used to encode itself, but includes the length of
// the Properties."
bool read_properties(Cursor& c, bool& present, Bytes& properties) noexcept {
  properties = c.take(read_variable_integer(c));
  present = !properties.empty();
  for (Cursor each{properties}; !each.empty();) {
    if (read_property(each).kind == PropertyKind::unknown) break;
    if (!each.ok()) return false;
  }
  return c.ok();
}

// MQTT 5.0, 3.1.2 and 3.1.3. CONNECT Variable Header and Payload.
bool read_connect(Cursor& c, Message& m) noexcept {
  m.protocol_string = string(c);
  m.version = c.u8();
  m.connect_flags = c.u8();
  c.skip(2);  // keep alive
  // Bridges set the top bit of the version.
  const bool v5 = (m.version & 0x7f) == kVersion5;
  if (v5 && !read_properties(c, m.has_properties, m.properties)) return false;
  m.client_id = string(c);
  if (m.connect_has(connect_flag::will)) {
    if (v5 && !read_properties(c, m.has_will_properties, m.will_properties)) return false;
    m.will_topic = string(c);
    m.will_message = string(c);
  }
  if (m.connect_has(connect_flag::username)) m.username = string(c);
  if (m.connect_has(connect_flag::password)) m.password = string(c);
  return c.ok();
}

bool read_connack(Cursor& c, bool v5, Message& m) noexcept {
  m.session_present = (c.u8() & 1) != 0;
  m.reason_code = c.u8();
  m.has_reason_code = true;
  if (v5 && !c.empty() && !read_properties(c, m.has_properties, m.properties)) return false;
  return c.ok();
}

bool read_publish(Cursor& c, bool v5, Message& m) noexcept {
  m.topic = string(c);
  if (m.header.qos() > 0) {
    m.message_id = c.u16();
    m.has_message_id = true;
  }
  if (v5 && !read_properties(c, m.has_properties, m.properties)) return false;
  m.payload = c.rest();
  m.payload_size = m.payload.size();
  return c.ok();
}

// MQTT 5.0, 3.4.2.1: "The Reason Code and Property Length can be omitted if the Reason Code is 0x00 (Success) and there
// are no Properties. In this case the PUBACK has a Remaining Length of 2."
bool read_reason(Cursor& c, Message& m) noexcept {
  m.has_reason_code = true;
  if (!c.empty()) m.reason_code = c.u8();
  if (!c.empty() && !read_properties(c, m.has_properties, m.properties)) return false;
  return c.ok();
}

bool read_id(Cursor& c, Message& m) noexcept {
  m.message_id = c.u16();
  m.has_message_id = true;
  return c.ok();
}

bool read_listing(Cursor& c, bool v5, Message& m) noexcept {
  if (!read_id(c, m) || (v5 && !read_properties(c, m.has_properties, m.properties))) return false;
  m.list = c.rest();
  if (m.header.type != Type::subscribe) return true;
  Bytes topic;
  std::uint8_t qos = 0;
  return Topics{m}.next(topic, qos);  // 3.8.3: "The Payload MUST contain at least one Topic Filter"
}

struct PropertyRow {
  std::string_view name;
  PropertyKind kind = PropertyKind::unknown;
};
constexpr std::array<PropertyRow, 43> kProperties = [] {
  using enum PropertyKind;
  std::array<PropertyRow, 43> rows{};
  rows[1] = {"payload_format_indicator", byte};
  rows[2] = {"message_expiry_interval", four_bytes};
  rows[3] = {"content_type", text};
  rows[8] = {"response_topic", text};
  rows[9] = {"correlation_data", binary};
  rows[11] = {"subscription_identifier", variable};
  rows[17] = {"session_expiry_interval", four_bytes};
  rows[18] = {"assigned_client_identifier", text};
  rows[19] = {"server_keep_alive", two_bytes};
  rows[21] = {"authentication_method", text};
  rows[22] = {"authentication_data", binary};
  rows[23] = {"request_problem_information", byte};
  rows[24] = {"will_delay_interval", four_bytes};
  rows[25] = {"request_response_information", byte};
  rows[26] = {"response_information", text};
  rows[28] = {"server_reference", text};
  rows[31] = {"reason_string", text};
  rows[33] = {"receive_maximum", two_bytes};
  rows[34] = {"topic_alias_maximum", two_bytes};
  rows[35] = {"topic_alias", two_bytes};
  rows[36] = {"maximum_qos", byte};
  rows[37] = {"retain_available", byte};
  rows[38] = {"user_properties", pair};
  rows[39] = {"maximum_packet_size", four_bytes};
  rows[40] = {"wildcard_subscription_available", byte};
  rows[41] = {"subscription_identifier_available", byte};
  rows[42] = {"shared_subscription_available", byte};
  return rows;
}();

constexpr std::array<std::string_view, 16> kTypeWords{
    "unassigned", "connect", "connack",     "publish",  "puback",  "pubrec",   "pubrel",     "pubcomp",
    "subscribe",  "suback",  "unsubscribe", "unsuback", "pingreq", "pingresp", "disconnect", "auth"};

}  // namespace

std::string_view to_text(Type type) noexcept {
  return kTypeWords[static_cast<std::size_t>(type)];
}

std::uint32_t read_variable_integer(Cursor& c) noexcept {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const std::uint8_t byte = c.u8();
    value |= std::uint32_t{byte & 0x7fu} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  c.fail();
  return 0;
}

Outcome read_fixed_header(Bytes bytes, FixedHeader& header) noexcept {
  Cursor c{bytes};
  const std::uint8_t first = c.u8();
  header.remaining = read_variable_integer(c);
  if (!c.ok()) return bytes.size() < kMaxFixedHeader ? Outcome::need_more : Outcome::malformed;
  header.type = static_cast<Type>(first >> 4);
  header.flags = first & 0xf;
  header.size = static_cast<std::uint8_t>(c.position());
  return Outcome::done;
}

bool read_body(const FixedHeader& header, std::uint8_t version, Bytes body, Message& message) noexcept {
  const bool v5 = version == kVersion5;
  Cursor c{body};
  message = Message{};
  message.header = header;
  switch (header.type) {
    case Type::connect:
      return read_connect(c, message);
    case Type::connack:
      return read_connack(c, v5, message);
    case Type::publish:
      return read_publish(c, v5, message);
    case Type::puback:
    case Type::pubrec:
    case Type::pubrel:
    case Type::pubcomp:
      return read_id(c, message) && (!v5 || read_reason(c, message));
    case Type::subscribe:
    case Type::suback:
    case Type::unsubscribe:
    case Type::unsuback:
      return read_listing(c, v5, message);
    case Type::disconnect:
      return !v5 || read_reason(c, message);
    case Type::auth:
      return read_reason(c, message);
    case Type::pingreq:
    case Type::pingresp:
    case Type::unassigned:
      break;
  }
  return true;
}

Property read_property(Cursor& c) noexcept {
  Property p;
  p.id = read_variable_integer(c);
  if (p.id < kProperties.size()) p.kind = kProperties[p.id].kind;
  switch (p.kind) {
    case PropertyKind::unknown:
      break;
    case PropertyKind::byte:
      p.number = c.u8();
      break;
    case PropertyKind::two_bytes:
      p.number = c.u16();
      break;
    case PropertyKind::four_bytes:
      p.number = c.u32();
      break;
    case PropertyKind::variable:
      p.number = read_variable_integer(c);
      break;
    case PropertyKind::text:
    case PropertyKind::binary:
      p.text = string(c);
      break;
    case PropertyKind::pair:
      p.text = string(c);
      p.value = string(c);
      break;
  }
  return p;
}

std::string_view property_name(std::uint32_t id) noexcept {
  return id < kProperties.size() ? kProperties[id].name : std::string_view{};
}

unsigned count_properties(Bytes properties) noexcept {
  unsigned count = 0;
  for (Cursor c{properties}; !c.empty(); ++count)
    if (read_property(c).kind == PropertyKind::unknown) break;
  return count;
}

}  // namespace gatehouse::proto::mqtt
