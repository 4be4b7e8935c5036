// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/protocol.hpp"
#include "proto/amqp/message.hpp"

namespace gatehouse::proto::amqp {

inline constexpr std::size_t kWindow = 64 * 1024;                   // looked at of a method
inline constexpr std::uint32_t kLongestFrame = 256u * 1024 * 1024;  // brokers take no longer ones

enum Event : std::uint8_t { kMalformedFrame, kFrameTooLong, kEventCount };

// One method or performative; its views live as long as the parse call that tells of it.
struct AmqpTransaction : Transaction {
  bool is_1_0 = false;
  std::uint16_t channel = 0;
  Message message;
};

inline const AmqpTransaction& as_amqp(const Transaction& tx) noexcept {
  return static_cast<const AmqpTransaction&>(tx);
}

// "AMQP", protocol identifier, version. 0-9-1, 4.2.2; 1.0, part 2, 2.2, and part 5, 5.2.1 and 5.3.1.
inline constexpr std::size_t kProtocolHeader = 8;
struct ProtocolHeader {
  std::uint8_t id{}, major{}, minor{}, revision{};

  ProtocolHeader() = default;
  explicit ProtocolHeader(Cursor& c) noexcept
      : id{(c.skip(4), c.u8())}, major{c.u8()}, minor{c.u8()}, revision{c.u8()} {}
  bool is_0_9_1() const noexcept { return id == 0 && major == 0 && minor == 9 && revision == 1; }
  bool is_1_0() const noexcept { return (id == 0 || id == 2 || id == 3) && major == 1 && minor == 0 && revision == 0; }
  bool is_tls() const noexcept { return is_1_0() && id == 2; }
};

class AmqpSession final : public Session {
 public:
  explicit AmqpSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  enum class Step : std::uint8_t { done, need_more, malformed, changed, finished };

  Step step(Direction direction, Bytes bytes, std::size_t& used);
  Step protocol_header(Direction direction, Bytes bytes, std::size_t& used);
  Step frame_0_9_1(Direction direction, Bytes bytes, std::size_t& used);
  Step frame_1_0(Direction direction, Bytes bytes, std::size_t& used);
  void tell(Direction direction, AmqpTransaction& tx);
  void event(Event row, Direction direction) noexcept;

  Sink* sink_ = nullptr;  // of the call at hand
  bool is_1_0_ = false;
  std::array<std::uint64_t, 2> skip_{};
  std::uint64_t next_id_ = 0;
  std::uint64_t session_events_ = 0;
};

}  // namespace gatehouse::proto::amqp
