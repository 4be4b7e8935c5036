// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqttsn/mqttsn.hpp"

#include <algorithm>

#include "base/utf8.hpp"
#include "proto/mqttsn/message.hpp"

namespace gatehouse::proto::mqttsn {
namespace {

constexpr std::uint8_t kComplete = 1;

enum Event : std::uint8_t { malformed_message, unconnected_publish };
constexpr std::array kEvents{
    EventSpec{"malformed_message", "a datagram that is none; the session is given up"},
    EventSpec{"unconnected_publish", "a message published without a connection (quality of service -1)"},
};

// One message; its views live as long as the parse call that tells of it.
struct MqttsnTransaction : Transaction {
  Message message;
};
const Message& of(const Transaction& tx) noexcept {
  return static_cast<const MqttsnTransaction&>(tx).message;
}

template <auto Member>
FieldValue text(const Transaction& tx, unsigned index) {
  const Bytes value = of(tx).*Member;
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}
template <auto Member>
FieldValue number_of(const Transaction& tx, unsigned index) {
  const auto& value = of(tx).*Member;
  return index > 0 || !value ? FieldValue::none() : FieldValue::of_number(*value);
}

using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

constexpr std::array kFields{
    FieldSpec{"mqttsn.type", number, kBoth, kComplete, "connect, register, publish, subscribe, …",
              [](const Transaction& tx, unsigned i) {
                return i > 0 ? FieldValue::none() : FieldValue::of_number(static_cast<std::uint64_t>(of(tx).type));
              },
              FieldRole::plain, kTypeNames},
    FieldSpec{"mqttsn.client_id", bytes, kBoth, kComplete, "the name by which the client is known to the gateway",
              text<&Message::client_id>, FieldRole::device_name},
    FieldSpec{"mqttsn.topic", bytes, kBoth, kComplete, "the topic where it is named, or its two letters",
              text<&Message::topic>},
    FieldSpec{"mqttsn.topic_id", number, kBoth, kComplete, "the number that stands for a topic",
              number_of<&Message::topic_id>},
    FieldSpec{"mqttsn.qos", number, kBoth, kComplete, "quality of service: 0, 1, 2; 3 publishes without a connection",
              [](const Transaction& tx, unsigned i) {
                const Message& m = of(tx);
                return i > 0 || !m.flags || m.type == Type::connect ? FieldValue::none()
                                                                    : FieldValue::of_number(m.flags->qos());
              }},
    FieldSpec{"mqttsn.message_id", number, kBoth, kComplete, "pairs answers with messages",
              number_of<&Message::message_id>},
    FieldSpec{"mqttsn.duration", number, kBoth, kComplete,
              "seconds: keep alive, sleep, or until the next advertisement", number_of<&Message::duration>},
    FieldSpec{"mqttsn.gateway", number, kBoth, kComplete, "the gateway's number", number_of<&Message::gateway>},
    FieldSpec{"mqttsn.return_code", number, kBoth, kComplete, "accepted, congestion, invalid_topic_id, not_supported",
              number_of<&Message::return_code>, FieldRole::plain, kReturnNames},
    FieldSpec{"mqttsn.payload", bytes, kBoth, kComplete, "what is published", text<&Message::payload>},
};

void log(const Transaction& tx, JsonWriter& json) {
  const Message& m = of(tx);
  const auto text_member = [&](std::string_view key, Bytes value) {
    if (!value.empty()) json.member(key, value);
  };
  const auto number_member = [&](std::string_view key, const auto& value) {
    if (value) json.member(key, *value);
  };
  json.open_object("mqttsn");
  json.member("type", name_of(kTypeNames, static_cast<std::uint64_t>(m.type)));
  text_member("client_id", m.client_id);
  text_member("topic", m.topic);
  number_member("topic_id", m.topic_id);
  if (m.flags && m.type != Type::connect) json.member("qos", m.flags->qos());
  number_member("message_id", m.message_id);
  number_member("duration", m.duration);
  number_member("gateway", m.gateway);
  if (m.return_code) {
    if (const std::string_view name = name_of(kReturnNames, *m.return_code); !name.empty())
      json.member("return_code", name);
    else
      json.member("return_code", *m.return_code);
  }
  if (!m.payload.empty()) json.member("payload_size", m.payload.size());
  json.close_object();
}

class MqttsnSession final : public Session {
 public:
  explicit MqttsnSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes datagram, Sink& sink) noexcept override {
    MqttsnTransaction tx;
    if (!tx.message.read(datagram)) {
      sink.event(nullptr, malformed_message, direction);
      return Progress::malformed();
    }
    tx.protocol = &protocol;
    tx.id = messages_++;
    constexpr unsigned kWithoutConnection = 3;
    if (tx.message.type == Type::publish && tx.message.flags->qos() == kWithoutConnection)
      sink.event(&tx, unconnected_publish, direction);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    // Of pings the log has nothing to tell.
    if (tx.message.type != Type::ping_request && tx.message.type != Type::ping_response) sink.log(tx, direction);
    sink.close(tx);
    return Progress::ok(datagram.size());
  }

 private:
  std::uint64_t messages_ = 0;
};

bool is_name(Bytes text, std::size_t least) noexcept {
  return text.size() >= least && is_utf8(text) &&
         std::ranges::none_of(text, [](std::uint8_t c) { return c < 0x20 || c == 0x7f; });
}

// Most messages are a few bytes of small numbers. Those that say a name begin every conversation, and are believed.
Probe probe(Direction, Bytes datagram, std::uint16_t) {
  constexpr std::size_t kLongestClient = 23, kLeastTopic = 3;
  constexpr std::uint8_t kProtocol = 1, kConnectFlags = 0x0c;  // 5.3.8; 5.4.4: will and clean session
  Message m;
  if (!m.read(datagram)) return Probe::no;
  bool certain = false;
  if (m.type == Type::connect)
    certain = m.version == kProtocol && (m.flags->bits & ~kConnectFlags) == 0 && m.client_id.size() <= kLongestClient &&
              is_name(m.client_id, 1);
  if (m.type == Type::register_topic) certain = is_name(m.topic, kLeastTopic) && m.message_id != 0;
  if (m.type == Type::subscribe)
    certain = m.flags->topic_kind() == kTopicName && (m.flags->bits & ~0xe0) == 0 && is_name(m.topic, kLeastTopic) &&
              m.message_id != 0;
  return certain ? Probe::yes : Probe::no;
}

// What the probe believes has six bytes at least; 1 says that two bytes of length follow.
constexpr FirstBytes first_bytes() noexcept {
  FirstBytes first = FirstBytes::range(6, 255);
  first.add(1);
  return first;
}
constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "mqttsn",
    .about = "MQTT-SN: MQTT for sensors, over datagrams",
    .ndpi_name = "MQTT-SN",
    .log_type = "mqttsn",
    .own_record = true,
    .transports = {.udp = true},
    .detector = {.probe = probe, .first_bytes = {first_bytes(), first_bytes()}},
    .create = create_session<MqttsnSession>,
    .destroy = destroy_session<MqttsnSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::mqttsn
