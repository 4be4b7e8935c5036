// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqtt/session.hpp"

#include <algorithm>

#include "proto/mqtt/mqtt.hpp"

namespace gatehouse::proto::mqtt {
namespace {

constexpr std::uint8_t kComplete = 1;
constexpr std::uint8_t kMaxQos = 2;

constexpr std::uint16_t bit(std::uint8_t event) noexcept {
  return static_cast<std::uint16_t>(1u << event);
}

}  // namespace

MqttSession::~MqttSession() {
  for (Skip& skip : skip_)
    if (skip.tx != nullptr) destroy(skip.tx);
  while (oldest_ != nullptr) {
    MqttTransaction* const tx = oldest_;
    oldest_ = tx->next;
    destroy(tx);
  }
}

Progress MqttSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  std::size_t at = skip(direction, bytes, sink);
  while (at < bytes.size()) {
    std::size_t used = 0;
    switch (next_packet(direction, bytes.subspan(at), used, sink)) {
      case Outcome::need_more:
        return Progress::need_more(at);
      case Outcome::malformed:
        malformed(direction, sink);
        return Progress::malformed();
      case Outcome::done:
        at += used;
    }
  }
  return Progress::ok(at);
}

Outcome MqttSession::next_packet(Direction direction, Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  FixedHeader header;
  const Outcome outcome = read_fixed_header(bytes, header);
  if (outcome != Outcome::done) return outcome;
  if (header.remaining > kMaxMessage) return begin_skip(direction, header, bytes, used, sink);
  used = std::size_t{header.size} + header.remaining;
  if (bytes.size() < used) return Outcome::need_more;
  const Bytes body = bytes.subspan(header.size, header.remaining);
  Message message;
  if (!read_body(header, version_, body, message)) return Outcome::malformed;
  handle(direction, message, body, sink);
  return Outcome::done;
}

// The payload of a long PUBLISH is a file that passes by; of any other long packet nothing is looked at.
Outcome MqttSession::begin_skip(Direction direction, const FixedHeader& header, Bytes bytes, std::size_t& used,
                                Sink& sink) noexcept {
  const std::uint64_t whole = std::uint64_t{header.size} + header.remaining;
  Message message;
  std::size_t head = header.size;
  if (header.type == Type::publish) {
    const Bytes body = bytes.subspan(header.size, std::min<std::size_t>(bytes.size() - header.size, header.remaining));
    if (read_body(header, version_, body, message))
      head += body.size() - message.payload.size();
    else if (body.size() < kMaxSkippedHead)
      return Outcome::need_more;
  }
  const bool readable = message.header.type == Type::publish;
  message.header = header;
  message.skipped = true;
  message.payload = {};
  MqttTransaction* const tx = open(direction, message);
  tell(*tx, direction, sink);
  Skip& skip = skip_[index(direction)];
  skip = {whole - head, tx, 0, readable};
  if (readable) skip.file = sink.file_open(*tx, direction, FileMeta{as_text(message.topic)});
  tx->keep(bytes.subspan(header.size, head - header.size), version_);
  used = head + this->skip(direction, bytes.subspan(head), sink);
  return Outcome::done;
}

std::size_t MqttSession::skip(Direction direction, Bytes bytes, Sink& sink) noexcept {
  Skip& skip = skip_[index(direction)];
  if (skip.tx == nullptr) return 0;
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(skip.left, bytes.size()));
  if (skip.has_file && count > 0) sink.file_data(skip.file, bytes.first(count));
  skip.left -= count;
  if (skip.left == 0) end_skip(direction, true, sink);
  return count;
}

void MqttSession::end_skip(Direction direction, bool complete, Sink& sink) noexcept {
  Skip& skip = skip_[index(direction)];
  if (skip.tx == nullptr) return;
  if (skip.has_file) sink.file_close(skip.file, !complete);
  finish(skip.tx, sink);
  skip = {};
}

bool MqttSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  Skip& skip = skip_[index(direction)];
  if (skip.tx == nullptr || missing > skip.left) return false;
  if (skip.has_file) sink.file_gap(skip.file, missing);
  skip.left -= missing;
  if (skip.left == 0) end_skip(direction, true, sink);
  return true;
}

void MqttSession::end(Direction direction, Sink& sink) noexcept {
  end_skip(direction, false, sink);
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  while (oldest_ != nullptr) {
    MqttTransaction* const tx = oldest_;
    oldest_ = tx->next;
    finish(tx, sink);
  }
  newest_ = nullptr;
  waiting_ = 0;
  kept_ = 0;
}

void MqttSession::handle(Direction direction, const Message& message, Bytes body, Sink& sink) noexcept {
  const std::uint16_t unintroduced = connected_ ? 0 : bit(event::unintroduced_message);
  switch (message.header.type) {
    case Type::connect:
      version_ = message.version & 0x7f;
      [[fallthrough]];
    case Type::publish:
    case Type::subscribe:
    case Type::unsubscribe:
      return ask(direction, message, body, sink);
    case Type::connack:
    case Type::puback:
    case Type::pubrec:
    case Type::pubrel:
    case Type::pubcomp:
    case Type::suback:
    case Type::unsuback:
      return answer(direction, message, body, sink);
    case Type::unassigned:
      return alone(direction, message, bit(event::unassigned_msg_type), sink);
    case Type::pingreq:
    case Type::pingresp:
    case Type::disconnect:
    case Type::auth:
      return alone(direction, message, unintroduced, sink);
  }
}

