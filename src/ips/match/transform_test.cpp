// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/transform.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

namespace gatehouse::ips {
namespace {

using namespace std::string_literals;

std::string after(std::vector<std::pair<std::string, std::string>> names, std::string_view in) {
  std::vector<Transform> transforms;
  for (const auto& [name, options] : names) {
    auto made = make_transform(name, options);
    if (!made) return "refused: " + made.error();
    transforms.push_back(std::move(*made));
  }
  TransformSpace space;
  bool missing = false;
  return std::string(as_text(apply(transforms, as_bytes(in), space, missing)));
}
std::string after(std::string name, std::string options, std::string_view in) {
  return after({{std::move(name), std::move(options)}}, in);
}
std::string hex(std::string_view bytes) {
  std::string out;
  for (const unsigned char c : bytes) out += "0123456789abcdef"[c >> 4], out += "0123456789abcdef"[c & 15];
  return out;
}

TEST(Transform, OfWhiteSpace) {
  EXPECT_EQ(after("strip_whitespace", "", " a\tb\r\n c"), "abc");
  EXPECT_EQ(after("compress_whitespace", "", "a  \t b\n\nc"), "a b\nc");
}

TEST(Transform, OfCase) {
  EXPECT_EQ(after("to_lowercase", "", "AbZ@["), "abz@[");
  EXPECT_EQ(after("to_uppercase", "", "AbZ{"), "ABZ{");
  EXPECT_EQ(after("header_lowercase", "", "Host: ABC\r\nX-Y: Z:Q\r\n"), "host: ABC\r\nx-y: Z:Q\r\n");
}

TEST(Transform, PseudoHeadersGo) {
  EXPECT_EQ(after("strip_pseudo_headers", "", ":method: GET\r\nhost: a\r\n:path: /\r\n"), "host: a\r\n");
}

TEST(Transform, UrlDecode) {
  EXPECT_EQ(after("url_decode", "", "a%41+%zz%4"), "aA %zz%4");
  EXPECT_EQ(after("url_decode", "", "%00%ff"), "\0\xff"s);
}

TEST(Transform, DotprefixAndNames) {
  EXPECT_EQ(after("dotprefix", "", "example.com"), ".example.com");
  EXPECT_EQ(after("domain", "", "www.Example.co.uk"), "Example.co.uk");
  EXPECT_EQ(after("tld", "", "www.example.co.uk"), "co.uk");
  EXPECT_EQ(after("domain", "", "co.uk"), "");
}

TEST(Transform, Digests) {
  EXPECT_EQ(hex(after("to_md5", "", "abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(after("to_sha1", "", "abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(after("to_sha256", "", "abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Transform, XorRepeatsItsKey) {
  EXPECT_EQ(after("xor", "\"0102\"", "ABC"), "\x40\x40\x42");
  EXPECT_EQ(after("xor", "0102", "ABC"), "\x40\x40\x42");
}

TEST(Transform, FromBase64) {
  EXPECT_EQ(after("from_base64", "", "Zm9vYmFy"), "foobar");
  EXPECT_EQ(after("from_base64", "offset 6", "/?arg=dGhpc2lzYXRlc3QK"), "thisisatest\n");
  EXPECT_EQ(after("from_base64", "bytes 6, offset 6", "/?arg=dGhpc2lzYXRlc3QK"), "this");
  EXPECT_EQ(after("from_base64", "mode rfc2045", "Zm 9v Ym Fy"), "foobar");
  EXPECT_EQ(after("from_base64", "", "Zm9v!Ym"), "foo");
  EXPECT_EQ(after("from_base64", "mode strict", "Zm 9v"), "Zm 9v") << "what cannot be decoded stays";
}

TEST(Transform, Pcrexform) {
  EXPECT_EQ(after("pcrexform", R"("[a-zA-Z]+\s+(.*)\s+HTTP")", "GET /a.html HTTP/1.1"), "/a.html");
  EXPECT_EQ(after("pcrexform", R"~("x(y)")~", "abc"), "abc") << "without a match nothing changes";
}

TEST(Transform, Decompression) {
  const std::string text(3000, 'q');
  std::string packed(200, 0);
  uLongf size = packed.size();
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
                     text.size()),
            Z_OK);
  packed.resize(size);
  EXPECT_EQ(after("zlib_deflate", "", packed), text.substr(0, 1024)) << "1024 bytes unless the rule says more";
  EXPECT_EQ(after("zlib_deflate", "max-size 5000", packed), text);
  EXPECT_EQ(after("zlib_deflate", "max-size 8", packed), "qqqqqqqq");
  EXPECT_EQ(after("gunzip", "", packed), "");
}

TEST(Transform, OneAfterTheOther) {
  EXPECT_EQ(after({{"to_lowercase", ""}, {"strip_whitespace", ""}, {"dotprefix", ""}}, "A B"), ".ab");
  EXPECT_EQ(hex(after({{"strip_whitespace", ""}, {"to_md5", ""}}, "a b c")), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Transform, BadOptionsAreRefused) {
  for (const auto& [name, options] : std::vector<std::pair<std::string, std::string>>{{"xor", ""},
                                                                                      {"xor", "0g"},
                                                                                      {"xor", "abc"},
                                                                                      {"to_md5", "x"},
                                                                                      {"from_base64", "mode what"},
                                                                                      {"gunzip", "max-size 0"},
                                                                                      {"pcrexform", "\"a\""},
                                                                                      {"pcrexform", "\"(a\""},
                                                                                      {"luaxform", "x.lua"}})
    EXPECT_FALSE(make_transform(name, options)) << name << " " << options;
}

TEST(Transform, KnowsWhatItLeaves) {
  const auto lower = make_transform("to_lowercase", "");
  EXPECT_FALSE(can_hold(*lower, as_bytes("aB")));
  EXPECT_TRUE(can_hold(*lower, as_bytes("ab")));
  EXPECT_FALSE(can_hold(*make_transform("strip_whitespace", ""), as_bytes("a b")));
}

}  // namespace
}  // namespace gatehouse::ips
