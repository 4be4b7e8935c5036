// SPDX-License-Identifier: GPL-3.0-or-later
#include <gmock/gmock.h>

#include "ips/compile/classification.hpp"
#include "ips/compile/meta.hpp"
#include "ips/compile/test_case.hpp"

using namespace gatehouse;
using namespace gatehouse::ips;
using namespace gatehouse::ips::compile;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

class Meta : public testing::Test {
 protected:
  Meta() { default_classifications(around); }
  TestCase with(std::string options, std::string_view action = "alert") {
    return TestCase{std::string{action} + " tcp any any -> any any (" + std::move(options) + ")", around};
  }
  Surroundings around = usual_surroundings();
};

}  // namespace

TEST_F(Meta, WhatTheAlertSays) {
  const TestCase rule = with(R"(msg:"a \"b\"\; \\ \d"; sid:7; gid:10000003; rev:3; classtype:trojan-activity; )"
                             R"(reference:cve,2021-44228; reference:URL,example.org; reference:nobody,1; )"
                             R"(metadata:k v, k2 v2; metadata: k3 v3; target:dest_ip;)");
  ASSERT_EQ(rule.reason(), "");
  const Builder& builder = *rule.builder;
  EXPECT_EQ(builder.message, R"(a "b"; \ \d)");
  EXPECT_EQ(builder.signature.sid, 7u);
  EXPECT_EQ(builder.signature.gid, 10000003u);
  EXPECT_EQ(builder.signature.rev, 3u);
  EXPECT_EQ(builder.signature.priority, 1);
  EXPECT_EQ(builder.class_type, "trojan-activity");
  EXPECT_THAT(builder.references,
              ElementsAre("https://cve.mitre.org/cgi-bin/cvename.cgi?name=2021-44228", "https://example.org"));
  EXPECT_EQ(builder.metadata, "k v, k2 v2, k3 v3");
  EXPECT_TRUE(builder.signature.target_dst);
  EXPECT_FALSE(builder.signature.target_src);
}

TEST_F(Meta, ThePriorityOverrulesTheClassWhereverItStands) {
  EXPECT_EQ(with("classtype:trojan-activity; priority:9; sid:1;").builder->signature.priority, 9);
  EXPECT_EQ(with("priority:9; classtype:trojan-activity; sid:1;").builder->signature.priority, 9);
  EXPECT_EQ(with("classtype:of-nobody; sid:1;").builder->signature.priority, 3);
}

TEST_F(Meta, Mistakes) {
  const std::pair<std::string, std::string_view> cases[] = {
      {"msg:unquoted; sid:1;", "double quotes"},
      {"sid:0;", "from 1"},
      {"sid:x;", "from 1"},
      {"sid:4294967296;", "from 1"},
      {"sid:1; sid:2;", "one sid"},
      {"sid:1; rev:0;", "from 1"},
      {"sid:1; rev:1; rev:1;", "one rev"},
      {"sid:1; priority:256;", "1, the gravest"},
      {"sid:1; priority:0;", "1, the gravest"},
      {"sid:1; target:both;", "src_ip"},
      {"sid:1; reference:cve;", "the system"},
  };
  for (const auto& [options, reason] : cases) EXPECT_THAT(with(options).reason(), HasSubstr(reason)) << options;
}

TEST_F(Meta, ARefusalNamesTheSidWhereverItStands) {
  const text::Refusal refusal = with("priority:x; sid:9;").refusal();
  EXPECT_EQ(refusal.sid, 9u);
  EXPECT_EQ(refusal.keyword, "priority");
  EXPECT_EQ(refusal.place, (text::Place{1, 40}));
}

TEST_F(Meta, ARuleHasASid) {
  TestCase rule = with("rev:1;");
  EXPECT_EQ(rule.reason(), "");
  require_sid(*rule.builder);
  EXPECT_THAT(rule.reason(), HasSubstr("add 'sid:'"));
}

TEST_F(Meta, WhoTellsAndWhoDoesNot) {
  EXPECT_FALSE(with("sid:1;").builder->signature.no_alert);
  EXPECT_TRUE(with("noalert; sid:1;", "drop").builder->signature.no_alert);
  EXPECT_TRUE(with("sid:1;", "pass").builder->signature.no_alert);
  EXPECT_FALSE(with("alert; sid:1;", "pass").builder->signature.no_alert);
}

