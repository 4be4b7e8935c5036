// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fingerprint/digest.hpp"

#include <gtest/gtest.h>
#include <string>

#include "proto/fingerprint/text.hpp"

namespace gatehouse::proto {
namespace {

std::string hex(DigestKind kind, std::string_view text, std::size_t characters) {
  std::string out(characters, '?');
  EXPECT_TRUE(hex_digest(kind, as_bytes(text), out));
  return out;
}

TEST(Digest, KnownAnswers) {
  EXPECT_EQ(hex(DigestKind::md5, "", 32), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(DigestKind::md5, "abc", 32), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(DigestKind::sha1, "abc", 40), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(DigestKind::sha256, "abc", 12), "ba7816bf8f01");
  EXPECT_EQ(hex(DigestKind::md5, "abc", 32), "900150983cd24fb0d6963f7d28e17f72") << "a used context starts afresh";
}

TEST(Digest, MoreCharactersThanThereAreIsRefused) {
  std::string out(33, '?');
  EXPECT_FALSE(hex_digest(DigestKind::md5, {}, out));
}

TEST(BoundedText, WhatDoesNotFitIsSaid) {
  std::array<char, 5> room{};
  BoundedText text{room};
  text.decimal(771);
  text.put(',');
  EXPECT_EQ(text.text(), "771,");
  EXPECT_FALSE(text.overflowed());
  text.put("12");
  EXPECT_TRUE(text.overflowed());
  EXPECT_EQ(text.text(), "771,") << "no half of a piece";
}

TEST(BoundedText, Numbers) {
  std::array<char, 32> room{};
  BoundedText text{room};
  text.two_digits(7);
  text.hex16(0x0ab1);
  text.hex(0xab, true);
  EXPECT_EQ(text.text(), "070ab1AB");
}

}  // namespace
}  // namespace gatehouse::proto
