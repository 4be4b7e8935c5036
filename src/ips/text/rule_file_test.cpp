// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/text/rule_file.hpp"

#include <fstream>
#include <gmock/gmock.h>

using namespace gatehouse::ips::text;
using testing::HasSubstr;

namespace {

constexpr std::string_view kRule = R"(alert tcp any any -> any 80 (msg:"m"; sid:1;))";

RuleFile read(std::string_view text) {
  return RuleFile::from_text("t.rules", std::string{text});
}

Refusal refusal_of(std::string_view text) {
  const RuleFile file = read(text);
  EXPECT_EQ(file.refusals().size(), 1u) << text;
  return file.refusals().empty() ? Refusal{} : file.refusals().front();
}

}  // namespace

TEST(RuleFile, HeaderAndOptionsWithTheirPlaces) {
  const RuleFile file =
      read("\nalert  http $HOME_NET any <> [1.2.3.4, !5.6.7.8] [80: 82] (msg:\"a\"; nocase ;sid: 7 ;)\n");
  ASSERT_EQ(file.rules().size(), 1u);
  const Rule& rule = file.rules()[0];
  EXPECT_TRUE(rule.enabled);
  EXPECT_EQ(rule.place, (Place{2, 1}));
  EXPECT_EQ(rule.action.text, "alert");
  EXPECT_EQ(rule.protocol.text, "http");
  EXPECT_EQ(rule.protocol.place, (Place{2, 8}));
  EXPECT_EQ(rule.src.text, "$HOME_NET");
  EXPECT_EQ(rule.src_ports.text, "any");
  EXPECT_EQ(rule.arrow, Arrow::both_ways);
  EXPECT_EQ(rule.dst.text, "[1.2.3.4, !5.6.7.8]");
  EXPECT_EQ(rule.dst_ports.text, "[80: 82]");
  ASSERT_EQ(rule.options.size(), 3u);
  EXPECT_EQ(rule.options[0].value.text, "\"a\"");
  EXPECT_EQ(rule.options[1].name.text, "nocase");
  EXPECT_FALSE(rule.options[1].has_value);
  EXPECT_EQ(rule.find("sid")->value.text, "7");
  EXPECT_EQ(rule.find("sid")->value.place, (Place{2, 82}));
  EXPECT_EQ(rule.find("gid"), nullptr);
}

TEST(RuleFile, AnEscapedSemicolonAndTheFirstColon) {
  const RuleFile file = read(R"(alert tcp any any => any any (content:!"a\;b\""; pcre:"/x:y\;/"; sid:1;))");
  ASSERT_EQ(file.rules().size(), 1u);
  EXPECT_EQ(file.rules()[0].arrow, Arrow::transactional);
  EXPECT_EQ(file.rules()[0].options[0].value.text, R"(!"a\;b\"")");
  EXPECT_EQ(file.rules()[0].options[1].value.text, R"("/x:y\;/")");
}

TEST(RuleFile, ARuleOnSeveralLinesKeepsItsPlaces) {
  const RuleFile file = read("alert tcp any any -> any any (msg:\"m\"; \\\r\n  content:\"a\"; \\\r\n  sid:9;)\r\n");
  ASSERT_EQ(file.rules().size(), 1u);
  const Rule& rule = file.rules()[0];
  EXPECT_EQ(rule.raw, "alert tcp any any -> any any (msg:\"m\";   content:\"a\";   sid:9;)");
  EXPECT_EQ(rule.find("content")->name.place, (Place{2, 3}));
  EXPECT_EQ(rule.find("sid")->value.place, (Place{3, 7}));
}

TEST(RuleFile, ViewsSurviveMovingTheFile) {
  RuleFile first = read(std::string{kRule} + "\nalert tcp any any -> any any (\\\nsid:2;)\n");
  const RuleFile second = std::move(first);
  ASSERT_EQ(second.rules().size(), 2u);
  EXPECT_EQ(second.rules()[0].raw, kRule);
  EXPECT_EQ(second.rules()[1].find("sid")->value.text, "2");
}

TEST(RuleFile, RulesThatAreSwitchedOff) {
  const RuleFile file = read("# alert tcp any any -> any 80 (sid:5;)\n#" + std::string{kRule} +
                             "\n# prose (with brackets)\n; other\n\n#\n## alert tcp any -> any 80 (sid:6;)\n");
  ASSERT_EQ(file.rules().size(), 2u);
  EXPECT_TRUE(file.refusals().empty());
  EXPECT_FALSE(file.rules()[0].enabled);
  EXPECT_EQ(file.rules()[0].place, (Place{1, 3}));
  EXPECT_EQ(file.rules()[0].find("sid")->name.place, (Place{1, 32}));
  EXPECT_EQ(file.rules()[1].raw, kRule);
}

TEST(RuleFile, ByteOrderMarkAndLineEnds) {
  const RuleFile file = read("\xef\xbb\xbf" + std::string{kRule} + "\r\n" + std::string{kRule} + "\r\n");
  ASSERT_EQ(file.rules().size(), 2u);
  EXPECT_EQ(file.rules()[0].place, (Place{1, 1}));
  EXPECT_EQ(file.rules()[1].raw, kRule);
}

