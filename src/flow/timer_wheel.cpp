// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/timer_wheel.hpp"

#include <algorithm>

namespace gatehouse::flow {

void TimerWheel::arm(std::uint32_t slot, std::int64_t second) noexcept {
  Flow& flow = flows_[slot];
  flow.due = std::clamp(second, now_ + 1, now_ + kFurthest);
  std::uint32_t& head = heads_[slot_of(flow.due)];
  flow.wheel_prev = kNone;
  flow.wheel_next = head;
  if (head != kNone) flows_[head].wheel_prev = slot;
  head = slot;
}

void TimerWheel::disarm(std::uint32_t slot) noexcept {
  Flow& flow = flows_[slot];
  if (flow.wheel_prev != kNone)
    flows_[flow.wheel_prev].wheel_next = flow.wheel_next;
  else
    heads_[slot_of(flow.due)] = flow.wheel_next;
  if (flow.wheel_next != kNone) flows_[flow.wheel_next].wheel_prev = flow.wheel_prev;
}

}  // namespace gatehouse::flow
