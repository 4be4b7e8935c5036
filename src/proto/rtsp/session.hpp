// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "proto/headerlines/inflow.hpp"
#include "proto/rtsp/transaction.hpp"

namespace gatehouse::proto::rtsp {

class RtspSession final : public Session {
 public:
  explicit RtspSession(Memory&) noexcept {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;

 private:
  struct Side {
    headerlines::Inflow inflow;
    std::uint32_t frame_left = 0;  // of a packet between the messages
  };

  // Packets between the messages: what was passed of them; `more` where the next one's header is not whole.
  std::size_t pass_frames(Side& side, Bytes bytes, bool& more) noexcept;
  void tell(const headerlines::Inflow::Message& message, Direction direction, Sink& sink) noexcept;
  void arrange_media(const headerlines::Head& head, Direction direction, Sink& sink) noexcept;

  std::uint64_t messages_ = 0;
  std::array<Side, 2> sides_{};
};

}  // namespace gatehouse::proto::rtsp
