// SPDX-License-Identifier: GPL-3.0-or-later
// How often a signature has matched, and whether this match is told: the arithmetic of threshold, detection_filter and
// rate_filter, apart from where the counts are kept.
#pragma once

#include <cstdint>

#include "base/time.hpp"
#include "ips/match/signature.hpp"

namespace gatehouse::ips {

// Whose matches are counted together, beside the addresses.
struct ThresholdKey {
  std::uint32_t sid = 0, gid = 0, rev = 0;
  ThresholdKind kind = ThresholdKind::limit;
  Track track = Track::by_src;
  bool operator==(const ThresholdKey&) const = default;
};

struct ThresholdCount {
  Timestamp since;
  std::uint32_t count = 0;
  std::uint32_t next = 0;          // backoff: the count that is told next
  std::int64_t changed_since = 0;  // rate_filter: the second in which its action began; 0: it does not stand
};

enum class Counted : std::uint8_t {
  no_match,  // as if the signature had not matched
  silent,    // its action stands, but it is not told
  told,
  changed,  // told, with rate_filter's action
};

// The first match, which begins the count, and each that follows.
Counted count_first(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept;
Counted count_next(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept;

// Whether `suppress` keeps an alert between these ends from being told.
bool suppresses(const Suppression& suppression, const IpAddress& src, const IpAddress& dst) noexcept;

}  // namespace gatehouse::ips
