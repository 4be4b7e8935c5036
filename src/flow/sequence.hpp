// SPDX-License-Identifier: GPL-3.0-or-later
// TCP sequence numbers: a circle, on which one number lies before another if the way from it forward is the shorter
// one.
#pragma once

#include <cstdint>

namespace gatehouse::flow {

using Seq = std::uint32_t;

constexpr std::int32_t distance(Seq from, Seq to) noexcept {
  return static_cast<std::int32_t>(to - from);
}
constexpr bool before(Seq a, Seq b) noexcept {
  return distance(a, b) > 0;
}
constexpr bool at_or_before(Seq a, Seq b) noexcept {
  return distance(a, b) >= 0;
}
constexpr Seq earlier(Seq a, Seq b) noexcept {
  return before(b, a) ? b : a;
}
constexpr Seq later(Seq a, Seq b) noexcept {
  return before(a, b) ? b : a;
}

}  // namespace gatehouse::flow
