// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/mqtt/transaction.hpp"

namespace gatehouse::proto::mqtt {

// Transactions that wait for their answers, and what is kept of them: reaching either completes the oldest.
inline constexpr unsigned kMaxTransactions = 1024;
inline constexpr std::size_t kMaxKept = 256 * 1024;
// Smaller payloads are readings and commands, not files.
inline constexpr std::size_t kMinFile = 1024;
// Topic and properties of a packet that is too long to be looked at as a whole.
inline constexpr std::size_t kMaxSkippedHead = 128 * 1024;

class MqttSession : public Session {
 public:
  explicit MqttSession(Memory& memory) noexcept : memory_(&memory) {}
  ~MqttSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // A packet that is let pass as a stream.
  struct Skip {
    std::uint64_t left = 0;
    MqttTransaction* tx = nullptr;
    FileId file = 0;
    bool has_file = false;
  };

  Outcome next_packet(Direction direction, Bytes bytes, std::size_t& used, Sink& sink) noexcept;
  Outcome begin_skip(Direction direction, const FixedHeader& header, Bytes bytes, std::size_t& used,
                     Sink& sink) noexcept;
  std::size_t skip(Direction direction, Bytes bytes, Sink& sink) noexcept;
  void end_skip(Direction direction, bool complete, Sink& sink) noexcept;

  void handle(Direction direction, const Message& message, Bytes body, Sink& sink) noexcept;
  void ask(Direction direction, const Message& message, Bytes body, Sink& sink) noexcept;
  void answer(Direction direction, const Message& message, Bytes body, Sink& sink) noexcept;
  void alone(Direction direction, const Message& message, std::uint16_t events, Sink& sink) noexcept;
  void malformed(Direction direction, Sink& sink) noexcept;
  void carry_file(MqttTransaction& tx, Direction direction, const Message& message, Sink& sink) noexcept;

  MqttTransaction* open(Direction direction, const Message& message);
  void tell(MqttTransaction& tx, Direction direction, Sink& sink) noexcept;
  void finish(MqttTransaction* tx, Sink& sink) noexcept;
  void destroy(MqttTransaction* tx) noexcept;
  void wait(MqttTransaction* tx) noexcept;
  void make_room(Direction direction, Sink& sink) noexcept;
  MqttTransaction* take(const Message& message, Direction from) noexcept;

  Memory* memory_;
  std::uint64_t transactions_ = 0;
  MqttTransaction* oldest_ = nullptr;  // waiting, in order of their latest packet
  MqttTransaction* newest_ = nullptr;
  unsigned waiting_ = 0;
  std::size_t kept_ = 0;
  std::uint8_t version_ = 0;  // as CONNECT said
  bool connected_ = false;
  std::array<Skip, 2> skip_{};
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::mqtt
