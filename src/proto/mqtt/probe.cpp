// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>

#include "base/utf8.hpp"
#include "proto/mqtt/message.hpp"
#include "proto/mqtt/mqtt.hpp"

namespace gatehouse::proto::mqtt {
namespace {

constexpr std::uint16_t kPort = 1883;

// MQTT 5.0, 3.1.2.1. Protocol Name; the longer one is that of version 3.1.
Probe probe_connect(Bytes body) noexcept {
  constexpr std::array<std::string_view, 2> names{std::string_view{"\0\4MQTT", 6}, std::string_view{"\0\6MQIsdp", 8}};
  for (const std::string_view name : names) {
    if (as_text(body).starts_with(name)) return Probe::yes;
    if (name.starts_with(as_text(body))) return Probe::need_more;
  }
  return Probe::no;
}

// What a broker or a client may send first where the beginning was not seen. MQTT 5.0, 2.1.3: "If invalid flags are
// received it is a Malformed Packet."
bool is_sound(Direction direction, const FixedHeader& header, Bytes body) noexcept {
  const auto from = [&](Direction d) { return direction == d; };
  Cursor c{body};
  switch (header.type) {
    case Type::unassigned:
    case Type::connect:
    case Type::auth:
      return false;
    case Type::publish: {
      if (header.qos() > 2 || header.remaining < 3) return false;
      const Bytes topic = c.take(c.u16());
      return !c.ok() || (!topic.empty() && is_utf8(topic) && std::ranges::find(topic, 0) == topic.end());
    }
    case Type::connack:
      return from(Direction::to_client) && header.flags == 0 && header.remaining >= 2 && c.u8() <= 1;
    case Type::puback:
    case Type::pubrec:
    case Type::pubcomp:
      return header.flags == 0 && header.remaining >= 2 && header.remaining <= 4;
    case Type::pubrel:
      return header.flags == 2 && header.remaining >= 2 && header.remaining <= 4;
    case Type::subscribe:
      return from(Direction::to_server) && header.flags == 2 && header.remaining >= 6;
    case Type::unsubscribe:
      return from(Direction::to_server) && header.flags == 2 && header.remaining >= 5;
    case Type::suback:
      return from(Direction::to_client) && header.flags == 0 && header.remaining >= 3;
    case Type::unsuback:
      return from(Direction::to_client) && header.flags == 0 && header.remaining >= 2;
    case Type::pingreq:
      return from(Direction::to_server) && header.flags == 0 && header.remaining == 0;
    case Type::pingresp:
      return from(Direction::to_client) && header.flags == 0 && header.remaining == 0;
    case Type::disconnect:
      return header.flags == 0 && header.remaining <= 2;
  }
  return false;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) {
  FixedHeader header;
  switch (read_fixed_header(bytes, header)) {
    case Outcome::malformed:
      return Probe::no;
    case Outcome::need_more:
      return bytes.empty() || bytes[0] == 0x10 || server_port == kPort ? Probe::need_more : Probe::no;
    case Outcome::done:
      break;
  }
  const Bytes body = bytes.subspan(header.size);
  if (header.type == Type::connect)
    return header.flags == 0 && direction == Direction::to_server ? probe_connect(body) : Probe::no;
  return server_port == kPort && is_sound(direction, header, body) ? Probe::yes : Probe::no;
}

}  // namespace gatehouse::proto::mqtt
