// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/selection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gatehouse::ips::select {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string rule(std::uint32_t sid, std::string_view options = {}) {
  return "alert tcp any any -> any any (msg:\"m\"; " + std::string(options) + " sid:" + std::to_string(sid) +
         "; rev:1;)\n";
}

struct Texts {
  std::string enable = {}, disable = {}, drop = {}, modify = {};
};

// Rules of a file, and what the lists make of them.
class Selected {
 public:
  explicit Selected(std::string rules, const Texts& texts = {}) {
    files_.push_back(text::RuleFile::from_text("test.rules", std::move(rules)));
    lists_.enable = MatcherList::from_text("enable.conf", texts.enable);
    lists_.disable = MatcherList::from_text("disable.conf", texts.disable);
    lists_.drop = MatcherList::from_text("drop.conf", texts.drop);
    lists_.modify = ModifyList::from_text("modify.conf", texts.modify);
    EXPECT_THAT(lists_.mistakes(), IsEmpty());
    selection_ = Selection::make(files_, lists_);
  }

  bool enabled(std::uint32_t sid) const { return of(sid).enabled; }
  std::string action(std::uint32_t sid) const { return std::string(of(sid).rule->action.text); }
  std::string text(std::uint32_t sid) const { return std::string(of(sid).rule->raw); }
  std::vector<std::string> reasons(std::uint32_t sid) const {
    std::vector<std::string> texts;
    for (const Reason& reason : of(sid).reasons) texts.push_back(reason.text());
    return texts;
  }
  const Decision& of(std::uint32_t sid) const {
    static const Decision none;
    const Decision* found = selection_.find(1, sid);
    EXPECT_NE(found, nullptr) << sid;
    return found == nullptr ? none : *found;
  }
  const Selection& selection() const { return selection_; }

 private:
  std::vector<text::RuleFile> files_;
  Lists lists_;
  Selection selection_;
};

TEST(Selection, without_lists_rules_are_as_they_are_shipped) {
  const Selected s{rule(1) + "#" + rule(2)};
  EXPECT_TRUE(s.enabled(1));
  EXPECT_FALSE(s.enabled(2));
  EXPECT_THAT(s.reasons(1), IsEmpty());
  EXPECT_THAT(s.reasons(2), IsEmpty());
  EXPECT_EQ(s.of(1).rule, s.of(1).shipped);
}

TEST(Selection, the_line_that_decided_is_remembered) {
  const Selected s{rule(1) + "# " + rule(2) + rule(3), {.enable = "# wake\n2\n", .disable = "\n1\nre:never\n"}};
  EXPECT_FALSE(s.enabled(1));
  EXPECT_TRUE(s.enabled(2));
  EXPECT_THAT(s.reasons(1), ElementsAre("disabled by disable.conf:2"));
  EXPECT_THAT(s.reasons(2), ElementsAre("enabled by enable.conf:2"));
  EXPECT_THAT(s.reasons(3), IsEmpty());
}

TEST(Selection, the_first_line_that_means_the_rule_is_named) {
  EXPECT_THAT((Selected{rule(1), {.disable = "re:tcp\n1\n"}}.reasons(1)), ElementsAre("disabled by disable.conf:1"));
  EXPECT_THAT((Selected{rule(1), {.disable = "1\nre:tcp\n"}}.reasons(1)), ElementsAre("disabled by disable.conf:1"));
}

TEST(Selection, enable_has_the_last_word_over_disable) {
  const Selected s{rule(1) + rule(2), {.enable = "1", .disable = "group:test"}};
  EXPECT_TRUE(s.enabled(1));
  EXPECT_FALSE(s.enabled(2));
  EXPECT_THAT(s.reasons(1), ElementsAre("disabled by disable.conf:1", "enabled by enable.conf:1"));
}

TEST(Selection, alerts_become_drops) {
  const Selected s{rule(1) + rule(2) + "pass tcp any any -> any any (sid:3;)\n", {.drop = "1\n3 # not an alert\n"}};
  EXPECT_EQ(s.action(1), "drop");
  EXPECT_THAT(s.text(1), HasSubstr("drop tcp any any -> any any (msg:\"m\";"));
  EXPECT_EQ(s.action(2), "alert");
  EXPECT_EQ(s.action(3), "pass");
  EXPECT_EQ(s.of(1).shipped->action.text, "alert");
}

