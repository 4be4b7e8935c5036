// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"
#include "proto/industrial/framed.hpp"
#include "proto/opcua/message.hpp"

namespace gatehouse::proto::opcua {

inline constexpr std::size_t kLongestChunk = 8192;  // that is read; servers' chunks have 8192 bytes at least

namespace event {
inline constexpr std::uint8_t malformed_chunk = 0, malformed_body = 1, unknown_service = 2, too_many_nodes = 3;
}

// The first chunk of a message. Its views live as long as the call that tells of it.
struct OpcUaTransaction : Transaction {
  Message message;
};

class OpcUaSession final : public industrial::FramedSession {
 public:
  explicit OpcUaSession(Memory&) noexcept : FramedSession(false, kLongestChunk, event::malformed_chunk) {}

 private:
  std::size_t measure(Bytes bytes) const noexcept override;
  void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept override;

  bool secured_ = false;             // a policy other than None: messages may be encrypted
  std::array<bool, 2> continues_{};  // the last chunk was not the end of its message
};

industrial::Access access_of(const Message& m) noexcept;
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::opcua
