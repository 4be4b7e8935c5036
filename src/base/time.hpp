// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

namespace gatehouse {

// Microseconds. The engine's clock is the packets' own time, so that a replayed capture is judged as it was live.
struct Duration {
  std::int64_t us = 0;
  auto operator<=>(const Duration&) const = default;
};
constexpr Duration milliseconds(std::int64_t n) {
  return {n * 1000};
}
constexpr Duration seconds(std::int64_t n) {
  return {n * 1'000'000};
}

struct Timestamp {
  std::int64_t us = 0;  // since 1970-01-01T00:00:00Z
  auto operator<=>(const Timestamp&) const = default;
  friend constexpr Timestamp operator+(Timestamp t, Duration d) { return {t.us + d.us}; }
  friend constexpr Duration operator-(Timestamp a, Timestamp b) { return {a.us - b.us}; }
  static Timestamp now() noexcept;
};

// "2026-01-02T03:04:05.678901+0000": the form that every reader of EVE accepts. `out` holds at least 31 characters.
inline constexpr std::size_t kTimestampText = 31;
std::string_view format_timestamp(Timestamp t, char* out) noexcept;

}  // namespace gatehouse
