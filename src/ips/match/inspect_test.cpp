// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/inspect.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <random>
#include <string>

#include "ips/match/dataset.hpp"

namespace gatehouse::ips {
namespace {

Operand number(std::int64_t n) {
  return {n, Operand::kLiteral};
}
Content content(std::string_view pattern) {
  Content c;
  c.pattern = as_bytes(pattern);
  return c;
}
Content behind(std::string_view pattern, std::int64_t distance, std::optional<std::int64_t> within = {}) {
  Content c = content(pattern);
  c.relative = c.has_distance = true;
  c.distance = number(distance);
  c.has_within = within.has_value();
  c.within = number(within.value_or(0));
  return c;
}
Content placed(std::string_view pattern, std::int64_t offset, std::int64_t depth) {
  Content c = content(pattern);
  c.has_offset = c.has_depth = true;
  c.offset = number(offset);
  c.depth = number(depth);
  return c;
}
Content negated(Content c) {
  c.negated = true;
  return c;
}
Content at_end(Content c) {
  c.at_end = true;
  return c;
}

struct Inspect : testing::Test {
  InspectSpace space;
  Scene scene;
  bool operator()(std::vector<Step> steps, std::string_view bytes, std::uint64_t offset = 0, bool complete = true) {
    space.start_signature();
    return inspect(steps, {as_bytes(bytes), offset, complete}, space, scene);
  }
};
using Contents = Inspect;

TEST_F(Contents, PlacesFromTheBeginning) {
  auto& in = *this;
  EXPECT_TRUE(in({placed("bc", 1, 2)}, "abcd"));
  EXPECT_FALSE(in({placed("bc", 0, 2)}, "abcd"));
  EXPECT_FALSE(in({placed("bc", 2, 9)}, "abcd"));
  EXPECT_TRUE(in({negated(placed("bc", 2, 9))}, "abcd"));
  EXPECT_TRUE(in({negated(content("x"))}, ""));
}

TEST_F(Contents, LaterMatchesAreTriedForWhatIsNear) {
  auto& in = *this;
  // The first "a" is too far from "b", the second is not.
  EXPECT_TRUE(in({content("a"), behind("b", 0, 1)}, "a--ab"));
  EXPECT_TRUE(in({content("a"), behind("b", 0, 2), behind("c", 0, 1)}, "ab-a-bc"));
  EXPECT_FALSE(in({content("a"), behind("b", 0, 1)}, "a-b-a-b"));
  EXPECT_TRUE(in({content("abc"), behind("b", -2, 1)}, "abc"));
}

TEST_F(Contents, TheEnd) {
  auto& in = *this;
  EXPECT_TRUE(in({at_end(content("ab"))}, "abxab"));
  EXPECT_FALSE(in({at_end(content("ab"))}, "abx"));
  EXPECT_FALSE(in({at_end(content("ab"))}, "ab", 0, false)) << "more may come";
  EXPECT_TRUE(in({negated(at_end(content("ab")))}, "abx"));
  EXPECT_FALSE(in({negated(at_end(content("ab")))}, "ab-ab"));
  EXPECT_TRUE(in({content("x"), at_end(behind("b", 0, 1))}, "xa-xb"));
}

TEST_F(Contents, AWindowOfAStreamHasItsPlace) {
  auto& in = *this;
  EXPECT_TRUE(in({placed("ab", 0, 12)}, "ab", 10, false));
  EXPECT_FALSE(in({placed("ab", 0, 11)}, "ab", 10, false));
  EXPECT_FALSE(in({placed("ab", 0, 4)}, "ab", 10, false)) << "its place has gone by";
  EXPECT_TRUE(in({placed("ab", 10, 2)}, "ab", 10, false));
}

TEST_F(Contents, Variables) {
  auto& in = *this;
  ByteExtract extract;
  extract.number.bytes = 1;
  Content c = behind("b", 0);
  c.relative = c.has_within = false;
  c.has_distance = true;
  c.distance = {0, 0};
  EXPECT_TRUE(in({extract, c}, "\x03xxb"));
  EXPECT_FALSE(in({extract, c}, std::string_view{"\x04xxb", 4}));
}

TEST_F(Contents, ReplacementsOfAMatch) {
  auto& in = *this;
  Content c = content("a");
  c.replacement = as_bytes("z");
  ASSERT_TRUE(in({c, behind("b", 0, 1)}, "a-ab"));
  ASSERT_EQ(space.replacement_count, 1);
  EXPECT_EQ(space.replacements[0].offset, 2u);
  ASSERT_FALSE(in({c, behind("x", 0, 1)}, "a-ab"));
  EXPECT_EQ(space.replacement_count, 0);
}

TEST_F(Inspect, TheWorkIsBounded) {
  std::string bytes;
  for (int i = 0; i < 3000; ++i) bytes += "ab";
  const std::vector<Step> steps{content("a"), behind("b", 0, 4000), behind("a", 0, 4000), behind("b", 0, 4000),
                                behind("zz", 0, 4000)};
  EXPECT_FALSE((*this)(steps, bytes));
  EXPECT_GT(space.limit_hits, 0u);
}

TEST_F(Inspect, Numbers) {
  auto& in = *this;
  ByteTest test;
  test.number.bytes = 2;
  test.value = number(0x0102);
  EXPECT_TRUE(in({test}, "\x01\x02"));
  EXPECT_FALSE(in({test}, "\x01")) << "too short";
  test.negated = true;
  EXPECT_FALSE(in({test}, "\x01")) << "what is not there is not unequal either";
  test.negated = false;
  test.number.little_endian = true;
  EXPECT_TRUE(in({test}, "\x02\x01"));
  test.number = {};
  test.number.text = true;
  test.number.bytes = 4;
  test.value = number(137);
  EXPECT_TRUE(in({test}, " 137"));
  EXPECT_TRUE(in({test}, "137x"));
  EXPECT_FALSE(in({test}, "x137"));
  test.number.bytes = 0;
  EXPECT_TRUE(in({test}, "000137 and more"));
  test.number = {};
  test.number.bytes = 1;
  test.number.mask = 0xf0;
  test.value = number(0x0a);
  EXPECT_TRUE(in({test}, "\xa5"));
  test.number = {};
  test.number.bytes = 1;
  test.number.relative = true;
  test.number.offset = number(-2);
  test.value = number('a');
  EXPECT_TRUE(in({content("b"), test}, "xaby"));
}

TEST_F(Inspect, Jumps) {
  auto& in = *this;
  ByteJump jump;
  jump.number.bytes = 1;
  EXPECT_TRUE(in({jump, behind("b", 0, 1)}, "\x02xxb"));
  EXPECT_FALSE(in({jump, behind("b", 0, 1)}, "\x01xxb"));
  EXPECT_FALSE(in({jump}, "\x03xxb")) << "behind the end";
  jump.align = true;
  EXPECT_TRUE(in({jump, behind("b", 0, 1)}, "\x01xxxxb"));
  jump.align = false;
  jump.from_beginning = true;
  EXPECT_TRUE(in({jump, behind("b", 0, 1)}, "\x03xxb"));
  jump = {};
  jump.from_end = true;
  jump.post_offset = number(-1);
  EXPECT_TRUE(in({jump, behind("b", 0, 1)}, "xxxb"));
  jump.post_offset = number(-9);
  EXPECT_TRUE(in({jump, behind("x", 0, 1)}, "xb")) << "before the beginning is the beginning";
}

TEST_F(Inspect, Arithmetic) {
  auto& in = *this;
  ByteMath math;
  math.number.bytes = 1;
  math.value = number(4);
  math.operation = MathOperation::multiply;
  ASSERT_TRUE(in({math}, "\x05"));
  EXPECT_EQ(space.variables[0], 20u);
  math.operation = MathOperation::divide;
  math.value = number(0);
  EXPECT_FALSE(in({math}, "\x05"));
  math.operation = MathOperation::shift_left;
  math.value = number(70);
  ASSERT_TRUE(in({math}, "\x05"));
  EXPECT_EQ(space.variables[0], 0u);
}

// The table of the user guide: a buffer of eight bytes.
TEST_F(Inspect, IsDataAt) {
  auto& in = *this;
  const auto at = [](std::int64_t n, bool relative) { return IsDataAt{number(n), false, relative}; };
  EXPECT_TRUE(in({at(7, false)}, "abcdefgh"));
  EXPECT_FALSE(in({at(8, false)}, "abcdefgh"));
  EXPECT_TRUE(in({at(8, true)}, "abcdefgh"));
  EXPECT_FALSE(in({at(9, true)}, "abcdefgh"));
  EXPECT_TRUE(in({content("c"), at(5, true)}, "abcdefgh"));
  EXPECT_FALSE(in({content("c"), at(6, true)}, "abcdefgh"));
  EXPECT_TRUE(in({IsDataAt{number(8), true, false}}, "abcdefgh"));
  EXPECT_FALSE(in({IsDataAt{number(8), true, false}}, "abcdefgh", 0, false)) << "more may come";
}

TEST_F(Inspect, Sizes) {
  auto& in = *this;
  const auto size = [](Compare how, std::uint64_t a, std::uint64_t b = 0) { return SizeIs{{how, false, a, b}}; };
  EXPECT_TRUE(in({size(Compare::equal, 3)}, "abc"));
  EXPECT_TRUE(in({size(Compare::equal, 0)}, ""));
  EXPECT_FALSE(in({size(Compare::equal, 3)}, "abc", 0, false));
  EXPECT_TRUE(in({size(Compare::greater, 2)}, "abc", 0, false));
  EXPECT_FALSE(in({size(Compare::between, 3, 9)}, "abc")) << "its ends are outside";
  EXPECT_TRUE(in({size(Compare::equal, 13)}, "abc", 10));
}

TEST_F(Inspect, Expressions) {
  auto& in = *this;
  const auto ab = Regex::compile("^a.b", 0), ax = Regex::compile("a", 0);
  ASSERT_TRUE(ab && ax);
  EXPECT_TRUE(in({Pcre{&*ab, false, false, {}}}, "a-b"));
  EXPECT_FALSE(in({Pcre{&*ab, true, false, {}}}, "a-b"));
  EXPECT_TRUE(in({content("x"), Pcre{&*ab, false, true, {}}}, "xxa-b")) << "'^' is the end of the match before";
  EXPECT_FALSE(in({content("y"), Pcre{&*ab, false, true, {}}}, "y-a-b"));
  EXPECT_TRUE(in({Pcre{&*ax, false, false, {}}, behind("b", 0, 1)}, "a--ab")) << "later matches are tried";
}

TEST_F(Inspect, AnExpressionThatDoesNotEndIsNoMatch) {
  const auto evil = Regex::compile("(a+)+$", 0);
  ASSERT_TRUE(evil);
  const std::string bytes = std::string(64, 'a') + "b";
  EXPECT_FALSE((*this)({Pcre{&*evil, false, false, {}}}, bytes));
  EXPECT_FALSE((*this)({Pcre{&*evil, true, false, {}}}, bytes)) << "not known is not absent";
  EXPECT_EQ(space.limit_hits, 2u);
}

TEST_F(Inspect, Base64) {
  auto& in = *this;
  DecodeBase64 decode;
  decode.relative = true;
  decode.offset = 1;
  decode.steps = DecodeBase64::kAllThatFollow;
  EXPECT_TRUE(in({content("arg"), decode, at_end(content("thisisatest\n"))}, "/?arg=dGhpc2lzYXRlc3QK"));
  EXPECT_FALSE(in({content("arg"), decode, content("arg")}, "/?arg=dGhpc2lzYXRlc3QK"));
  decode.steps = 1;
  EXPECT_TRUE(in({content("arg"), decode, content("test"), content("?")}, "/?arg=dGhpc2lzYXRlc3QK"));
}

TEST_F(Inspect, Entropy) {
  auto& in = *this;
  EXPECT_TRUE(in({EntropyIs{0, 0, Compare::equal, 0, 0, false}}, "aaaa"));
  EXPECT_TRUE(in({EntropyIs{0, 0, Compare::equal, 2, 0, false}}, "abcd"));
  EXPECT_TRUE(in({EntropyIs{2, 0, Compare::equal, 0, 0, false}}, "abcc"));
  EXPECT_FALSE(in({EntropyIs{0, 0, Compare::between, 1, 3, true}}, "abcd"));
}

TEST_F(Inspect, Asn1) {
  auto& in = *this;
  Asn1Is bits;
  bits.bitstring_overflow = true;
  EXPECT_TRUE(in({bits}, "\x03\x02\xff\x01"));
  EXPECT_FALSE(in({bits}, std::string_view{"\x03\x02\x07\x01", 4}));
  Asn1Is large;
  large.oversize_length = 130;
  EXPECT_TRUE(in({large}, "\x60\x81\x85\x61")) << "what is told counts, not what is there";
  EXPECT_FALSE(in({large}, "\x60\x81\x81\x61"));
  Asn1Is real;
  real.double_overflow = true;
  EXPECT_TRUE(in({real}, std::string("\x09\x82\x01\x01\x05", 5) + std::string(256, '\x05')));
  Asn1Is nested = bits;
  nested.relative = true;
  EXPECT_TRUE(in({content("AA"), nested}, "AA\x30\x04\x03\x02\xff\x01"));
}

struct Names : Dataset {
  bool has(Bytes value) const noexcept override { return as_text(value) == "known"; }
  bool add(Bytes value) noexcept override { return as_text(value) == "new"; }
  bool remove(Bytes) noexcept override { return false; }
  std::string_view name() const noexcept override { return "names"; }
  std::optional<std::uint16_t> reputation(Bytes value) const noexcept override {
    return has(value) ? std::optional<std::uint16_t>{50} : std::nullopt;
  }
};

TEST_F(Inspect, Datasets) {
  auto& in = *this;
  Names names;
  using What = InDataset::What;
  EXPECT_TRUE(in({InDataset{&names, What::is_set, {}, 0}}, "known"));
  EXPECT_TRUE(in({InDataset{&names, What::is_not_set, {}, 0}}, "other"));
  EXPECT_TRUE(in({InDataset{&names, What::set_it, {}, 0}}, "new"));
  EXPECT_FALSE(in({InDataset{&names, What::set_it, {}, 0}}, "known"));
  EXPECT_TRUE(in({InDataset{&names, What::reputation, Compare::greater, 40}}, "known"));
  EXPECT_FALSE(in({InDataset{&names, What::reputation, Compare::less, 90}}, "other")) << "without one there is none";
}

// Tries every place for every content.
bool any_placement(const std::vector<Step>& steps, std::size_t at, std::string_view bytes, std::int64_t cursor) {
  if (at == steps.size()) return true;
  const auto& c = std::get<Content>(steps[at]);
  const auto size = static_cast<std::int64_t>(bytes.size()), length = static_cast<std::int64_t>(c.pattern.size());
  std::int64_t first = 0, end = size;
  if (c.relative) {
    first = cursor + c.distance.literal;
    if (c.has_within) end = std::min(end, first + c.within.literal);
  } else if (c.has_depth) {
    first = c.offset.literal;
    end = std::min(end, first + c.depth.literal);
  }
  for (std::int64_t p = std::max<std::int64_t>(first, 0); p + length <= end; ++p)
    if (bytes.substr(static_cast<std::size_t>(p), c.pattern.size()) == as_text(c.pattern) &&
        any_placement(steps, at + 1, bytes, p + length))
      return true;
  return false;
}

// Chains in which everything but the first content is relative and near: the engine must find what is there.
TEST_F(Inspect, FindsWhateverPlacementThereIs) {
  std::mt19937 random{11};
  const std::vector<std::string> patterns{"a", "b", "ab", "aa", "ba"};
  int found = 0;
  for (int round = 0; round < 5000; ++round) {
    std::string bytes(random() % 16, 0);
    for (char& c : bytes) c = "abc"[random() % 3];
    std::vector<Step> steps;
    const auto count = 1 + random() % 4;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string& pattern = patterns[random() % patterns.size()];
      if (i == 0)
        steps.emplace_back(random() % 2 ? content(pattern) : placed(pattern, random() % 4, 2 + random() % 6));
      else
        steps.emplace_back(behind(pattern, static_cast<std::int64_t>(random() % 4) - 1, 2 + random() % 4));
    }
    const bool expected = any_placement(steps, 0, bytes, 0);
    found += expected;
    ASSERT_EQ((*this)(steps, bytes), expected) << bytes << ", round " << round;
  }
  EXPECT_GT(found, 300) << "the test must find something";
}

}  // namespace
}  // namespace gatehouse::ips
