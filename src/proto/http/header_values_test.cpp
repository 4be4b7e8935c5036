// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/header_values.hpp"

#include <gtest/gtest.h>

namespace gatehouse::proto::http {
namespace {

TEST(ContentRange, ReadsStartEndAndSize) {
  const auto range = parse_content_range("bytes 500-1000/146515");
  ASSERT_TRUE(range);
  EXPECT_EQ(range->start, 500U);
  EXPECT_EQ(range->end, 1000U);
  EXPECT_EQ(range->size, 146515U);
}

TEST(ContentRange, SizeMayBeUnknown) {
  const auto range = parse_content_range("bytes 0-9/*");
  ASSERT_TRUE(range);
  EXPECT_FALSE(range->size);
}

TEST(ContentRange, RefusesWhatIsNoRange) {
  for (const char* bad : {"", "bytes", "bytes */1000", "bytes 5-/10", "bytes -5/10", "items 1-2/3", "bytes 1-2",
                          "bytes 99999999999999999999-2/3"})
    EXPECT_FALSE(parse_content_range(bad)) << bad;
}

TEST(Parameter, PlainQuotedAndAmongOthers) {
  EXPECT_EQ(parameter("attachment; filename=a.txt", "filename"), "a.txt");
  EXPECT_EQ(parameter("attachment; filename=\"a b.txt\"", "filename"), "a b.txt");
  EXPECT_EQ(parameter("form-data; name=\"x; filename=no\" ; FILENAME = yes ; z=1", "filename"), "yes");
  EXPECT_EQ(parameter("a; filename=\"q\\\"uote\"", "filename"), "q\\\"uote");
  EXPECT_EQ(parameter("a; filename=\"open", "filename"), "open");
  EXPECT_EQ(parameter("a; filename*=UTF-8''x", "filename"), std::nullopt);
  EXPECT_EQ(parameter("filename=first-word-is-no-parameter", "filename"), std::nullopt);
}

TEST(Word, AmongCommas) {
  EXPECT_TRUE(has_word("gzip, BR", "br"));
  EXPECT_FALSE(has_word("brr,", "br"));
  EXPECT_FALSE(has_word("", "br"));
}

}  // namespace
}  // namespace gatehouse::proto::http
