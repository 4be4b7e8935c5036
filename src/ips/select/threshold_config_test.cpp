// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/threshold_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::ips::select {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

ThresholdConfig read(std::string_view text, const AddressVariables& variables = {}) {
  auto config = ThresholdConfig::from_text("t", text, variables);
  for (const text::Refusal& r : config.mistakes()) ADD_FAILURE() << r.place.line << ':' << r.place.column << r.reason;
  return config;
}

std::vector<std::string> mistakes(std::string_view text) {
  std::vector<std::string> texts;
  const auto config = ThresholdConfig::from_text("t", text);
  for (const text::Refusal& r : config.mistakes())
    texts.push_back(std::to_string(r.place.line) + ':' + std::to_string(r.place.column) + ": " + r.reason);
  return texts;
}

IpAddress ip(std::string_view text) {
  return IpAddress::parse(text).value();
}

TEST(ThresholdConfig, a_threshold_is_for_one_rule) {
  for (const std::string verb : {"threshold", "event_filter"}) {
    const auto config = read(verb + " gen_id 1, sig_id 1000001, type both, track by_flow, count 5, seconds 60\n");
    ASSERT_THAT(config.thresholds(), SizeIs(1));
    const auto& row = config.thresholds()[0];
    EXPECT_EQ(row.gid, 1u);
    EXPECT_EQ(row.sid, 1000001u);
    EXPECT_EQ(row.threshold.kind, ThresholdKind::both);
    EXPECT_EQ(row.threshold.track, Track::by_flow);
    EXPECT_EQ(row.threshold.count, 5u);
    EXPECT_EQ(row.threshold.seconds, 60u);
    EXPECT_THAT(config.thresholds_for(1, 1000001, false), SizeIs(1));
    EXPECT_THAT(config.thresholds_for(1, 1000002, false), IsEmpty());
  }
}

TEST(ThresholdConfig, a_rate_filter_changes_the_action_for_a_while) {
  const auto config = read(
      "rate_filter gen_id 1, sig_id 2, track by_rule, count 100, seconds 60, \\\n  new_action reject, timeout 30\n");
  ASSERT_THAT(config.thresholds(), SizeIs(1));
  const Threshold& t = config.thresholds()[0].threshold;
  EXPECT_EQ(t.kind, ThresholdKind::rate_filter);
  EXPECT_EQ(t.track, Track::by_rule);
  EXPECT_EQ(t.new_action, RuleAction::reject);
  EXPECT_EQ(t.timeout, 30u);
}

TEST(ThresholdConfig, general_rows_are_for_rules_that_say_nothing_themselves) {
  const auto config = read(
      "threshold gen_id 0, sig_id 0, type limit, track by_src, count 1, seconds 1\n"
      "threshold gen_id 3, sig_id 0, type limit, track by_src, count 3, seconds 1\n"
      "threshold gen_id 1, sig_id 7, type limit, track by_src, count 7, seconds 1\n");
  const auto counts = [&](std::uint32_t gid, std::uint32_t sid, bool has_own) {
    std::vector<std::uint32_t> found;
    for (const Threshold& t : config.thresholds_for(gid, sid, has_own)) found.push_back(t.count);
    return found;
  };
  EXPECT_THAT(counts(1, 5, false), ElementsAre(1));
  EXPECT_THAT(counts(3, 5, false), ElementsAre(1, 3));
  EXPECT_THAT(counts(1, 5, true), IsEmpty());
  EXPECT_THAT(counts(1, 7, true), ElementsAre(7)) << "said of this rule, it takes the place of its own";
}

