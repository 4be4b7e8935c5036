// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/threshold_count.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "ips/match/flow_memory.hpp"
#include "ips/match/shared_memory.hpp"

namespace gatehouse::ips::test {
namespace {

constexpr std::int64_t kStart = 1'700'000'000;

Timestamp at(double second) {
  return Timestamp{kStart * 1'000'000 + static_cast<std::int64_t>(second * 1e6)};
}
IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}
Threshold counting(ThresholdKind kind, std::uint32_t count, std::uint32_t seconds, std::uint32_t multiplier = 0) {
  Threshold t;
  t.kind = kind;
  t.count = count;
  t.seconds = seconds;
  t.multiplier = multiplier;
  return t;
}

// What became of each match: '.' none, 's' silent, 'A' told, 'C' told with another action.
std::string outcomes(const Threshold& t, const std::vector<double>& times) {
  std::string out;
  ThresholdCount count;
  for (const double time : times) {
    const Counted counted = out.empty() ? count_first(t, count, at(time)) : count_next(t, count, at(time));
    out += ".sAC"[static_cast<std::size_t>(counted)];
  }
  return out;
}

struct Case {
  const char* what;
  Threshold threshold;
  std::vector<double> times;
  const char* expected;
};

TEST(ThresholdCount, TimesAndWhatIsTold) {
  using enum ThresholdKind;
  const std::vector<Case> cases{
      {"limit tells the first, then is silent until the time is over",
       counting(limit, 2, 60),
       {0, 1, 2, 3, 61, 62, 63},
       "AAssAAs"},
      {"the last instant still belongs to the time", counting(limit, 1, 60), {0, 60, 60.000001}, "AsA"},
      {"the new time begins with the match that found the old one over",
       counting(limit, 1, 60),
       {0, 100, 159, 161},
       "AAsA"},
      {"threshold tells each third", counting(ThresholdKind::threshold, 3, 60), {0, 1, 2, 3, 4, 5, 6}, "..A..A."},
      {"threshold forgets what came before the time",
       counting(ThresholdKind::threshold, 3, 10),
       {0, 1, 20, 21, 22},
       "....A"},
      {"threshold of one tells all", counting(ThresholdKind::threshold, 1, 10), {0, 1, 30}, "AAA"},
      {"both tells once, at the third", counting(both, 3, 60), {0, 1, 2, 3, 4, 61, 62, 63}, "..Ass..A"},
      {"both of one is limit of one", counting(both, 1, 60), {0, 1, 2, 61}, "AssA"},
      {"detection_filter tells from the one behind its count on",
       counting(detection_filter, 2, 60),
       {0, 1, 2, 3, 4},
       "..AAA"},
      {"detection_filter counts anew when the time is over",
       counting(detection_filter, 2, 60),
       {0, 1, 2, 61, 62, 63},
       "..A..A"},
      {"backoff of one tells 1, 2, 4, 8", counting(backoff, 1, 0, 2), {0, 1, 2, 3, 4, 5, 6, 7}, "AAsAsssA"},
      {"backoff of three tells 3, 6, and nothing is done at the first",
       counting(backoff, 3, 0, 2),
       {0, 1, 2, 3, 4, 5, 6},
       ".sAssAs"},
  };
  for (const Case& c : cases) EXPECT_EQ(outcomes(c.threshold, c.times), c.expected) << c.what;
}

// 6,676 matches: the reference tells 13, 12 and 5 of them.
TEST(ThresholdCount, BackoffOverALongFlow) {
  const std::vector<double> times(6676, 0);
  const auto told = [&](std::uint32_t count, std::uint32_t multiplier) {
    return std::ranges::count(outcomes(counting(ThresholdKind::backoff, count, 0, multiplier), times), 'A');
  };
  EXPECT_EQ(told(1, 2), 13);
  EXPECT_EQ(told(3, 2), 12);
  EXPECT_EQ(told(5, 5), 5);
}

TEST(ThresholdCount, BackoffDoesNotStartAnewWhenItsNumbersEnd) {
  Threshold t = counting(ThresholdKind::backoff, 1, 0, std::numeric_limits<std::uint32_t>::max());
  ThresholdCount count;
  count_first(t, count, at(0));
  count.count = count.next - 1;
  EXPECT_EQ(count_next(t, count, at(1)), Counted::told);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(count_next(t, count, at(2)), Counted::silent);
}

TEST(ThresholdCount, RateFilterChangesTheActionForItsTimeout) {
  Threshold t = counting(ThresholdKind::rate_filter, 2, 60);
  t.timeout = 10;
  EXPECT_EQ(outcomes(t, {0, 1, 2, 3, 12, 13, 14}), "AACCCAC") << "the count still stands when the timeout is over";
  EXPECT_EQ(outcomes(t, {0, 1, 2, 80, 81, 82, 83}), "AACAAAC") << "a new time begins with the count at one";
  EXPECT_EQ(outcomes(t, {0, 61, 122, 183}), "AAAA");
}

TEST(Suppression, IsOfOneEndOrOfAll) {
  Suppression s;
  s.addresses = AddressSet{{{address("192.0.2.0"), address("192.0.2.255")}}};
  const IpAddress inside = address("192.0.2.7"), outside = address("198.51.100.1");
  EXPECT_TRUE(suppresses(s, inside, outside));
  EXPECT_FALSE(suppresses(s, outside, inside));
  s.track = Track::by_dst;
  EXPECT_FALSE(suppresses(s, inside, outside));
  EXPECT_TRUE(suppresses(s, outside, inside));
  s.track = Track::by_both;
  EXPECT_TRUE(suppresses(s, outside, inside));
  EXPECT_TRUE(suppresses(s, inside, outside));
  EXPECT_FALSE(suppresses(s, outside, outside));
  s.always = true;
  EXPECT_TRUE(suppresses(s, outside, outside));
}

class CountTest : public ::testing::Test {
 protected:
  CountTest() { signature.sid = 1, signature.action = RuleAction::drop; }
  bool told(const Threshold& t, const char* src, const char* dst, double time = 0, FlowMemory* flow = nullptr) {
    return memory.count(signature, t, address(src), address(dst), at(time), flow).alert;
  }
  Threshold once(Track track) {
    Threshold t = counting(ThresholdKind::limit, 1, 60);
    t.track = track;
    return t;
  }
  SharedMemory memory;
  Signature signature;
};

TEST_F(CountTest, AreKeptByWhatTheThresholdTracks) {
  const Threshold by_src = once(Track::by_src), by_dst = once(Track::by_dst);
  EXPECT_TRUE(told(by_src, "192.0.2.1", "192.0.2.2"));
  EXPECT_FALSE(told(by_src, "192.0.2.1", "192.0.2.3"));
  EXPECT_TRUE(told(by_src, "192.0.2.4", "192.0.2.2"));
  EXPECT_TRUE(told(by_dst, "192.0.2.1", "192.0.2.2"));
  EXPECT_FALSE(told(by_dst, "192.0.2.9", "192.0.2.2"));
  EXPECT_TRUE(told(by_src, "2001:db8::1", "2001:db8::2"));
}

TEST_F(CountTest, OfAPairAreTheSameInBothDirections) {
  const Threshold t = once(Track::by_both);
  EXPECT_TRUE(told(t, "192.0.2.1", "192.0.2.2"));
  EXPECT_FALSE(told(t, "192.0.2.2", "192.0.2.1"));
  EXPECT_TRUE(told(t, "192.0.2.1", "192.0.2.3"));
}

TEST_F(CountTest, OfARuleAreOfAllThatMeetsIt) {
  const Threshold t = once(Track::by_rule);
  EXPECT_TRUE(told(t, "192.0.2.1", "192.0.2.2"));
  EXPECT_FALSE(told(t, "198.51.100.1", "198.51.100.2"));
  signature.sid = 2;
  EXPECT_TRUE(told(t, "192.0.2.1", "192.0.2.2"));
}

TEST_F(CountTest, OfAFlowAreKeptWithIt) {
  const Threshold t = once(Track::by_flow);
  FlowMemory first{*std::pmr::get_default_resource()}, second{*std::pmr::get_default_resource()};
  EXPECT_TRUE(told(t, "192.0.2.1", "192.0.2.2", 0, &first));
  EXPECT_FALSE(told(t, "192.0.2.1", "192.0.2.2", 1, &first));
  EXPECT_TRUE(told(t, "192.0.2.1", "192.0.2.2", 1, &second));
  EXPECT_FALSE(told(t, "192.0.2.1", "192.0.2.2", 1, nullptr)) << "without a flow nothing is tracked";
}

TEST_F(CountTest, SilentIsNotTheSameAsNoMatch) {
  const Threshold limit = counting(ThresholdKind::limit, 1, 60),
                  filter = counting(ThresholdKind::detection_filter, 1, 60);
  const IpAddress a = address("192.0.2.1");
  memory.count(signature, limit, a, a, at(0));
  const auto silent = memory.count(signature, limit, a, a, at(1));
  EXPECT_TRUE(silent.matched);
  EXPECT_FALSE(silent.alert);
  EXPECT_EQ(silent.action, RuleAction::drop);
  const auto none = memory.count(signature, filter, a, a, at(0));
  EXPECT_FALSE(none.matched);
  EXPECT_FALSE(none.alert);
}

TEST_F(CountTest, RateFilterGivesItsAction) {
  Threshold t = counting(ThresholdKind::rate_filter, 1, 60);
  t.new_action = RuleAction::pass;
  t.timeout = 10;
  const IpAddress a = address("192.0.2.1");
  EXPECT_FALSE(memory.count(signature, t, a, a, at(0)).action_changed);
  const auto changed = memory.count(signature, t, a, a, at(1));
  EXPECT_TRUE(changed.action_changed);
  EXPECT_TRUE(changed.alert);
  EXPECT_EQ(changed.action, RuleAction::pass);
}

TEST(SmallTable, TheOldestGivesWayAndIsCounted) {
  SharedMemory small{1};
  Signature signature;
  signature.sid = 1;
  const Threshold t = counting(ThresholdKind::limit, 1, 3600);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const std::uint8_t b[4]{10, static_cast<std::uint8_t>(i >> 16), static_cast<std::uint8_t>(i >> 8),
                            static_cast<std::uint8_t>(i)};
    ASSERT_TRUE(small.count(signature, t, IpAddress::v4(b), IpAddress::v4(b), at(i)).alert);
  }
  EXPECT_GT(small.forgotten().thresholds, 8'000u);
  const std::uint8_t last[4]{10, 0, 9999 >> 8, 9999 & 0xff};
  EXPECT_FALSE(small.count(signature, t, IpAddress::v4(last), IpAddress::v4(last), at(10'000)).alert);
}

}  // namespace
}  // namespace gatehouse::ips::test