TEST(Selection, helpers_become_drops_by_their_number_only) {
  const std::string rules =
      rule(1, "flowbits:set,a; flowbits:noalert;") + rule(2, "noalert;") + "#" + rule(3) + rule(4);
  const Selected by_category{rules, {.enable = "3", .drop = "group:test"}};
  EXPECT_EQ(by_category.action(1), "alert");
  EXPECT_EQ(by_category.action(2), "alert");
  EXPECT_EQ(by_category.action(3), "alert");
  EXPECT_EQ(by_category.action(4), "drop");
  EXPECT_THAT(by_category.reasons(2),
              ElementsAre("not made a drop by drop.conf:1: it never alerts; only its sid would make it a drop"));
  EXPECT_THAT(by_category.reasons(3),
              ElementsAre("enabled by enable.conf:1",
                          "not made a drop by drop.conf:1: it is shipped disabled; only its sid would make it a drop"));

  const Selected by_number{rules, {.enable = "3", .drop = "group:test\n1, 2\n1:3\n"}};
  for (const std::uint32_t sid : {1u, 2u, 3u, 4u}) EXPECT_EQ(by_number.action(sid), "drop") << sid;
  EXPECT_THAT(by_number.reasons(2), ElementsAre("made a drop by drop.conf:2"));
}

TEST(Selection, texts_are_modified_with_back_references) {
  const Selected s{rule(1, "threshold: type limit, track by_src, count 1, seconds 60;") + rule(2),
                   {.modify = "1 \"seconds (\\d)\\d\" \"seconds \\1\\1\"\n* 'msg:\"(.)' 'msg:\"${1}!'\n"}};
  EXPECT_THAT(s.text(1), HasSubstr("seconds 66;"));
  EXPECT_EQ(s.of(1).rule->find("msg")->value.text, "\"m!\"");
  EXPECT_EQ(s.of(2).rule->find("msg")->value.text, "\"m!\"");
  EXPECT_THAT(s.reasons(1), ElementsAre("modified by modify.conf:1", "modified by modify.conf:2"));
}

TEST(Selection, modify_has_shorthands) {
  const Selected s{rule(1) + rule(2) + rule(3, "noalert;"),
                   {.modify = "1 \"alert\" \"drop\"\n"
                              "modifysid 2, 3 \"^alert(.*)noalert;\" | \"drop${1}\"\n"
                              "metadata-add re:sid:2 origin \"our own\"\n"}};
  EXPECT_EQ(s.action(1), "drop");
  EXPECT_EQ(s.action(2), "alert");
  EXPECT_EQ(s.action(3), "drop");
  EXPECT_EQ(s.of(3).rule->find("noalert"), nullptr);
  ASSERT_NE(s.of(2).rule->find("metadata"), nullptr);
  EXPECT_EQ(s.of(2).rule->find("metadata")->value.text, "origin our own");
}

TEST(Selection, a_modification_that_leaves_no_rule_is_told_and_not_made) {
  const Selected s{rule(1), {.modify = "1 \"\\\\)\" \"\""}};
  EXPECT_TRUE(s.enabled(1));
  EXPECT_EQ(s.of(1).rule, s.of(1).shipped);
  ASSERT_EQ(s.reasons(1).size(), 1u);
  EXPECT_THAT(s.reasons(1)[0], HasSubstr("not modified by modify.conf:1: the change makes of it what is no rule: "));
}

TEST(Selection, setters_of_flowbits_that_are_asked_for_are_used_without_alerting) {
  const Selected s{rule(1, "flowbits:isset,a;") + "#" + rule(2, "flowbits:set,a; flowbits:isset,b;") + "#" +
                   rule(3, "flowbits:set,b; noalert;") + "#" + rule(4, "flowbits:set,c;")};
  EXPECT_TRUE(s.enabled(2));
  EXPECT_TRUE(s.enabled(3));
  EXPECT_FALSE(s.enabled(4)) << "nobody asks for c";
  EXPECT_NE(s.of(2).rule->find("noalert"), nullptr);
  EXPECT_EQ(s.of(3).rule, s.of(3).shipped) << "it does not alert as it is";
  EXPECT_THAT(s.reasons(2), ElementsAre("enabled without alerting: rule 1 asks for the flowbit a (test.rules:1)"));
}

