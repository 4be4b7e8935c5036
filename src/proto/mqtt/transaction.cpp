// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqtt/transaction.hpp"

#include <algorithm>
#include <cstring>

namespace gatehouse::proto::mqtt {
namespace {

// Without its views, for which there is no memory.
Message numbers_of(const Message& message) noexcept {
  Message bare = message;
  bare.properties = bare.will_properties = bare.protocol_string = bare.client_id = bare.will_topic = bare.will_message =
      bare.username = bare.password = bare.topic = bare.payload = bare.list = {};
  return bare;
}

}  // namespace

MqttTransaction::~MqttTransaction() {
  std::pmr::polymorphic_allocator<> allocator{memory_};
  while (entries_ != nullptr) {
    Entry* const entry = entries_;
    entries_ = entry->next;
    if (entry->kept != nullptr) allocator.deallocate_bytes(entry->kept, entry->kept_size, 1);
    allocator.delete_object(entry);
  }
}

MqttTransaction::Entry& MqttTransaction::add(const Message& message) {
  Entry* const entry = std::pmr::polymorphic_allocator<>{memory_}.new_object<Entry>();
  entry->message = message;
  (newest_ == nullptr ? entries_ : newest_->next) = entry;
  newest_ = entry;
  ++count_;
  return *entry;
}

void MqttTransaction::keep(Bytes body, std::uint8_t protocol_version) {
  Message& message = newest_->message;
  const std::size_t beyond = message.payload.size() - std::min(message.payload.size(), kLoggedText);
  const std::size_t size = body.size() - std::min(body.size(), beyond);
  if (size > kMaxKeptMessage) {
    message = numbers_of(message);
    return;
  }
  if (size == 0) return;
  newest_->kept = static_cast<std::uint8_t*>(std::pmr::polymorphic_allocator<>{memory_}.allocate_bytes(size, 1));
  newest_->kept_size = size;
  kept_size_ += size;
  std::memcpy(newest_->kept, body.data(), size);
  Message copy;
  if (!read_body(message.header, protocol_version, {newest_->kept, size}, copy)) copy = numbers_of(message);
  copy.payload_size = message.payload_size;
  copy.skipped = message.skipped;
  message = copy;
}

const Message* MqttTransaction::find(Type type) const noexcept {
  for (const Entry* entry = entries_; entry != nullptr; entry = entry->next)
    if (entry->message.header.type == type) return &entry->message;
  return nullptr;
}

// MQTT 5.0, 4.3: who acknowledges what. Both ends number their own packets, so the direction counts too.
bool MqttTransaction::answers(const Message& message, Direction from) const noexcept {
  const Message& asked = entries_->message;
  const auto is_answer = [&](Type type) {
    return asked.header.type == type && asked.message_id == message.message_id && from != direction;
  };
  switch (message.header.type) {
    case Type::connack:
      return asked.header.type == Type::connect;
    case Type::puback:
    case Type::pubrec:
    case Type::pubcomp:
      return is_answer(Type::publish);
    case Type::pubrel:
      return asked.header.type == Type::publish && asked.message_id == message.message_id && from == direction;
    case Type::suback:
      return is_answer(Type::subscribe);
    case Type::unsuback:
      return is_answer(Type::unsubscribe);
    default:
      return false;
  }
}

}  // namespace gatehouse::proto::mqtt
