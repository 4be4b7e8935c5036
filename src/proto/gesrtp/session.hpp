// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"
#include "proto/gesrtp/message.hpp"
#include "proto/industrial/framed.hpp"

namespace gatehouse::proto::gesrtp {

namespace event {
inline constexpr std::uint8_t malformed_packet = 0, unknown_service = 1;
}

// One packet.
struct SrtpTransaction : Transaction {
  Packet packet;
  const Service* service = nullptr;  // of a response, that of the request which it answers
};

class SrtpSession final : public industrial::FramedSession {
 public:
  explicit SrtpSession(Memory&) noexcept : FramedSession(false, kHeader, event::malformed_packet) {}

 private:
  std::size_t measure(Bytes bytes) const noexcept override;
  void frame(Direction direction, Bytes bytes, bool whole, Sink& sink) noexcept override;

  // The last requests, by their mailbox's number, so that responses can be named.
  struct Asked {
    std::uint8_t sequence = 0;
    const Service* service = nullptr;
  };
  std::array<Asked, 8> asked_{};
  std::size_t next_ = 0;
};

industrial::Access access_of(const SrtpTransaction& tx) noexcept;
void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::gesrtp
