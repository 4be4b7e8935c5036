// SPDX-License-Identifier: GPL-3.0-or-later
// The "mqtt" object of EVE: one member per packet of the transaction.
#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include "proto/mqtt/transaction.hpp"

namespace gatehouse::proto::mqtt {
namespace {

class Writer {
 public:
  explicit Writer(JsonWriter& json) noexcept : json_(json) {}

  void write(const MqttTransaction& tx) noexcept {
    json_.open_object("mqtt");
    std::uint16_t written = 0;  // a type twice (a repeated acknowledgement) is written once
    for (const auto* entry = tx.first(); entry != nullptr; entry = entry->next) {
      const auto type = static_cast<unsigned>(entry->message.header.type);
      if ((written >> type & 1) != 0) continue;
      written = static_cast<std::uint16_t>(written | 1u << type);
      packet(entry->message);
    }
    json_.close_object();
  }

 private:
  void packet(const Message& m) noexcept {
    // Readers of the log know no member for these.
    if (m.header.type == Type::unassigned || m.header.type == Type::auth) return;
    json_.open_object(to_text(m.header.type));
    json_.member("qos", m.header.qos());
    json_.member("retain", m.header.retain());
    json_.member("dup", m.header.dup());
    switch (m.header.type) {
      case Type::connect:
        connect(m);
        break;
      case Type::connack:
        json_.member("session_present", m.session_present);
        json_.member("return_code", m.reason_code);
        properties(m.has_properties, m.properties);
        break;
      case Type::publish:
        publish(m);
        break;
      case Type::subscribe:
        subscribe(m);
        break;
      case Type::unsubscribe:
        unsubscribe(m);
        break;
      case Type::suback:
        codes("qos_granted", m);
        break;
      case Type::unsuback:
        codes("reason_codes", m);
        break;
      case Type::pingreq:
      case Type::pingresp:
        break;
      default:
        acknowledge(m);
        break;
    }
    json_.close_object();
  }

  void connect(const Message& m) noexcept {
    text("protocol_string", m.protocol_string);
    json_.member("protocol_version", m.version);
    text("client_id", m.client_id);
    json_.open_object("flags");
    json_.member("username", m.connect_has(connect_flag::username));
    json_.member("password", m.connect_has(connect_flag::password));
    json_.member("will_retain", m.connect_has(connect_flag::will_retain));
    json_.member("will", m.connect_has(connect_flag::will));
    json_.member("clean_session", m.connect_has(connect_flag::clean_session));
    json_.close_object();
    if (m.connect_has(connect_flag::username)) text("username", m.username);
    if (m.connect_has(connect_flag::password)) text("password", m.password);
    if (m.connect_has(connect_flag::will)) {
      json_.open_object("will");
      text("topic", m.will_topic);
      text("message", m.will_message);
      properties(m.has_will_properties, m.will_properties);
      json_.close_object();
    }
    properties(m.has_properties, m.properties);
  }

  void publish(const Message& m) noexcept {
    if (m.skipped) {
      json_.member("truncated", true);
      json_.member("skipped_length", std::uint64_t{m.header.size} + m.header.remaining);
      if (!m.topic.empty()) text("topic", m.topic);
      return;
    }
    text("topic", m.topic);
    if (m.has_message_id) json_.member("message_id", m.message_id);
    text("message", m.payload, m.payload_size);
    properties(m.has_properties, m.properties);
  }

  void subscribe(const Message& m) noexcept {
    if (m.has_message_id) json_.member("message_id", m.message_id);
    if (!m.list.empty()) {
      json_.open_array("topics");
      Bytes topic;
      std::uint8_t qos = 0;
      for (Topics topics{m}; topics.next(topic, qos);) {
        json_.open_object();
        text("topic", topic);
        json_.member("qos", qos);
        json_.close_object();
      }
      json_.close_array();
    }
    properties(m.has_properties, m.properties);
  }

  void unsubscribe(const Message& m) noexcept {
    if (m.has_message_id) json_.member("message_id", m.message_id);
    if (m.list.empty()) return;
    json_.open_array("topics");
    Bytes topic;
    std::uint8_t qos = 0;
    for (Topics topics{m}; topics.next(topic, qos);) json_.element(topic.first(std::min(topic.size(), kLoggedText)));
    json_.close_array();
  }

  void codes(std::string_view key, const Message& m) noexcept {
    if (m.has_message_id) json_.member("message_id", m.message_id);
    if (m.list.empty()) return;
    json_.open_array(key);
    for (const std::uint8_t code : m.list) json_.element(code);
    json_.close_array();
  }

  void acknowledge(const Message& m) noexcept {
    if (m.has_message_id) json_.member("message_id", m.message_id);
    if (m.has_reason_code) json_.member("reason_code", m.reason_code);
    properties(m.has_properties, m.properties);
  }

  void properties(bool present, Bytes bytes) noexcept {
    if (!present) return;
    json_.open_object("properties");
    std::uint64_t written = 0;
    bool pairs = false;
    for (Cursor c{bytes}; !c.empty();) {
      const Property p = read_property(c);
      if (p.kind == PropertyKind::unknown || !c.ok()) break;
      pairs |= p.kind == PropertyKind::pair;
      if (p.kind == PropertyKind::pair || (written >> p.id & 1) != 0) continue;
      written |= 1ull << p.id;
      if (p.kind == PropertyKind::text || p.kind == PropertyKind::binary)
        text(property_name(p.id), p.text);
      else
        json_.member(property_name(p.id), p.number);
    }
    if (pairs) user_properties(bytes);
    json_.close_object();
  }

  void user_properties(Bytes bytes) noexcept {
    json_.open_array("user_properties");
    for (Cursor c{bytes}; !c.empty();) {
      const Property p = read_property(c);
      if (p.kind == PropertyKind::unknown || !c.ok()) break;
      if (p.kind != PropertyKind::pair) continue;
      json_.open_object();
      text("key", p.text);
      text("value", p.value);
      json_.close_object();
    }
    json_.close_array();
  }

  void text(std::string_view key, Bytes bytes) noexcept { text(key, bytes, bytes.size()); }

  // What is longer than the log shows is cut, and says so.
  void text(std::string_view key, Bytes bytes, std::size_t size) noexcept {
    if (size <= kLoggedText) return json_.member(key, bytes);
    constexpr std::string_view before = "[truncated ", after = " additional bytes]";
    constexpr std::size_t digits = 20;
    std::array<char, kLoggedText + before.size() + digits + after.size()> buffer;
    const std::size_t shown = std::min(bytes.size(), kLoggedText);
    char* at = std::copy_n(as_text(bytes).data(), shown, buffer.data());
    at = std::ranges::copy(before, at).out;
    at = std::to_chars(at, at + digits, size - shown).ptr;
    at = std::ranges::copy(after, at).out;
    json_.member(key, std::string_view{buffer.data(), static_cast<std::size_t>(at - buffer.data())});
  }

  JsonWriter& json_;
};

}  // namespace

void log(const Transaction& tx, JsonWriter& json) {
  Writer{json}.write(static_cast<const MqttTransaction&>(tx));
}

}  // namespace gatehouse::proto::mqtt
