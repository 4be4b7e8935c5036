// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/asn1/asn1.hpp"

#include <array>
#include <gtest/gtest.h>
#include <string>

#include "proto/asn1/oid.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::asn1 {
namespace {

using test::from_hex;

std::string oid(std::string_view hex) {
  std::array<char, 64> room;
  return std::string(oid_text(as_bytes(from_hex(hex)), room));
}

TEST(Asn1, AnIdentifierIsWrittenWithDots) {
  EXPECT_EQ(oid("2b 06 01 02 01 01 01 00"), "1.3.6.1.2.1.1.1.0");
  EXPECT_EQ(oid("2a 86 48 86 f7 0d"), "1.2.840.113549");
  EXPECT_EQ(oid("88 37 03"), "2.999.3");  // X.690, 8.19.5: its example
  EXPECT_EQ(oid("01"), "0.1");
}

TEST(Asn1, WhatIsNoIdentifierHasNoText) {
  EXPECT_EQ(oid(""), "");
  EXPECT_EQ(oid("2b 86"), "");                                // the last number does not end
  EXPECT_EQ(oid("2b 81 ff ff ff ff ff ff ff ff ff 7f"), "");  // more than 64 bits
  std::array<char, 8> small;
  EXPECT_EQ(oid_text(as_bytes(from_hex("2a 86 48 86 f7 0d")), small), "");
}

TEST(Asn1, TheSizeOfAValueIsKnownFromItsHead) {
  EXPECT_EQ(whole_size(as_bytes(from_hex("30 05"))), 7u);
  EXPECT_EQ(whole_size(as_bytes(from_hex("30 82 01 00"))), 4u + 256);
  EXPECT_EQ(whole_size(as_bytes(from_hex("30 82 01"))), 0u);
  EXPECT_EQ(whole_size(as_bytes(from_hex("30 80"))), kNoValue);  // indefinite
  EXPECT_EQ(whole_size(as_bytes(from_hex("3f 81 01"))), kNoValue);
}

TEST(Asn1, NumbersHaveASign) {
  Cursor c{{}};
  EXPECT_EQ(integer_of(as_bytes(from_hex("ff 7b")), c), -133);
  EXPECT_EQ(integer_of(as_bytes(from_hex("00 ff")), c), 255);
  EXPECT_TRUE(c.ok());
  EXPECT_EQ(integer_of({}, c), 0);
  EXPECT_FALSE(c.ok());
}

}  // namespace
}  // namespace gatehouse::proto::asn1