TEST(Selection, a_setter_that_the_operator_disabled_is_used_too_but_does_not_alert) {
  const Selected s{rule(1, "flowbits:isset,a|b;") + rule(2, "flowbits:set,b;"), {.disable = "2"}};
  EXPECT_TRUE(s.enabled(2));
  EXPECT_NE(s.of(2).rule->find("noalert"), nullptr);
}

TEST(Selection, rules_that_are_not_used_ask_for_nothing) {
  const Selected s{"#" + rule(1, "flowbits:isset,a;") + "#" + rule(2, "flowbits:set,a;") +
                   rule(3, "flowbits:isnotset,a;")};
  EXPECT_FALSE(s.enabled(2));
}

TEST(Selection, of_rules_with_one_number_the_highest_revision_counts) {
  const Selected s{
      "alert tcp any any -> any any (sid:1; rev:2;)\nalert udp any any -> any any (sid:1; rev:3;)\n"
      "alert icmp any any -> any any (sid:1; rev:3;)\nalert ip any any -> any any (gid:2; sid:1;)\n"};
  EXPECT_EQ(s.of(1).rule->protocol.text, "udp");
  const auto decisions = s.selection().decisions();
  ASSERT_EQ(decisions.size(), 4u);
  EXPECT_EQ(decisions[0].reasons[0].text(), "superseded by test.rules:2: revision 3");
  EXPECT_FALSE(decisions[0].enabled);
  EXPECT_FALSE(decisions[2].enabled);
  EXPECT_TRUE(decisions[3].enabled) << "another gid is another rule";
}

std::vector<std::string> mistakes_of(const std::vector<text::Refusal>& refusals) {
  std::vector<std::string> texts;
  for (const text::Refusal& r : refusals)
    texts.push_back(r.file + ':' + std::to_string(r.place.line) + ':' + std::to_string(r.place.column) + ": " +
                    r.reason);
  return texts;
}

TEST(Lists, bad_lines_are_told_with_their_place_and_the_rest_goes_on) {
  const auto list = MatcherList::from_text("d.conf", "1\r\n  2x\n\n# 3x\nre:*a # b\n4 # fine\n");
  EXPECT_EQ(list.size(), 2u);
  EXPECT_THAT(mistakes_of(list.mistakes()),
              ElementsAre("d.conf:2:3: '2x' is no number of a rule; a number is expected",
                          "d.conf:5:4: the expression cannot be read: quantifier does not follow a repeatable item"));
}

TEST(Lists, bad_modifications_are_told_with_their_place) {
  const auto list = ModifyList::from_text("m.conf",
                                          "1 \"a\"\n"
                                          "1 \"a\" \"b\n"
                                          "1 \"(\" \"b\"\n"
                                          "1 \"a\" \"\\1\"\n"
                                          "modifysid 1 \"a\" \"b\"\n"
                                          "metadata-add 1 key\n"
                                          "metadata-add 1 key a;b\n"
                                          "x \"a\" \"b\"\n"
                                          "1 \"a\" \"b\" # right\n");
  EXPECT_EQ(list.lines().size(), 1u);
  EXPECT_THAT(
      mistakes_of(list.mistakes()),
      ElementsAre("m.conf:1:1: a line is a matcher, \"FROM\" and \"TO\"; quotes stand around each that holds spaces",
                  "m.conf:2:7: the quote that opens here does not close",
                  "m.conf:3:5: the expression cannot be read: missing closing parenthesis",
                  "m.conf:4:8: names group 1, but the expression has 0",
                  "m.conf:5:1: modifysid is followed by sids, \"FROM\", | and \"TO\"",
                  "m.conf:6:1: metadata-add is followed by a matcher, a key and a value",
                  "m.conf:7:20: metadata cannot hold ';', ',' or ')'; leave it out",
                  HasSubstr("m.conf:8:1: 'x' names no rules")));
}

TEST(Lists, a_list_that_is_not_there_is_an_error) {
  const auto lists = Lists::read({.disable = "/nonexistent/disable.conf"});
  ASSERT_FALSE(lists.has_value());
  EXPECT_THAT(lists.error().text, HasSubstr("/nonexistent/disable.conf"));
}

}  // namespace
}  // namespace gatehouse::ips::select