TEST_F(Meta, Requirements) {
  const auto skipped = [&](std::string value) {
    const TestCase rule = with("requires:" + value + "; sid:1;");
    EXPECT_EQ(rule.reason(), "") << value;
    return rule.builder->skipped;
  };
  for (const std::string value :
       {"version >= 8", "version >= 8.0.5", "version >= 7.0.4 < 8 | >= 8.0.3", "version < 9", "feature ja3",
        "keyword sid", "keyword dns.query", "keyword dns_query", "feature geoip, version >= 7.0.0, keyword tls.sni"})
    EXPECT_FALSE(skipped(value)) << value;
  for (const std::string value :
       {"version  >= 9", "version >= 9.0.0", "version >= 7.0.4 < 8 | >= 8.1", "version > 8.0.7", "feature time_travel",
        "keyword no.such", "kindness much", "feature ja3, version < 8"})
    EXPECT_TRUE(skipped(value)) << value;
}

TEST_F(Meta, AnUnmetRequirementGoesBeforeAllElse) {
  const TestCase rule = with("priority:none; requires:version >= 99; sid:1;");
  EXPECT_EQ(rule.reason(), "");
  EXPECT_TRUE(rule.builder->skipped);
  EXPECT_THAT(rule.builder->skip_reason, HasSubstr("version >= 99"));
}

TEST_F(Meta, MalformedRequirementsAreRefused) {
  for (const std::string value : {"", "version", "feature", "version = 8", "version 8", "version >= 8 |",
                                  "version >= x", "version >= 1.2.3.4", "version >= 8, version < 9"})
    EXPECT_NE(with("requires:" + value + "; sid:1;").reason(), "") << value;
}

// ---- files of classes and references

TEST(Classification, DefaultsAreThere) {
  Surroundings around{proto::all()};
  default_classifications(around);
  EXPECT_EQ(classification_of(around, "trojan-activity").about, "A Network Trojan was detected");
  EXPECT_EQ(classification_of(around, "trojan-activity").priority, 1);
  EXPECT_EQ(classification_of(around, "tcp-connection").priority, 4);
  EXPECT_EQ(classification_of(around, "none").priority, 3);
  EXPECT_EQ(around.classifications.size(), 43u);
  EXPECT_EQ(around.references.at("mcafee"), "https://vil.nai.com/vil/content/v_");
}

TEST(Classification, AFileAddsAndReplaces) {
  Surroundings around{proto::all()};
  default_classifications(around);
  EXPECT_THAT(read_classifications("# mine\r\n\r\n config classification: own , Ours, and theirs , 7\r\n"
                                   "config classification: unknown,Not known,2",
                                   "c.config", around),
              IsEmpty());
  EXPECT_EQ(classification_of(around, "own").about, "Ours, and theirs");
  EXPECT_EQ(classification_of(around, "own").priority, 7);
  EXPECT_EQ(classification_of(around, "unknown").priority, 2);
}

TEST(Classification, MistakesHaveTheirPlace) {
  Surroundings around{proto::all()};
  const auto refusals = read_classifications(
      "config classification: a,b\n  nothing\nconfig classification: a,b,0\n"
      "config classification: ,b,1\nconfig classification: ok,b,1\n",
      "c.config", around);
  ASSERT_EQ(refusals.size(), 4u);
  EXPECT_EQ(refusals[0].file, "c.config");
  EXPECT_EQ(refusals[0].place, (text::Place{1, 1}));
  EXPECT_THAT(refusals[0].reason, HasSubstr("name, description, priority"));
  EXPECT_EQ(refusals[1].place, (text::Place{2, 3}));
  EXPECT_THAT(refusals[2].reason, HasSubstr("'0' is no priority"));
  EXPECT_THAT(refusals[3].reason, HasSubstr("name"));
  EXPECT_EQ(around.classifications.size(), 1u);
}

TEST(Classification, References) {
  Surroundings around{proto::all()};
  EXPECT_THAT(read_references("config reference: McAfee \t https://example.org/\n", "r.config", around), IsEmpty());
  EXPECT_EQ(around.references.at("mcafee"), "https://example.org/");
  const auto refusals = read_references("config reference: lonely\nconfig classification: a,b,1\n", "r.config", around);
  ASSERT_EQ(refusals.size(), 2u);
  EXPECT_THAT(refusals[0].reason, HasSubstr("two things"));
  EXPECT_THAT(refusals[1].reason, HasSubstr("config reference:"));
}
