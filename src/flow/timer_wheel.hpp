// SPDX-License-Identifier: GPL-3.0-or-later
// A timer wheel of one-second slots over the flows of a slab. A flow is looked at again within a minute at the latest
// and armed anew if it is not due: so packets never relink it, a timeout that became shorter is seen in time, and one
// turn of one wheel is enough for any timeout.
#pragma once

#include <array>

#include "flow/flow.hpp"

namespace gatehouse::flow {

class TimerWheel {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;
  static constexpr std::int64_t kFurthest = 60;  // seconds ahead

  explicit TimerWheel(Flow* flows) noexcept : flows_{flows} { heads_.fill(kNone); }

  std::int64_t now() const noexcept { return now_; }
  // For `second`, or kFurthest from now if that is sooner.
  void arm(std::uint32_t slot, std::int64_t second) noexcept;
  void disarm(std::uint32_t slot) noexcept;

  // Calls `due(slot)` for each flow whose second has come, disarmed. It may arm it again, and disarm others.
  template <typename Due>
  void advance(std::int64_t second, Due due) noexcept {
    if (second <= now_) return;
    if (second - now_ > static_cast<std::int64_t>(kSlots)) now_ = second - static_cast<std::int64_t>(kSlots);
    while (now_ < second) {
      ++now_;
      // What is armed anew lies ahead, never in this slot.
      std::uint32_t& head = heads_[slot_of(now_)];
      while (head != kNone) {
        const std::uint32_t slot = head;
        disarm(slot);
        due(slot);
      }
    }
  }

 private:
  static constexpr std::size_t kSlots = 64;
  static_assert(kFurthest < static_cast<std::int64_t>(kSlots));
  static std::size_t slot_of(std::int64_t second) noexcept { return static_cast<std::size_t>(second) % kSlots; }

  Flow* flows_;
  std::int64_t now_ = 0;
  std::array<std::uint32_t, kSlots> heads_;
};

}  // namespace gatehouse::flow
