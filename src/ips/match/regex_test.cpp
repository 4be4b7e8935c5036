// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/regex.hpp"

#include <gtest/gtest.h>

namespace gatehouse::ips {
namespace {

TEST(Regex, FindsFromAPlaceOn) {
  const auto regex = Regex::compile("b(.)", 0);
  ASSERT_TRUE(regex);
  RegexSpace space;
  RegexMatch match;
  Bytes groups[Regex::kMostGroups];
  ASSERT_TRUE(regex->search(as_bytes("ab1b2"), 2, space, match, groups));
  EXPECT_EQ(match.begin, 3u);
  EXPECT_EQ(match.end, 5u);
  EXPECT_EQ(as_text(groups[0]), "2");
  EXPECT_TRUE(groups[1].empty());
  EXPECT_FALSE(regex->search(as_bytes("ab1"), 4, space, match));
  EXPECT_FALSE(regex->search({}, 0, space, match));
}

TEST(Regex, SaysWhatIsWrongAndWhere) {
  const auto regex = Regex::compile("a(b", 0);
  ASSERT_FALSE(regex);
  EXPECT_NE(regex.error().find("character 4"), std::string::npos) << regex.error();
}

TEST(Regex, BytesAreNotText) {
  const auto regex = Regex::compile("^.\\xff$", 0);
  ASSERT_TRUE(regex);
  RegexSpace space;
  RegexMatch match;
  EXPECT_TRUE(regex->search(as_bytes("\xc3\xff"), 0, space, match));
}

TEST(Regex, MachineCodeSaysTheSame) {
  auto regex = Regex::compile("a+b", 0);
  ASSERT_TRUE(regex);
  if (!regex->jit()) GTEST_SKIP() << "PCRE2 makes no machine code here";
  RegexSpace space;
  RegexMatch match;
  ASSERT_TRUE(regex->search(as_bytes("xaab"), 0, space, match));
  EXPECT_EQ(match.begin, 1u);
}

}  // namespace
}  // namespace gatehouse::ips
