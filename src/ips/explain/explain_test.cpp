// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/explain/explain.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ips/explain/phrases.hpp"
#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::explain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Explanation explained(std::string_view options, const Compiled& compiled = {}) {
  const std::string text = "alert http $EXTERNAL_NET any -> $HOME_NET 80 (" + std::string(options) + ")";
  const auto rule = text::parse_rule(text);
  if (!rule) {
    ADD_FAILURE() << rule.error().reason;
    return {};
  }
  return explain(*rule, compiled);
}

std::string traffic(std::string_view header) {
  const std::string text = std::string(header) + " (sid:1;)";
  const auto rule = text::parse_rule(text);
  return rule ? explain(*rule).traffic : rule.error().reason;
}

TEST(Explain, the_header_says_which_traffic) {
  EXPECT_EQ(traffic("alert http $HOME_NET any -> any any"), "Alerts on HTTP from $HOME_NET to any address.");
  EXPECT_EQ(traffic("drop tcp any any -> 192.0.2.1 [80,443]"),
            "Drops TCP from any address to 192.0.2.1, ports [80,443].");
  EXPECT_EQ(traffic("pass udp 192.0.2.1 53 <> any any"),
            "Lets pass UDP between 192.0.2.1, port 53, and any address in either direction.");
}

TEST(Explain, a_content_and_its_modifiers_are_one_sentence) {
  EXPECT_THAT(explained(R"(http.uri; content:"/x"; endswith; nocase; sid:1;)").conditions,
              ElementsAre("The request's URI contains '/x', ending there, in upper or lower case."));
  EXPECT_THAT(explained(R"(content:!"a|20 00|b"; offset:4; depth:8; sid:1;)").conditions,
              ElementsAre("The payload does not contain 'a \\x00b', not before byte 4, within 8 bytes from where the "
                          "search begins."));
  EXPECT_THAT(explained(R"(content:"a"; content:"b"; distance:0; within:1; sid:1;)").conditions,
              ElementsAre("The payload contains 'a'.",
                          "The payload contains 'b', behind the match before, within 1 byte of the match before."));
}

TEST(Explain, a_buffer_holds_until_the_next_and_a_transform_changes_it) {
  EXPECT_THAT(explained(R"(http.host; dotprefix; content:".example.org"; endswith; http.method; content:"GET"; sid:1;)")
                  .conditions,
              ElementsAre("The request's host, with a dot before it, contains '.example.org', ending there.",
                          "The request's method contains 'GET'."));
}

TEST(Explain, a_modifier_behind_a_content_names_its_buffer) {
  EXPECT_THAT(explained(R"(content:"POST"; http_method; content:"x"; sid:1;)").conditions,
              ElementsAre("The request's method contains 'POST'.", "The payload contains 'x'."));
}

TEST(Explain, a_modifier_may_stand_behind_something_else) {
  EXPECT_THAT(explained(R"(http.user_agent; content:"x"; bsize:1; nocase; sid:1;)").conditions,
              ElementsAre("The request's User-Agent contains 'x', in upper or lower case.",
                          "The length of the request's User-Agent is 1."));
}

TEST(Explain, older_names_of_buffers_have_the_same_words) {
  EXPECT_THAT(explained(R"(http_request_line; content:"x"; uricontent:"/y"; sid:1;)").conditions,
              ElementsAre("The request line contains 'x'.", "The request's URI contains '/y'."));
}

TEST(Explain, expressions_tell_their_buffer_by_a_letter) {
  EXPECT_THAT(explained(R"(pcre:"/^\/a\d+$/Ui"; pcre:!"/b/R"; sid:1;)").conditions,
              ElementsAre(R"(The request's URI matches the expression /^\/a\d+$/Ui.)",
                          "The payload does not match the expression /b/R, behind the match before."));
}

TEST(Explain, numbers_are_compared_in_words) {
  EXPECT_THAT(explained("dsize:>100; urilen:5<>9,norm; ttl:1; sid:1;").conditions,
              ElementsAre("The size of the packet's payload is more than 100.",
                          "The length of the request's URI is between 5 and 9.", "The time to live is 1."));
  EXPECT_THAT(explained("byte_test:2,>,1024,0,relative; isdataat:!10,relative; sid:1;").conditions,
              ElementsAre("A number of 2 bytes at byte 0 behind the match before satisfies: > 1024.",
                          "There are no data at byte 10 behind the match before."));
}

TEST(Explain, what_is_asked_of_the_flow_and_what_is_done_to_it_are_told_apart) {
  const auto told = explained("flow:established,to_server; flowbits:isset,ET.a; flowbits:set,ET.b; noalert; sid:1;");
  EXPECT_THAT(told.conditions,
              ElementsAre("The session is established, and the data go to the server.", "The flow is marked 'ET.a'."));
  EXPECT_THAT(told.effects, ElementsAre("It marks the flow 'ET.b'.", "It does not alert."));
}

TEST(Explain, counters_of_the_flow_are_conditions_or_effects) {
  const auto told = explained("flowint:a,isset; flowint:a,>,3; flowint:a,+,1; flowint:b,=,0; sid:1;");
  EXPECT_THAT(told.conditions, ElementsAre("The flow's counter 'a' exists.", "The flow's counter 'a' satisfies: > 3."));
  EXPECT_THAT(told.effects,
              ElementsAre("It adds 1 to the flow's counter 'a'.", "It sets the flow's counter 'b' to 0."));
}

TEST(Explain, thresholds_are_effects) {
  EXPECT_THAT(explained("threshold: type limit, track by_src, count 1, seconds 60; sid:1;").effects,
              ElementsAre("It alerts at most 1 times in 60 seconds for each source."));
}

TEST(Explain, what_has_no_words_is_told_as_it_is_written) {
  EXPECT_THAT(explained("newfangled:17; sid:1;").conditions, ElementsAre("The rule says newfangled: 17."));
  EXPECT_THAT(explained(R"(mqtt.some.field; content:"x"; sid:1;)").conditions,
              ElementsAre("The field mqtt.some.field contains 'x'."));
}

TEST(Explain, the_fast_pattern_is_told_once) {
  const std::string_view options = R"(content:"abc"; fast_pattern; sid:1;)";
  EXPECT_THAT(explained(options).conditions, ElementsAre("The payload contains 'abc', which is looked for first."));
  EXPECT_THAT(explained(options).search, IsEmpty());
  const auto told = explained(options, {.fast_pattern = "ab|63|", .group = "TCP to port 80"});
  EXPECT_THAT(told.conditions, ElementsAre("The payload contains 'abc'."));
  EXPECT_THAT(told.search, ElementsAre("'abc' is looked for first.", "It is tried for TCP to port 80."));
}

TEST(Explain, a_page_has_the_parts_that_there_are) {
  EXPECT_EQ(
      as_text(explained(R"(msg:"a \"b\" | c"; content:"x"; classtype:misc-attack; reference:cve,2021-1; sid:1;)")),
      "a \"b\" | c\n\n"
      "Alerts on HTTP from $EXTERNAL_NET to $HOME_NET, port 80.\n\n"
      "All of this must hold:\n  The payload contains 'x'.\n\n"
      "Then:\n  Its class is misc-attack.\n\n"
      "See also:\n  cve 2021-1");
}

TEST(Phrases, hostile_contents_do_not_confuse) {
  EXPECT_EQ(content_text("|"), "");
  EXPECT_EQ(content_text("|4"), "");
  EXPECT_EQ(content_text("\\"), "\\");
  EXPECT_EQ(content_text("a\x1b[2J"), "a\\x1b[2J");
}

}  // namespace
}  // namespace gatehouse::ips::explain
