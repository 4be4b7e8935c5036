// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqttsn/message.hpp"

namespace gatehouse::proto::mqttsn {

// 5.2.1: the length counts itself; 1 says that two bytes of it follow.
bool Message::read(Bytes datagram) noexcept {
  constexpr std::uint8_t kLonger = 1;
  Cursor c{datagram};
  length = c.u8();
  if (length == kLonger) length = c.u16();
  type = static_cast<Type>(c.u8());
  if (!c.ok()) return false;
  // 5.5: what a forwarder wraps stands behind the wrapping's own length.
  const bool ends = type == Type::encapsulated ? length <= datagram.size() : length == datagram.size();
  return ends && is_known() && read_body(c) && c.ok();
}

void Message::topic_by_kind(Cursor& c, bool may_be_name) noexcept {
  const unsigned kind = flags->topic_kind();
  if (kind == kTopicShort)
    topic = c.take(2);
  else if (kind == kTopicPredefined || !may_be_name)
    topic_id = c.u16();
  else
    topic = c.take(c.remaining());
}

// 5.4, in the order of the messages there. What stands behind the last member is none of it.
bool Message::read_body(Cursor& c) noexcept {
  const auto rest = [&c] { return c.take(c.remaining()); };
  switch (type) {
    case Type::advertise:
      gateway = c.u8(), duration = c.u16();
      return c.empty();
    case Type::search_gateway:
      c.skip(1);  // radius
      return c.empty();
    case Type::gateway_info:
      gateway = c.u8();
      payload = rest();  // its address
      return true;
    case Type::connect:
      flags = Flags{c.u8()}, version = c.u8(), duration = c.u16();
      client_id = rest();
      return true;
    case Type::connack:
    case Type::will_topic_response:
    case Type::will_message_response:
      return_code = c.u8();
      return c.empty();
    case Type::will_topic_request:
    case Type::will_message_request:
    case Type::ping_response:
      return c.empty();
    case Type::will_topic:
    case Type::will_topic_update:
      if (c.empty()) return true;  // the will is withdrawn
      flags = Flags{c.u8()};
      topic = rest();
      return true;
    case Type::will_message:
    case Type::will_message_update:
      payload = rest();
      return true;
    case Type::register_topic:
      topic_id = c.u16(), message_id = c.u16();
      topic = rest();
      return true;
    case Type::publish:
      flags = Flags{c.u8()};
      topic_by_kind(c, false);
      message_id = c.u16();
      payload = rest();
      return true;
    case Type::regack:
    case Type::puback:
      topic_id = c.u16(), message_id = c.u16(), return_code = c.u8();
      return c.empty();
    case Type::pubrec:
    case Type::pubrel:
    case Type::pubcomp:
    case Type::unsuback:
      message_id = c.u16();
      return c.empty();
    case Type::subscribe:
    case Type::unsubscribe:
      flags = Flags{c.u8()}, message_id = c.u16();
      topic_by_kind(c, true);
      return c.empty();
    case Type::suback:
      flags = Flags{c.u8()}, topic_id = c.u16(), message_id = c.u16(), return_code = c.u8();
      return c.empty();
    case Type::ping_request:
      client_id = rest();
      return true;
    case Type::disconnect:
      if (!c.empty()) duration = c.u16();
      return c.empty();
    case Type::encapsulated:
      payload = rest();
      return true;
  }
  return false;
}

}  // namespace gatehouse::proto::mqttsn
