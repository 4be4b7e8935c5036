// SPDX-License-Identifier: GPL-3.0-or-later
// A packet that asks and the packets that answer it are one transaction: CONNECT and CONNACK, PUBLISH and up to three
// acknowledgements, SUBSCRIBE and SUBACK. All others stand alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "model/protocol.hpp"
#include "proto/mqtt/message.hpp"

namespace gatehouse::proto::mqtt {

// The log shows this much of a string.
inline constexpr std::size_t kLoggedText = 1024;
// A packet that waits for its answer is kept for the log; of a PUBLISH the payload's beginning. A longer one keeps its
// numbers only.
inline constexpr std::size_t kMaxKeptMessage = 64 * 1024;
// Packets of one transaction.
inline constexpr unsigned kMaxMessages = 32;

namespace event {
inline constexpr std::uint8_t missing_connect = 0, missing_publish = 1, missing_subscribe = 2, missing_unsubscribe = 3,
                              double_connect = 4, unintroduced_message = 5, invalid_qos_level = 6, missing_msg_id = 7,
                              unassigned_msg_type = 8, too_many_transactions = 9, malformed_traffic = 10,
                              too_many_messages = 11, too_many_properties = 12;
}

class MqttTransaction : public Transaction {
 public:
  struct Entry {
    Message message;
    Entry* next = nullptr;
    std::uint8_t* kept = nullptr;
    std::size_t kept_size = 0;
  };

  MqttTransaction(Memory& memory, Direction from, std::uint8_t protocol_version) noexcept
      : direction(from), version(protocol_version), memory_(&memory) {}
  ~MqttTransaction();
  MqttTransaction(const MqttTransaction&) = delete;
  MqttTransaction& operator=(const MqttTransaction&) = delete;

  // Views of `message` must live until keep() or the end of the transaction.
  Entry& add(const Message& message);
  // Copies what the log will need of the newest message out of the stream's bytes.
  void keep(Bytes body, std::uint8_t protocol_version);
  std::size_t kept_size() const noexcept { return kept_size_; }

  const Entry* first() const noexcept { return entries_; }
  const Message& newest() const noexcept { return newest_->message; }
  unsigned count() const noexcept { return count_; }
  const Message* find(Type type) const noexcept;
  bool answers(const Message& message, Direction from) const noexcept;

  Direction direction;              // of the first packet
  std::uint8_t version;             // of the protocol, as far as the session knows
  bool malformed = false;           // stands for bytes that are no packet
  MqttTransaction* next = nullptr;  // in the session's list

 private:
  Memory* memory_;
  Entry* entries_ = nullptr;
  Entry* newest_ = nullptr;
  unsigned count_ = 0;
  std::size_t kept_size_ = 0;
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::mqtt
