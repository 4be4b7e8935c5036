// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/inflate/inflate.hpp"

#include <gtest/gtest.h>
#include <string>

namespace gatehouse::proto::inflate {
namespace {

std::string deflated(std::string_view text, int window_bits) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, window_bits, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 128, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<unsigned>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<unsigned>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

struct Result {
  std::string text;
  Outcome outcome = Outcome::ok;
};

Result inflated(Format format, std::string_view bytes, std::size_t piece) {
  std::pmr::unsynchronized_pool_resource memory;
  Inflater inflater{memory, format};
  Result result;
  for (std::size_t at = 0; at < bytes.size(); at += piece)
    result.outcome =
        inflater.decode(as_bytes(bytes.substr(at, piece)), [&](Bytes out) { result.text += as_text(out); });
  return result;
}

constexpr int kZlib = 15, kGzip = 15 + 16, kBare = -15;
const std::string kText = "the quick brown fox " + std::string(20'000, 'x') + " jumps";

TEST(Inflate, EveryWrappingInPiecesOfAnySize) {
  for (const int wrapping : {kZlib, kGzip, kBare})
    for (const std::size_t piece : {1, 2, 7, 100'000}) {
      const Result result = inflated(Format::wrapped, deflated(kText, wrapping), piece);
      EXPECT_EQ(result.text, kText) << wrapping << " by " << piece;
      EXPECT_EQ(result.outcome, Outcome::ok);
    }
  EXPECT_EQ(inflated(Format::bare, deflated(kText, kBare), 5).text, kText);
}

TEST(Inflate, NothingBeforeTheFirstByteIsNothing) {
  std::pmr::unsynchronized_pool_resource memory;
  Inflater inflater{memory, Format::wrapped};
  std::string text;
  const auto take = [&](Bytes out) { text += as_text(out); };
  EXPECT_EQ(inflater.decode({}, take), Outcome::ok);
  EXPECT_EQ(inflater.decode(as_bytes(deflated(kText, kBare)), take), Outcome::ok);
  EXPECT_EQ(text, kText);
}

TEST(Inflate, GzipMembersFollowEachOther) {
  EXPECT_EQ(inflated(Format::wrapped, deflated("one ", kGzip) + deflated("two", kGzip), 3).text, "one two");
  EXPECT_EQ(inflated(Format::wrapped, deflated("one", kGzip) + "padding", 100).text, "one");
}

TEST(Inflate, WhatIsNoDeflateIsGivenAsItCame) {
  for (const std::size_t piece : {1, 3, 100}) {
    const Result result = inflated(Format::wrapped, "<html>not compressed</html>", piece);
    EXPECT_EQ(result.outcome, Outcome::broken);
    EXPECT_EQ(result.text, "<html>not compressed</html>") << piece;
  }
}

TEST(Inflate, WhatBreaksLaterEndsThere) {
  std::string bytes = deflated(kText + kText, kZlib);
  bytes[bytes.size() - 1] ^= 1;  // the checksum
  const Result result = inflated(Format::wrapped, bytes, 100'000);
  EXPECT_EQ(result.outcome, Outcome::broken);
  EXPECT_EQ(result.text, kText + kText);
}

}  // namespace
}  // namespace gatehouse::proto::inflate
