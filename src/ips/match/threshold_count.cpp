// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/threshold_count.hpp"

#include <limits>

namespace gatehouse::ips {
namespace {

constexpr std::uint32_t kMost = std::numeric_limits<std::uint32_t>::max();

std::int64_t second_of(Timestamp t) noexcept {
  return t.us / 1'000'000;
}

bool in_time(const Threshold& threshold, const ThresholdCount& count, Timestamp now) noexcept {
  return now <= count.since + seconds(threshold.seconds);
}

void begin_again(ThresholdCount& count, Timestamp now) noexcept {
  count.since = now;
  count.count = 1;
}

void add_one(ThresholdCount& count) noexcept {
  if (count.count < kMost) ++count.count;
}

Counted count_limit(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  if (!in_time(threshold, count, now)) {
    begin_again(count, now);
    return Counted::told;
  }
  add_one(count);
  return count.count <= threshold.count ? Counted::told : Counted::silent;
}

Counted count_threshold(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  if (threshold.count == 1) return Counted::told;
  if (!in_time(threshold, count, now)) {
    begin_again(count, now);
    return Counted::no_match;
  }
  add_one(count);
  if (count.count < threshold.count) return Counted::no_match;
  count.count = 0;  // the time runs on: it begins anew when it is over
  return Counted::told;
}

Counted count_both(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  if (!in_time(threshold, count, now)) {
    begin_again(count, now);
    return threshold.count == 1 ? Counted::told : Counted::no_match;
  }
  add_one(count);
  if (count.count == threshold.count) return Counted::told;
  return count.count > threshold.count ? Counted::silent : Counted::no_match;
}

Counted count_filter(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  if (!in_time(threshold, count, now)) {
    begin_again(count, now);
    return Counted::no_match;
  }
  add_one(count);
  return count.count > threshold.count ? Counted::told : Counted::no_match;
}

void back_off(const Threshold& threshold, ThresholdCount& count) noexcept {
  const std::uint64_t next = std::uint64_t{count.next} * threshold.multiplier;
  count.next = next > kMost ? kMost : static_cast<std::uint32_t>(next);
}

Counted count_backoff(const Threshold& threshold, ThresholdCount& count) noexcept {
  if (count.count == kMost) return Counted::silent;
  if (++count.count != count.next) return Counted::silent;
  back_off(threshold, count);
  return Counted::told;
}

Counted count_rate(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  if (count.changed_since != 0) {
    if (second_of(now) - count.changed_since <= std::int64_t{threshold.timeout}) return Counted::changed;
    count.changed_since = 0;
    return Counted::told;
  }
  if (!in_time(threshold, count, now)) {
    begin_again(count, now);
    return Counted::told;
  }
  add_one(count);
  if (count.count <= threshold.count) return Counted::told;
  count.changed_since = second_of(now);
  return Counted::changed;
}

}  // namespace

Counted count_first(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  count = {now, 1, threshold.count, 0};
  switch (threshold.kind) {
    case ThresholdKind::limit:
    case ThresholdKind::rate_filter:
      return Counted::told;
    case ThresholdKind::threshold:
    case ThresholdKind::both:
      return threshold.count == 1 ? Counted::told : Counted::no_match;
    case ThresholdKind::backoff:
      if (threshold.count != 1) return Counted::no_match;
      back_off(threshold, count);
      return Counted::told;
    case ThresholdKind::detection_filter:
      break;
  }
  return Counted::no_match;
}

Counted count_next(const Threshold& threshold, ThresholdCount& count, Timestamp now) noexcept {
  switch (threshold.kind) {
    case ThresholdKind::limit:
      return count_limit(threshold, count, now);
    case ThresholdKind::threshold:
      return count_threshold(threshold, count, now);
    case ThresholdKind::both:
      return count_both(threshold, count, now);
    case ThresholdKind::backoff:
      return count_backoff(threshold, count);
    case ThresholdKind::rate_filter:
      return count_rate(threshold, count, now);
    case ThresholdKind::detection_filter:
      break;
  }
  return count_filter(threshold, count, now);
}

bool suppresses(const Suppression& suppression, const IpAddress& src, const IpAddress& dst) noexcept {
  if (suppression.always) return true;
  const bool from = suppression.track != Track::by_dst, to = suppression.track != Track::by_src;
  return (from && suppression.addresses.contains(src)) || (to && suppression.addresses.contains(dst));
}

}  // namespace gatehouse::ips
