// SPDX-License-Identifier: GPL-3.0-or-later
// One frame is one transaction. The last frame of a message shows the whole message, decompressed.
#pragma once

#include <array>
#include <memory_resource>
#include <optional>
#include <vector>

#include "model/protocol.hpp"
#include "proto/inflate/inflate.hpp"
#include "proto/websocket/frame.hpp"

namespace gatehouse::proto::websocket {

inline constexpr std::size_t kMaxHeader = 14;
inline constexpr std::size_t kMaxPayload = 0xffff;        // kept of one frame, and of one message
inline constexpr std::size_t kMaxInflated = 1024 * 1024;  // kept of one message, decompressed
inline constexpr std::size_t kMaxControl = 125;           // RFC 6455, 5.5

namespace event {
inline constexpr std::uint8_t skip_end_of_payload = 0, reassembly_limit_reached = 1, unmasked_request = 2,
                              masked_response = 3, reserved_bits = 4, unknown_opcode = 5, invalid_control = 6,
                              unexpected_continuation = 7, unfinished_message = 8, invalid_close = 9,
                              failed_decompression = 10, compression_bomb = 11, count = 12;
}

struct WebSocketTransaction : Transaction {
  FrameHeader header;
  Direction direction{};
  Bytes payload;  // of this frame, or of the message that it ends
  std::optional<std::uint16_t> close_code;
};

void log(const Transaction& tx, JsonWriter& json);

class WebSocketSession final : public Session {
 public:
  explicit WebSocketSession(Memory& memory) : sides_{Side{memory}, Side{memory}}, memory_(memory) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  struct Side {
    explicit Side(Memory& memory) : message(&memory), control(&memory), inflated(&memory) {}

    FrameHeader header;
    bool within = false;  // a frame's payload
    std::uint64_t left = 0;
    std::uint64_t events = 0;  // of the frame under way
    std::pmr::vector<std::uint8_t> message, control, inflated;
    std::size_t frame_begin = 0;  // of this frame in the message
    bool message_open = false, message_compressed = false, message_holed = false;
    std::optional<inflate::Inflater> inflater;
    bool context_lost = false;  // what later messages may refer to was not seen
    bool closed = false;
  };

  void begin_frame(Direction d) noexcept;
  void take(Side& side, Bytes bytes) noexcept;
  void finish_frame(Direction d, Sink& sink) noexcept;
  Bytes whole_message(Side& side) noexcept;
  Bytes inflate_message(Side& side) noexcept;
  static void mark(Side& side, std::uint8_t event) noexcept { side.events |= 1ull << event; }

  std::array<Side, 2> sides_;
  Memory& memory_;
  std::uint64_t next_id_ = 0;
};

}  // namespace gatehouse::proto::websocket
