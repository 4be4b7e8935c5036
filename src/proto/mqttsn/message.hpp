// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <optional>

#include "base/cursor.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::mqttsn {

enum class Type : std::uint8_t {  // MQTT-SN 1.2, table 3
  advertise = 0x00,
  search_gateway = 0x01,
  gateway_info = 0x02,
  connect = 0x04,
  connack = 0x05,
  will_topic_request = 0x06,
  will_topic = 0x07,
  will_message_request = 0x08,
  will_message = 0x09,
  register_topic = 0x0a,
  regack = 0x0b,
  publish = 0x0c,
  puback = 0x0d,
  pubcomp = 0x0e,
  pubrec = 0x0f,
  pubrel = 0x10,
  subscribe = 0x12,
  suback = 0x13,
  unsubscribe = 0x14,
  unsuback = 0x15,
  ping_request = 0x16,
  ping_response = 0x17,
  disconnect = 0x18,
  will_topic_update = 0x1a,
  will_topic_response = 0x1b,
  will_message_update = 0x1c,
  will_message_response = 0x1d,
  encapsulated = 0xfe,
};
inline constexpr std::array kTypeNames{
    NamedNumber{0x00, "advertise"},
    NamedNumber{0x01, "search_gateway"},
    NamedNumber{0x02, "gateway_info"},
    NamedNumber{0x04, "connect"},
    NamedNumber{0x05, "connack"},
    NamedNumber{0x06, "will_topic_request"},
    NamedNumber{0x07, "will_topic"},
    NamedNumber{0x08, "will_message_request"},
    NamedNumber{0x09, "will_message"},
    NamedNumber{0x0a, "register"},
    NamedNumber{0x0b, "regack"},
    NamedNumber{0x0c, "publish"},
    NamedNumber{0x0d, "puback"},
    NamedNumber{0x0e, "pubcomp"},
    NamedNumber{0x0f, "pubrec"},
    NamedNumber{0x10, "pubrel"},
    NamedNumber{0x12, "subscribe"},
    NamedNumber{0x13, "suback"},
    NamedNumber{0x14, "unsubscribe"},
    NamedNumber{0x15, "unsuback"},
    NamedNumber{0x16, "ping_request"},
    NamedNumber{0x17, "ping_response"},
    NamedNumber{0x18, "disconnect"},
    NamedNumber{0x1a, "will_topic_update"},
    NamedNumber{0x1b, "will_topic_response"},
    NamedNumber{0x1c, "will_message_update"},
    NamedNumber{0x1d, "will_message_response"},
    NamedNumber{0xfe, "encapsulated"},
};
inline constexpr std::array kReturnNames{
    // 5.3.10
    NamedNumber{0, "accepted"},
    NamedNumber{1, "congestion"},
    NamedNumber{2, "invalid_topic_id"},
    NamedNumber{3, "not_supported"},
};

// 5.3.4. Flags
struct Flags {
  std::uint8_t bits = 0;
  bool duplicate() const noexcept { return (bits & 0x80) != 0; }
  unsigned qos() const noexcept { return bits >> 5 & 3; }  // 3: publishing without a connection
  bool retain() const noexcept { return (bits & 0x10) != 0; }
  bool will() const noexcept { return (bits & 0x08) != 0; }
  bool clean() const noexcept { return (bits & 0x04) != 0; }
  unsigned topic_kind() const noexcept { return bits & 3; }  // 0 a name or its number, 1 predefined, 2 two letters
};
inline constexpr unsigned kTopicName = 0, kTopicPredefined = 1, kTopicShort = 2;

struct Message {
  Type type{};
  std::uint16_t length = 0;
  std::optional<Flags> flags;
  std::optional<std::uint16_t> topic_id, message_id, duration;
  std::optional<std::uint8_t> gateway, return_code, version;  // version: of the protocol, in CONNECT
  Bytes topic, client_id, payload;

  // MQTT-SN 1.2, 5. False where it is none, or does not end where the datagram does.
  [[nodiscard]] bool read(Bytes datagram) noexcept;
  bool is_known() const noexcept { return !name_of(kTypeNames, static_cast<std::uint64_t>(type)).empty(); }

 private:
  bool read_body(Cursor& c) noexcept;
  void topic_by_kind(Cursor& c, bool may_be_name) noexcept;
};

}  // namespace gatehouse::proto::mqttsn
