// SPDX-License-Identifier: GPL-3.0-or-later
// MQTT control packets, versions 3.1, 3.1.1 and 5: views into the bytes they were read from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/cursor.hpp"

namespace gatehouse::proto::mqtt {

enum class Type : std::uint8_t {
  unassigned,
  connect,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth,
};
std::string_view to_text(Type type) noexcept;  // "publish"

inline constexpr std::size_t kMaxFixedHeader = 5;
// Packets whose remaining length is more are not looked at as a whole.
inline constexpr std::uint32_t kMaxMessage = 1024 * 1024;
inline constexpr unsigned kMaxProperties = 1024;

enum class Outcome : std::uint8_t { done, need_more, malformed };

// MQTT 5.0, 2.1.1. Fixed Header.
struct FixedHeader {
  Type type = Type::unassigned;
  std::uint8_t flags = 0;       // the low four bits
  std::uint8_t size = 0;        // of this header
  std::uint32_t remaining = 0;  // bytes behind it

  bool dup() const noexcept { return (flags & 8) != 0; }
  std::uint8_t qos() const noexcept { return flags >> 1 & 3; }
  bool retain() const noexcept { return (flags & 1) != 0; }
};
Outcome read_fixed_header(Bytes bytes, FixedHeader& header) noexcept;

// MQTT 5.0, 1.5.5. Variable Byte Integer: "The maximum number of bytes in the Variable Byte Integer field is four."
std::uint32_t read_variable_integer(Cursor& c) noexcept;

namespace connect_flag {
inline constexpr std::uint8_t username = 0x80, password = 0x40, will_retain = 0x20, will = 0x04, clean_session = 0x02;
}

// What a packet's type does not have is empty or zero.
struct Message {
  FixedHeader header;
  bool skipped = false;  // longer than kMaxMessage: only the header was read
  bool has_message_id = false, has_reason_code = false, has_properties = false, has_will_properties = false;
  bool session_present = false;
  std::uint8_t reason_code = 0;
  std::uint8_t version = 0, connect_flags = 0;  // of CONNECT, as sent
  std::uint16_t message_id = 0;
  std::size_t payload_size = 0;  // of PUBLISH, even where `payload` holds less
  Bytes properties, will_properties;
  Bytes protocol_string, client_id, will_topic, will_message, username, password;  // CONNECT
  Bytes topic, payload;                                                            // PUBLISH
  Bytes list;  // topics of SUBSCRIBE and UNSUBSCRIBE as sent, codes of SUBACK and UNSUBACK

  bool connect_has(std::uint8_t flag) const noexcept { return (connect_flags & flag) != 0; }
};

// `body`: what follows the fixed header. `version`: as the session's CONNECT said, 0 where none was seen. False where
// it is malformed.
[[nodiscard]] bool read_body(const FixedHeader& header, std::uint8_t version, Bytes body, Message& message) noexcept;

// The topics of SUBSCRIBE (each with a byte of options) and UNSUBSCRIBE.
class Topics {
 public:
  Topics(const Message& message) noexcept : c_(message.list), options_(message.header.type == Type::subscribe) {}
  // False behind the last one.
  bool next(Bytes& topic, std::uint8_t& qos) noexcept {
    topic = c_.take(c_.u16());
    qos = options_ ? c_.u8() & 3 : 0;
    return c_.ok();
  }

 private:
  Cursor c_;
  bool options_;
};

// MQTT 5.0, 2.2.2 Properties.
enum class PropertyKind : std::uint8_t { unknown, byte, two_bytes, four_bytes, variable, text, binary, pair };
struct Property {
  std::uint32_t id = 0;
  PropertyKind kind = PropertyKind::unknown;
  std::uint32_t number = 0;
  Bytes text, value;  // `value` of a pair only
};
// Reads one property; fails the cursor where it does not fit. Behind one of unknown kind nothing can be read.
Property read_property(Cursor& c) noexcept;
std::string_view property_name(std::uint32_t id) noexcept;
unsigned count_properties(Bytes properties) noexcept;

}  // namespace gatehouse::proto::mqtt
