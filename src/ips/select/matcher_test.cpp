// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/matcher.hpp"

#include <gtest/gtest.h>
#include <string>

#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::select {
namespace {

constexpr std::string_view kRule =
    R"(alert http any any -> any any (msg:"ET Exploit D-Link router"; content:"x"; reference:cve,2021-44228; )"
    R"(classtype:trojan-activity; sid:2019401; rev:7; metadata:affected_product D_Link_DIR_615, )"
    R"(attack_target Networking_Equipment, cve CVE_2024_26331_CVE_2024_28269, tag Exploit_Kit, signature_severity Major;))";

bool matches(std::string_view matcher, std::string_view file = "/etc/rules/emerging-exploit.rules",
             std::string_view text = kRule) {
  const auto rule = text::parse_rule(text);
  const auto parsed = Matcher::parse(matcher);
  if (!rule || !parsed) {
    ADD_FAILURE() << (rule ? parsed.error().reason : rule.error().reason);
    return false;
  }
  return parsed->matches(RuleFacts::of(*rule, file));
}

// "OFFSET: reason"
std::string mistake(std::string_view matcher) {
  const auto parsed = Matcher::parse(matcher);
  return parsed ? "accepted" : std::to_string(parsed.error().offset) + ": " + parsed.error().reason;
}

TEST(Matcher, a_rule_is_named_by_its_numbers) {
  EXPECT_TRUE(matches("2019401"));
  EXPECT_TRUE(matches("1:2019401"));
  EXPECT_TRUE(matches("1:2019401:7"));
  EXPECT_TRUE(matches("5, 1:6 ,2019401"));
  EXPECT_FALSE(matches("3:2019401"));
  EXPECT_FALSE(matches("1:2019401:6"));
  EXPECT_FALSE(matches("201940"));
}

TEST(Matcher, an_expression_is_sought_in_the_whole_text_whatever_the_case) {
  EXPECT_TRUE(matches("re:trojan-activity"));
  EXPECT_TRUE(matches("re:exploit d-link"));
  EXPECT_TRUE(matches("re:^alert http"));
  EXPECT_FALSE(matches("re:^drop"));
}

TEST(Matcher, an_expression_begins_at_the_action_of_a_rule_that_is_switched_off) {
  EXPECT_TRUE(matches("re:^alert tcp", "a.rules", "alert tcp any any -> any any (sid:1;)"));
}

TEST(Matcher, a_group_is_a_file_with_or_without_its_extension) {
  EXPECT_TRUE(matches("group:emerging-exploit"));
  EXPECT_TRUE(matches("group:emerging-exploit.rules"));
  EXPECT_TRUE(matches("group: *exploit*"));
  EXPECT_TRUE(matches("emerging-exploit.rules"));
  EXPECT_FALSE(matches("group:exploit"));
}

TEST(Matcher, a_file_name_is_the_path_or_its_end) {
  EXPECT_TRUE(matches("filename:rules/*exploit.rules"));
  EXPECT_TRUE(matches("filename:emerging-exploit"));
  EXPECT_TRUE(matches("filename:/etc/rules/*"));
  EXPECT_FALSE(matches("filename:other/*exploit.rules"));
  EXPECT_FALSE(matches("filename:xploit.rules"));
}

TEST(Matcher, metadata_is_a_key_and_its_whole_value) {
  EXPECT_TRUE(matches("metadata: signature_severity Major"));
  EXPECT_TRUE(matches("metadata:SIGNATURE_SEVERITY major"));
  EXPECT_FALSE(matches("metadata: signature_severity Maj"));
}

TEST(Matcher, a_cve_is_found_in_references_and_metadata_in_either_spelling) {
  EXPECT_TRUE(matches("cve:CVE-2021-44228"));
  EXPECT_TRUE(matches("cve:2021-44228"));
  EXPECT_TRUE(matches("cve:cve_2021_44228"));
  EXPECT_TRUE(matches("cve:CVE-2024-26331"));
  EXPECT_TRUE(matches("cve:CVE-2024-28269"));
  EXPECT_FALSE(matches("cve:CVE-2021-4422"));
}

TEST(Matcher, a_thing_is_a_class_or_words_of_a_product) {
  EXPECT_TRUE(matches("thing:router"));
  EXPECT_TRUE(matches("thing:d-link"));
  EXPECT_TRUE(matches("thing:D Link DIR 615"));
  EXPECT_TRUE(matches("thing:exploit kit"));
  EXPECT_FALSE(matches("thing:camera"));
  EXPECT_FALSE(matches("thing:link 615")) << "the words do not stand next to each other";
  EXPECT_FALSE(matches("thing:lin")) << "no part of a word";
  EXPECT_FALSE(matches("thing:major")) << "how severe it is, is not what it is about";
}

TEST(Matcher, a_star_is_every_rule) {
  EXPECT_TRUE(matches("*"));
}

TEST(Matcher, mistakes_say_where_and_what_to_do) {
  EXPECT_EQ(mistake("2019401, 20x"), "9: '20x' is no number of a rule; a number is expected");
  EXPECT_EQ(mistake("1:2:3:4"), "6: a rule is named by sid, gid:sid or gid:sid:rev, and nothing behind it");
  EXPECT_EQ(mistake("1,"), "2: '' is no number of a rule; a number is expected");
  EXPECT_EQ(mistake("99999999999"), "0: '99999999999' is no number of a rule; a number is expected");
  EXPECT_EQ(mistake("re:a(b"), "6: the expression cannot be read: missing closing parenthesis");
  EXPECT_EQ(mistake("group:"), "5: nothing stands behind 'group:'");
  EXPECT_EQ(mistake("metadata: key"), "10: metadata: is followed by a key and its value");
  EXPECT_EQ(mistake("cve:log4j"), "4: a CVE is written as CVE-2021-44228");
  EXPECT_EQ(mistake("thing:_"), "6: thing: is followed by words, such as thing:camera");
  EXPECT_TRUE(mistake("grp:x").starts_with("0: 'grp:' is not known; write a sid"));
  EXPECT_TRUE(mistake("trojans").starts_with("0: 'trojans' names no rules; write a sid"));
}

TEST(Cves, are_found_wherever_they_stand) {
  EXPECT_EQ(cves_in("CVE_2024_26331_CVE_2024_28269"), (std::vector<std::string>{"2024-26331", "2024-28269"}));
  EXPECT_EQ(cves_in("2002-0649"), (std::vector<std::string>{"2002-0649"}));
  EXPECT_TRUE(cves_in("20021-0649").empty());
  EXPECT_TRUE(cves_in("2002-064").empty());
  EXPECT_TRUE(cves_in("2002-").empty());
  EXPECT_TRUE(cves_in("").empty());
}

TEST(Replacement, names_groups_in_three_ways) {
  const auto expression = Expression::compile("(a+)(b?)", LetterCase::matters);
  ASSERT_TRUE(expression.has_value());
  const auto replaced = [&](std::string_view text, std::string_view by) {
    const auto replacement = Replacement::parse(by);
    return replacement ? expression->replaced(text, *replacement) : replacement.error().reason;
  };
  EXPECT_EQ(replaced("xaab a", R"([\1|${2}|\g<1>])"), "x[aa|b|aa] [a||a]");
  EXPECT_EQ(replaced("a", R"(\\1)"), R"(\1)");
  EXPECT_EQ(replaced("a", R"(\d)"), R"(\d)");
  EXPECT_EQ(replaced("none", "x"), "none");
  EXPECT_EQ(replaced("a", "${x}"), "a group of the expression is named by its number, such as \\1 or ${1}");
}

TEST(Replacement, an_expression_that_matches_nothing_ends) {
  const auto expression = Expression::compile("x*", LetterCase::matters);
  EXPECT_EQ(expression->replaced("ab", *Replacement::parse("-")), "-a-b-");
}

}  // namespace
}  // namespace gatehouse::ips::select