TEST(ThresholdConfig, suppressions_name_addresses) {
  const auto config = read(
      "suppress gen_id 1, sig_id 1, track by_src, ip 192.0.2.0/24\n"
      "suppress gen_id 1, sig_id 2, track by_either, ip [192.0.2.1, 2001:db8::/32]\n"
      "suppress gen_id 1, sig_id 3\n"
      "suppress gen_id 1, sig_id 4, track by_dst, ip $LAB\n",
      {{"LAB", "[10.0.0.0/8,!10.1.0.0/16]"}});
  const auto first = config.suppressions_for(1, 1);
  ASSERT_THAT(first, SizeIs(1));
  EXPECT_EQ(first[0].track, Track::by_src);
  EXPECT_TRUE(first[0].addresses.contains(ip("192.0.2.255")));
  EXPECT_FALSE(first[0].addresses.contains(ip("192.0.3.0")));

  const auto either = config.suppressions_for(1, 2);
  ASSERT_THAT(either, SizeIs(2));
  EXPECT_EQ(either[0].track, Track::by_src);
  EXPECT_EQ(either[1].track, Track::by_dst);
  EXPECT_TRUE(either[1].addresses.contains(ip("2001:db8::1")));

  ASSERT_THAT(config.suppressions_for(1, 3), SizeIs(1));
  EXPECT_TRUE(config.suppressions_for(1, 3)[0].always);

  const auto lab = config.suppressions_for(1, 4);
  ASSERT_THAT(lab, SizeIs(1));
  EXPECT_TRUE(lab[0].addresses.contains(ip("10.2.0.1")));
  EXPECT_FALSE(lab[0].addresses.contains(ip("10.1.0.1")));
}

TEST(ThresholdConfig, addresses_are_written_as_in_rules) {
  const auto set = [](std::string_view text) { return read_addresses(text, {{"A", "$A"}}); };
  EXPECT_TRUE(set("any")->is_any());
  EXPECT_FALSE(set("!192.0.2.1")->contains(ip("192.0.2.1")));
  EXPECT_TRUE(set("!192.0.2.1")->contains(ip("192.0.2.2")));
  EXPECT_TRUE(set("[192.0.2.1-192.0.2.9,[198.51.100.1]]")->contains(ip("192.0.2.5")));
  EXPECT_EQ(set("192.0.2.9-192.0.2.1").error(), "'192.0.2.9-192.0.2.1' is no range; write it as 192.0.2.1-192.0.2.9");
  EXPECT_EQ(set("$A").error(), "'$A' goes too deep; a variable may name itself");
  EXPECT_EQ(set("$B").error(), "'$B' is no variable of ips.variables.addresses; define it there");
  EXPECT_EQ(set("[192.0.2.1").error(), "'[192.0.2.1' has no closing ']'");
  EXPECT_FALSE(set("").has_value());
  EXPECT_FALSE(set("[]").has_value());
}

TEST(ThresholdConfig, mistakes_are_told_with_their_place_and_the_rest_goes_on) {
  EXPECT_THAT(
      mistakes("# a comment \\\n"
               "treshold gen_id 1, sig_id 1\n"
               "threshold gen_id 1, sig_id 1, type lots, track by_src, count 1, seconds 1\n"
               "threshold gen_id 1, sig_id 1, type limit, track by_src, \\\n  count none, seconds 1\n"
               "suppress gen_id 1, sig_id 1, track by_src\n"
               "suppress gen_id 1, sig_id 1, track by_src, ip 192.0.2\n"
               "suppress gen_id 0, sig_id 1\n"
               "suppress gen_id 1, sig_id 1, sig_id 2\n"
               "suppress gen_id 1, sig_id 1, by_src\n"
               "rate_filter gen_id 1, sig_id 1, track by_src, count 1, seconds 1, timeout 5\n"
               "suppress gen_id 1, sig_id 1\n"),
      ElementsAre("2:1: 'treshold' is not known; a line begins with threshold, event_filter, suppress or rate_filter",
                  "3:31: type is 'lots'; expected one of limit, threshold, both, backoff",
                  "5:3: count is 'none'; a number from 1 to 4294967295 is expected", "6:1: suppress needs ip",
                  "7:44: '192.0.2' is no address; write 192.0.2.1, 192.0.2.0/24, [a, b, !c], $VARIABLE or any",
                  "8:10: gen_id 0 stands for all rules and goes with sig_id 0 only; write gen_id 1 for one rule",
                  "9:30: sig_id stands twice; leave one of them out",
                  "10:30: 'by_src' is not known to suppress; it takes gen_id, sig_id, track, ip",
                  "11:1: rate_filter needs new_action"));
}

}  // namespace
}  // namespace gatehouse::ips::select
