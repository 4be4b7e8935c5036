// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/search.hpp"

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace gatehouse::ips {
namespace {

std::size_t find(std::string_view text, std::string_view pattern, bool nocase, std::size_t from = 0,
                 std::size_t to = kNotFound) {
  return find_literal(as_bytes(text), from, to, as_bytes(pattern), nocase);
}

TEST(Search, FindsTheFirst) {
  EXPECT_EQ(find("abcabc", "bc", false), 1u);
  EXPECT_EQ(find("abcabc", "bc", false, 2), 4u);
  EXPECT_EQ(find("abcabc", "BC", false), kNotFound);
}

TEST(Search, IgnoresTheCaseOfLettersOnly) {
  EXPECT_EQ(find("x: AbC", "abc", true), 3u);
  // '@' and '`' differ from each other in the bit that makes the case of letters.
  EXPECT_EQ(find("a@b", "a`b", true), kNotFound);
  EXPECT_EQ(find("a[b", "a{b", true), kNotFound);
}

TEST(Search, StaysInItsRange) {
  EXPECT_EQ(find("abcabc", "abc", false, 1, 5), kNotFound);
  EXPECT_EQ(find("abcabc", "abc", true, 1, 5), kNotFound);
  EXPECT_EQ(find("abcabc", "abc", true, 1, 6), 3u);
  EXPECT_EQ(find("abc", "abcd", true), kNotFound);
  EXPECT_EQ(find("abc", "c", false, 9), kNotFound);
}

TEST(Search, FindsWhatAPlainLoopFinds) {
  std::mt19937 random{7};
  const std::string_view letters = "aAbB@`";
  for (int round = 0; round < 20000; ++round) {
    std::string text(random() % 70, 0), pattern(1 + random() % 4, 0);
    for (char& c : text) c = letters[random() % letters.size()];
    for (char& c : pattern) c = ascii_lower(letters[random() % letters.size()]);
    const std::size_t from = random() % (text.size() + 1);
    std::size_t expected = kNotFound;
    for (std::size_t i = from; expected == kNotFound && i + pattern.size() <= text.size(); ++i)
      if (equals_nocase(std::string_view{text}.substr(i, pattern.size()), pattern)) expected = i;
    ASSERT_EQ(find(text, pattern, true, from), expected) << text << " / " << pattern << " from " << from;
  }
}

}  // namespace
}  // namespace gatehouse::ips
