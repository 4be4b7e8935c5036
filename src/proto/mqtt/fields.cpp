// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqtt/fields.hpp"

#include "proto/mqtt/transaction.hpp"

namespace gatehouse::proto::mqtt {
namespace {

// A subscription may name thousands of topics; rules look at these.
constexpr unsigned kMaxListedTopics = 100;

const MqttTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const MqttTransaction&>(tx);
}

FieldValue text(const Message* message, Bytes Message::* member, unsigned index) noexcept {
  if (message == nullptr || index > 0 || (message->*member).empty()) return FieldValue::none();
  return FieldValue::of(message->*member);
}

template <Type type, Bytes Message::* member>
FieldValue text_of(const Transaction& tx, unsigned index) {
  return text(of(tx).find(type), member, index);
}

// The value that `number` gives for the packet at `index`, over all packets that have one.
template <typename Number>
FieldValue number_of_each(const Transaction& tx, unsigned index, Number number) {
  if (of(tx).malformed) return FieldValue::none();
  for (const auto* entry = of(tx).first(); entry != nullptr; entry = entry->next)
    if (index-- == 0) return FieldValue::of_number(number(entry->message));
  return FieldValue::none();
}

FieldValue type(const Transaction& tx, unsigned index) {
  return number_of_each(tx, index, [](const Message& m) { return static_cast<std::uint64_t>(m.header.type); });
}

FieldValue flags(const Transaction& tx, unsigned index) {
  return number_of_each(tx, index, [](const Message& m) { return m.header.flags; });
}

FieldValue qos(const Transaction& tx, unsigned index) {
  return number_of_each(tx, index, [](const Message& m) { return m.header.qos(); });
}

FieldValue reason_code(const Transaction& tx, unsigned index) {
  for (const auto* entry = of(tx).first(); entry != nullptr; entry = entry->next) {
    const Message& m = entry->message;
    if (m.has_reason_code && index-- == 0) return FieldValue::of_number(m.reason_code);
    if (m.header.type != Type::suback && m.header.type != Type::unsuback) continue;
    if (index < m.list.size()) return FieldValue::of_number(m.list[index]);
    index -= static_cast<unsigned>(m.list.size());
  }
  return FieldValue::none();
}

FieldValue protocol_version(const Transaction& tx, unsigned index) {
  return index > 0 || of(tx).version == 0 ? FieldValue::none() : FieldValue::of_number(of(tx).version);
}

FieldValue connect_flags(const Transaction& tx, unsigned index) {
  const Message* m = of(tx).find(Type::connect);
  return m == nullptr || index > 0 ? FieldValue::none() : FieldValue::of_number(m->connect_flags);
}

FieldValue session_present(const Transaction& tx, unsigned index) {
  const Message* m = of(tx).find(Type::connack);
  return m == nullptr || index > 0 ? FieldValue::none() : FieldValue::of_number(m->session_present ? 1 : 0);
}

template <Type listing>
FieldValue topic(const Transaction& tx, unsigned index) {
  const Message* m = of(tx).find(listing);
  if (m == nullptr || index >= kMaxListedTopics) return FieldValue::none();
  Bytes topic;
  std::uint8_t qos = 0;
  for (Topics topics{*m}; topics.next(topic, qos);)
    if (index-- == 0) return FieldValue::of(topic);
  return FieldValue::none();
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

// The words of the specification, which rules write in capitals.
constexpr std::array kTypeNames{
    NamedNumber{1, "CONNECT"},      NamedNumber{2, "CONNACK"},   NamedNumber{3, "PUBLISH"},    NamedNumber{4, "PUBACK"},
    NamedNumber{5, "PUBREC"},       NamedNumber{6, "PUBREL"},    NamedNumber{7, "PUBCOMP"},    NamedNumber{8, "SUBSCRIBE"},
    NamedNumber{9, "SUBACK"},       NamedNumber{10, "UNSUBSCRIBE"}, NamedNumber{11, "UNSUBACK"}, NamedNumber{12, "PINGREQ"},
    NamedNumber{13, "PINGRESP"},    NamedNumber{14, "DISCONNECT"}, NamedNumber{15, "AUTH"}};

constinit const std::array<FieldSpec, 17> kFields{
    FieldSpec{"mqtt.type", number, both, kComplete, "types of the packets; several values", type,
              FieldRole::plain, kTypeNames},
    FieldSpec{"mqtt.flags", number, both, kComplete, "low four bits of the first byte: 8 dup, 1 retain; several values",
              flags},
    FieldSpec{"mqtt.qos", number, both, kComplete, "quality of service of the packets; several values", qos},
    FieldSpec{"mqtt.reason_code", number, both, kComplete, "reason and return codes; several values", reason_code},
    FieldSpec{"mqtt.protocol_version", number, both, kComplete, "3: 3.1, 4: 3.1.1, 5", protocol_version},
    FieldSpec{"mqtt.connect.clientid", bytes, to_server, kComplete, "client identifier",
              text_of<Type::connect, &Message::client_id>},
    FieldSpec{"mqtt.connect.flags", number, to_server, kComplete, "flags byte of CONNECT", connect_flags},
    FieldSpec{"mqtt.connect.password", bytes, to_server, kComplete, "password",
              text_of<Type::connect, &Message::password>},
    FieldSpec{"mqtt.connect.protocol_string", bytes, to_server, kComplete, "MQTT or MQIsdp",
              text_of<Type::connect, &Message::protocol_string>},
    FieldSpec{"mqtt.connect.username", bytes, to_server, kComplete, "user name",
              text_of<Type::connect, &Message::username>},
    FieldSpec{"mqtt.connect.willmessage", bytes, to_server, kComplete, "what is published when the client is lost",
              text_of<Type::connect, &Message::will_message>},
    FieldSpec{"mqtt.connect.willtopic", bytes, to_server, kComplete, "where that is published",
              text_of<Type::connect, &Message::will_topic>},
    FieldSpec{"mqtt.connack.session_present", number, to_client, kComplete, "1: the broker kept the session",
              session_present},
    FieldSpec{"mqtt.publish.topic", bytes, both, kComplete, "topic of a PUBLISH",
              text_of<Type::publish, &Message::topic>},
    FieldSpec{"mqtt.publish.message", bytes, both, kComplete, "payload of a PUBLISH",
              text_of<Type::publish, &Message::payload>},
    FieldSpec{"mqtt.subscribe.topic", list, both, kComplete, "topics of a SUBSCRIBE, the first 100",
              topic<Type::subscribe>},
    FieldSpec{"mqtt.unsubscribe.topic", list, both, kComplete, "topics of an UNSUBSCRIBE, the first 100",
              topic<Type::unsubscribe>},
};

}  // namespace gatehouse::proto::mqtt