// A packet that may have to be answered.
void MqttSession::ask(Direction direction, const Message& message, Bytes body, Sink& sink) noexcept {
  make_room(direction, sink);
  MqttTransaction* const tx = open(direction, message);
  const std::uint8_t qos = message.header.qos();
  const bool connect = message.header.type == Type::connect;
  if (connect && connected_) sink.event(tx, event::double_connect, direction);
  if (!connect && qos > kMaxQos) sink.event(tx, event::invalid_qos_level, direction);
  // MQTT 5.0, 2.2.1: "Each time a Client sends a new SUBSCRIBE, UNSUBSCRIBE, or PUBLISH (where QoS > 0) MQTT Control
  // Packet it MUST assign it a non-zero Packet Identifier".
  if (!connect && qos > 0 && message.message_id == 0) sink.event(tx, event::missing_msg_id, direction);
  if (!connect && !connected_) sink.event(tx, event::unintroduced_message, direction);
  tell(*tx, direction, sink);
  if (message.header.type == Type::publish) carry_file(*tx, direction, message, sink);
  if (!connect && (qos == 0 || qos > kMaxQos)) return finish(tx, sink);
  tx->keep(body, version_);
  wait(tx);
}

void MqttSession::answer(Direction direction, const Message& message, Bytes body, Sink& sink) noexcept {
  MqttTransaction* const tx = take(message, direction);
  if (tx == nullptr) {
    std::uint8_t missing = event::missing_publish;
    if (message.header.type == Type::connack) missing = event::missing_connect;
    if (message.header.type == Type::suback) missing = event::missing_subscribe;
    if (message.header.type == Type::unsuback) missing = event::missing_unsubscribe;
    const bool unintroduced = !connected_ && message.header.type != Type::connack;
    return alone(direction, message, bit(missing) | (unintroduced ? bit(event::unintroduced_message) : 0), sink);
  }
  if (message.header.type == Type::connack) connected_ = true;
  tx->add(message);
  const bool full = tx->count() >= kMaxMessages;
  if (full) sink.event(tx, event::too_many_messages, direction);
  tell(*tx, direction, sink);
  const bool more = message.header.type == Type::pubrec || message.header.type == Type::pubrel;
  if (!more || full) return finish(tx, sink);
  tx->keep(body, version_);
  wait(tx);
}

void MqttSession::alone(Direction direction, const Message& message, std::uint16_t events, Sink& sink) noexcept {
  MqttTransaction* const tx = open(direction, message);
  for (std::uint8_t event = 0; event <= event::too_many_properties; ++event)
    if ((events & bit(event)) != 0) sink.event(tx, event, direction);
  tell(*tx, direction, sink);
  finish(tx, sink);
}

// A transaction for what is no packet, so that rules have something to look at.
void MqttSession::malformed(Direction direction, Sink& sink) noexcept {
  MqttTransaction* const tx = open(direction, Message{});
  tx->malformed = true;
  sink.event(tx, event::malformed_traffic, direction);
  tell(*tx, direction, sink);
  sink.close(*tx);
  destroy(tx);
}

void MqttSession::carry_file(MqttTransaction& tx, Direction direction, const Message& message, Sink& sink) noexcept {
  if (message.payload.size() < kMinFile) return;
  const FileId file = sink.file_open(tx, direction, FileMeta{as_text(message.topic)});
  sink.file_data(file, message.payload);
  sink.file_close(file, false);
}

MqttTransaction* MqttSession::open(Direction direction, const Message& message) {
  auto* const tx =
      std::pmr::polymorphic_allocator<>{memory_}.new_object<MqttTransaction>(*memory_, direction, version_);
  tx->protocol = &protocol;
  tx->id = transactions_++;
  tx->add(message);
  return tx;
}

void MqttSession::tell(MqttTransaction& tx, Direction direction, Sink& sink) noexcept {
  tx.stage[index(direction)] = kComplete;
  if (count_properties(tx.newest().properties) > kMaxProperties) sink.event(&tx, event::too_many_properties, direction);
  sink.update(tx, direction);
}

void MqttSession::finish(MqttTransaction* tx, Sink& sink) noexcept {
  sink.log(*tx, tx->direction);
  sink.close(*tx);
  destroy(tx);
}

void MqttSession::destroy(MqttTransaction* tx) noexcept {
  std::pmr::polymorphic_allocator<>{memory_}.delete_object(tx);
}

void MqttSession::wait(MqttTransaction* tx) noexcept {
  tx->next = nullptr;
  (newest_ == nullptr ? oldest_ : newest_->next) = tx;
  newest_ = tx;
  ++waiting_;
  kept_ += tx->kept_size();
}

void MqttSession::make_room(Direction direction, Sink& sink) noexcept {
  while (oldest_ != nullptr && (waiting_ >= kMaxTransactions || kept_ >= kMaxKept)) {
    MqttTransaction* const tx = oldest_;
    oldest_ = tx->next;
    if (oldest_ == nullptr) newest_ = nullptr;
    --waiting_;
    kept_ -= tx->kept_size();
    sink.event(tx, event::too_many_transactions, direction);
    sink.update(*tx, tx->direction);
    finish(tx, sink);
  }
}

// The transaction that `message` answers, out of the list.
MqttTransaction* MqttSession::take(const Message& message, Direction from) noexcept {
  MqttTransaction* before = nullptr;
  for (MqttTransaction* tx = oldest_; tx != nullptr; before = tx, tx = tx->next) {
    if (!tx->answers(message, from)) continue;
    (before == nullptr ? oldest_ : before->next) = tx->next;
    if (newest_ == tx) newest_ = before;
    --waiting_;
    kept_ -= tx->kept_size();
    return tx;
  }
  return nullptr;
}

}  // namespace gatehouse::proto::mqtt
