// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "proto/stun/stun.hpp"

namespace gatehouse::proto::stun {

// Messages of a session that are read: a call checks its way every few seconds as long as it lasts, and says nothing
// new.
inline constexpr unsigned kMaxMessages = 256;
// Datagrams of what was arranged, media above all, behind which nothing more is expected.
inline constexpr unsigned kMaxForeign = 32;

class StunSession final : public Session {
 public:
  explicit StunSession(bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;

 private:
  Progress datagram(Direction direction, Bytes bytes, Sink& sink) noexcept;
  Progress stream(Direction direction, Bytes bytes, Sink& sink) noexcept;
  void message(Direction direction, Bytes bytes, Sink& sink) noexcept;

  bool datagrams_;
  std::uint64_t messages_ = 0;
  unsigned foreign_ = 0;
  std::array<std::size_t, 2> skip_{};      // of channel data over TCP
  std::array<std::uint32_t, 4> logged_{};  // by class, a bit for each method
};

Session* create_stream(Memory& memory);
Session* create_datagrams(Memory& memory);

}  // namespace gatehouse::proto::stun