TEST(RuleFile, ALastLineThatAsksForAnotherIsTakenAsItIs) {
  EXPECT_THAT(refusal_of("alert tcp any any -> any 80 (sid:3;) \\").reason, HasSubstr("does not end with ')'"));
}

TEST(RuleFile, RefusalsSayWhereAndWhat) {
  const struct {
    std::string_view text;
    Place place;
    std::uint32_t sid;
    std::string_view reason;
  } cases[] = {
      {"alert", {1, 6}, 0, "a protocol"},
      {"alert tcp any any <- any any (sid:4;)", {1, 19}, 4, "exchange source and destination"},
      {"alert tcp any any >> any any (sid:4;)", {1, 19}, 4, "not '>>'"},
      {"alert tcp [1.2.3.4 any -> any any (sid:4;)", {1, 11}, 4, "never closed"},
      {"alert tcp 1.2.3.4] any -> any any (sid:4;)", {1, 18}, 4, "no '['"},
      {"alert tcp any any -> any any", {1, 29}, 0, "options are missing"},
      {"alert tcp any any -> any any (sid:4;", {1, 36}, 4, "does not end with ')'"},
      {"alert tcp any any -> any any (sid:4;) x", {1, 39}, 4, "does not end with ')'"},
      {"alert tcp any any -> any any (rev:1; sid:4)", {1, 38}, 4, "no ';' behind it"},
      {"alert tcp any any -> any any (sid:4;;)", {1, 37}, 4, "an option's name"},
      {R"(alert tcp any any -> any any (content:"a;b"; sid:4;))", {1, 39}, 4, R"(write '\;')"},
  };
  for (const auto& c : cases) {
    const Refusal refusal = refusal_of(c.text);
    EXPECT_EQ(refusal.file, "t.rules");
    EXPECT_EQ(refusal.place, c.place) << c.text << ": column " << refusal.place.column;
    EXPECT_EQ(refusal.sid, c.sid) << c.text;
    EXPECT_THAT(refusal.reason, HasSubstr(c.reason)) << c.text;
  }
}

TEST(RuleFile, OneBadRuleDoesNotHideTheNext) {
  const RuleFile file = read("alert tcp any\n" + std::string{kRule} + "\n");
  EXPECT_EQ(file.refusals().size(), 1u);
  ASSERT_EQ(file.rules().size(), 1u);
  EXPECT_EQ(file.rules()[0].place.line, 2u);
}

TEST(RuleFile, Limits) {
  const std::string head = "alert tcp any any -> any any (";
  const auto options = [&](std::size_t n) {
    std::string text = head;
    for (std::size_t i = 0; i < n; ++i) text += "nocase;";
    return text + ")";
  };
  EXPECT_EQ(read(options(RuleFile::kMostOptions)).rules().size(), 1u);
  EXPECT_THAT(refusal_of(options(RuleFile::kMostOptions + 1)).reason, HasSubstr("512 options"));

  const std::string deep(RuleFile::kDeepestList, '['), closed(RuleFile::kDeepestList, ']');
  EXPECT_THAT(refusal_of("alert tcp " + deep + "any" + closed + " any -> any any (sid:1;)").reason, HasSubstr("deep"));

  const std::string long_rule = head + "msg:\"" + std::string(RuleFile::kLongestRule, 'x') + "\"; sid:8;)";
  EXPECT_EQ(refusal_of(long_rule).sid, 8u);
  EXPECT_THAT(refusal_of(long_rule).reason, HasSubstr("longer than 131072 bytes"));
  std::string joined = head;
  while (joined.size() < 2 * RuleFile::kLongestRule)
    joined += "content:\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\";\\\n";
  EXPECT_THAT(refusal_of(joined + "sid:1;)\n").reason, HasSubstr("longer than"));

  std::string prose;
  for (std::size_t i = 0; i < RuleFile::kMostRefusals + 5; ++i) prose += "no rule\n";
  EXPECT_EQ(read(prose).refusals().size(), RuleFile::kMostRefusals);
}

TEST(RuleFile, FilesOnDisk) {
  const auto path = std::filesystem::path{testing::TempDir()} / "rule_file_test.rules";
  std::ofstream{path} << kRule << '\n';
  const auto file = RuleFile::read(path);
  ASSERT_TRUE(file) << file.error().text;
  EXPECT_EQ(file->rules().size(), 1u);
  EXPECT_EQ(file->name(), path.string());
  std::filesystem::remove(path);
  const auto missing = RuleFile::read(path);
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().text, HasSubstr("opening "));
}

TEST(ParseRule, FromOneLine) {
  const auto rule = parse_rule(kRule, {7, 3});
  ASSERT_TRUE(rule);
  EXPECT_EQ(rule->protocol.place, (Place{7, 9}));
  EXPECT_FALSE(parse_rule(""));
}

TEST(Quotes, AreTakenOffOnlyInPairs) {
  EXPECT_EQ(without_quotes("\"a\""), "a");
  EXPECT_EQ(without_quotes("\"a"), "\"a");
  EXPECT_EQ(without_quotes("\"\""), "");
  EXPECT_FALSE(is_quoted("\""));
}
