// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "proto/line/line_reader.hpp"
#include "proto/line/words.hpp"

namespace gatehouse::proto {
namespace {

TEST(LineReader, TakesALineWhenItsEndIsThere) {
  LineReader<16> reader;
  EXPECT_EQ(reader.take(as_bytes("NOO")).consumed, 0u);
  const TakenLine line = reader.take(as_bytes("NOOP\r\nQUIT"));
  EXPECT_TRUE(line.present);
  EXPECT_EQ(line.text, "NOOP");
  EXPECT_EQ(line.consumed, 6u);
  EXPECT_EQ(reader.take(as_bytes("bare\n")).text, "bare");
  EXPECT_EQ(reader.take(as_bytes("\r\n")).text, "");
}

TEST(LineReader, CutsWhatIsLongerAndPassesTheRestOver) {
  LineReader<8> reader;
  const TakenLine cut = reader.take(as_bytes("12345678"));
  EXPECT_TRUE(cut.cut);
  EXPECT_EQ(cut.text, "12345678");
  EXPECT_FALSE(reader.take(as_bytes("9 and more")).present);
  const TakenLine rest = reader.take(as_bytes("end\r\nnext\r\n"));
  EXPECT_FALSE(rest.present);
  EXPECT_EQ(rest.consumed, 5u);
  EXPECT_EQ(reader.take(as_bytes("next\r\n")).text, "next");
  EXPECT_FALSE(reader.take(as_bytes("1234567\n")).cut) << "a line of the limit's length is whole";
}

TEST(LineReader, FindsTheNextLineBehindAHole) {
  LineReader<64> reader;
  reader.resynchronise();
  EXPECT_FALSE(reader.take(as_bytes("rest of one\r\n")).present);
  EXPECT_EQ(reader.take(as_bytes("whole\r\n")).text, "whole");
}

TEST(Words, AreBetweenSpaces) {
  std::string_view rest = "RETR  two words ";
  EXPECT_EQ(take_word(rest), "RETR");
  EXPECT_EQ(take_word(rest), "two");
  EXPECT_EQ(take_word(rest), "words");
  EXPECT_EQ(take_word(rest), "");
}

TEST(Words, NumbersAreWholeOrNone) {
  EXPECT_EQ(whole_number<unsigned>("143"), 143u);
  for (const std::string_view bad : {"", "1x", "-1", " 1", "99999999999"}) EXPECT_FALSE(whole_number<unsigned>(bad));
  EXPECT_EQ(reply_code("220 ready"), 220u);
  EXPECT_EQ(reply_code("22"), 0u);
  EXPECT_EQ(reply_code("720 x"), 0u);
  EXPECT_EQ(reply_code("2a0 x"), 0u);
}

}  // namespace
}  // namespace gatehouse::proto
