// SPDX-License-Identifier: GPL-3.0-or-later
// What is written in a rule, against what it matches or why it is refused.
#include <gtest/gtest.h>

#include "ips/compile/test_options.hpp"

namespace gatehouse::ips::compile {
namespace {

using test::BuiltOptions;

bool matches(std::string_view options, std::string_view bytes, std::string_view buffer = "payload") {
  const BuiltOptions built{options};
  EXPECT_EQ(built.reason(), "") << options;
  return built.matches(bytes, buffer);
}
std::string refusal(std::string_view options) {
  return BuiltOptions{options}.reason();
}

TEST(ContentKeyword, BytesBetweenPipesAndEscapes) {
  EXPECT_TRUE(matches(R"(content:"a|0d 0A|b";)", "xa\r\nb"));
  EXPECT_TRUE(matches(R"(content:"|61 6263|";)", "abc"));
  EXPECT_TRUE(matches(R"(content:"a\;\"\\b";)", "a;\"\\b"));
  EXPECT_TRUE(matches(R"(content:!"a";)", "b"));
  EXPECT_FALSE(matches(R"(content:! "a";)", "a"));
}

TEST(ContentKeyword, BadOnesAreRefused) {
  for (const char* options : {R"(content:"";)", R"(content:"|0|";)", R"(content:"|0g|";)", R"(content:"|00";)",
                              R"(content:"\x";)", "content:abc;"})
    EXPECT_NE(refusal(options), "") << options;
}

TEST(ContentModifiers, Case) {
  EXPECT_TRUE(matches(R"(content:"AbC"; nocase;)", "xaBc"));
  EXPECT_FALSE(matches(R"(content:"AbC";)", "xaBc"));
}

TEST(ContentModifiers, Places) {
  EXPECT_TRUE(matches(R"(content:"def"; offset:3; depth:3;)", "abcdef"));
  EXPECT_FALSE(matches(R"(content:"def"; offset:3; depth:3;)", "abcxdef"));
  EXPECT_TRUE(matches(R"(content:"def"; depth:3; offset:3;)", "abcdef")) << "in either order";
  EXPECT_TRUE(matches(R"(content:"abc"; startswith; content:"f"; endswith;)", "abcdef"));
  EXPECT_TRUE(matches(R"(content:"a"; content:"c"; distance:1; within:1;)", "abc"));
  EXPECT_FALSE(matches(R"(content:"a"; content:"c"; distance:2;)", "abc"));
  EXPECT_TRUE(matches(R"(content:"ab"; isdataat:!1,relative;)", "abxab")) << "older rules say endswith so";
}

TEST(ContentModifiers, ContradictionsAreRefused) {
  for (const char* options :
       {R"(content:"abc"; depth:2;)", R"(content:"abc"; content:"abc"; within:2;)",
        R"(content:"abc"; startswith; offset:1;)", R"(content:"abc"; depth:5; startswith;)",
        R"(content:"abc"; offset:1; distance:1;)", R"(content:"abc"; within:9; depth:9;)",
        R"(content:"a"; nocase; nocase;)", R"(content:"a"; offset:70000;)", "nocase;",
        R"(content:"a"; offset:unknown;)", R"(content:"a"; fast_pattern; content:"b"; fast_pattern;)",
        R"(content:!"a"; fast_pattern:only;)", R"(content:"abc"; fast_pattern:1,3;)",
        R"(content:"a"; fast_pattern:only; content:"b"; distance:0;)"})
    EXPECT_NE(refusal(options), "") << options;
}

TEST(ContentModifiers, FastPatternMayBeAPiece) {
  const BuiltOptions built{R"(content:"abcdef"; fast_pattern:2,3;)"};
  const auto& content = std::get<Content>(built.steps().at(0));
  EXPECT_TRUE(content.fast);
  EXPECT_EQ(content.chop_offset, 2);
  EXPECT_EQ(content.chop_length, 3);
}

TEST(ContentModifiers, Replace) {
  const BuiltOptions built{R"(content:"abc"; replace:"x|00|z";)"};
  EXPECT_EQ(as_text(std::get<Content>(built.steps().at(0)).replacement), std::string_view("x\0z", 3));
  EXPECT_NE(refusal(R"(content:"abc"; replace:"x";)"), "");
  EXPECT_NE(refusal(R"(content:"abc"; replace:"xyz"; http_uri;)"), "");
}

TEST(Buffers, LegacyModifiersMoveTheContent) {
  const BuiltOptions built{R"(content:"POST"; http_method; content:"/a"; http_uri; content:"b"; http_uri; distance:0;
                              content:"raw";)"};
  EXPECT_EQ(built.reason(), "");
  EXPECT_EQ(built.steps("http.method").size(), 1u);
  EXPECT_EQ(built.steps("http.uri").size(), 2u);
  EXPECT_EQ(built.steps("payload").size(), 1u);
  EXPECT_TRUE(built.matches("/a?b", "http.uri"));
}

TEST(Buffers, ARelativeStepStandsBehindTheMovedContent) {
  const BuiltOptions built{R"(content:"a"; http_uri; isdataat:2,relative; urilen:>3; pcre:"/b/U";)"};
  EXPECT_EQ(built.reason(), "");
  EXPECT_EQ(built.steps("http.uri").size(), 4u);
  EXPECT_TRUE(built.steps("payload").empty());
}

TEST(Buffers, TransformsBehindAContentBeginAnotherBuffer) {
  const BuiltOptions built{
      R"(http.uri; content:"gz="; from_base64:offset 3; zlib_deflate; content:"x"; pkt_data; content:"y";)"};
  EXPECT_EQ(built.reason(), "");
  ASSERT_EQ(built.builder.chains.size(), 3u);
  EXPECT_TRUE(built.builder.chains[0].buffer.transforms.empty());
  EXPECT_EQ(built.builder.chains[1].buffer.transforms.size(), 2u);
  EXPECT_EQ(built.builder.chains[2].buffer.name, "payload");
  EXPECT_NE(refusal("to_md5;"), "") << "the payload has no transforms";
}

TEST(PcreKeyword, FlagsAndRefusals) {
  EXPECT_TRUE(matches(R"(pcre:"/A.b/is";)", "xa\nB"));
  EXPECT_TRUE(matches(R"(content:"a"; pcre:"/^b/R";)", "xab"));
  EXPECT_TRUE(matches(R"(pcre:!"/a/";)", "b"));
  EXPECT_TRUE(matches(R"(pcre:"/(a)\1/";)", "aa")) << "a group that is referred to catches";
  for (const char* options :
       {R"(pcre:"a";)", R"(pcre:"/(/";)", R"(pcre:"/a/w";)", R"(pcre:"/a/UH";)", R"(http.uri; pcre:"/a/H";)",
        R"(pcre:"/Host/W";)", R"(pcre:"/a/,what:x";)", R"(pcre:"/a/,flow:x";)"})
    EXPECT_NE(refusal(options), "") << options;
}

TEST(PcreKeyword, CapturesAreNamed) {
  const BuiltOptions built{R"(pcre:"/uid=(\d+) gid=(\d+)/, pkt:uid, flow:gid";)"};
  ASSERT_EQ(built.reason(), "");
  InspectSpace space;
  ASSERT_TRUE(inspect(built.steps(), {as_bytes("uid=0 gid=17"), 0, true}, space, Scene{}));
  ASSERT_EQ(space.captured_count, 2);
  EXPECT_EQ(space.captured[1].what->name, "gid");
  EXPECT_EQ(space.captured[1].what->kind, Capture::For::flow);
  EXPECT_EQ(as_text(space.captured[1].bytes), "17");
}

TEST(ByteKeywords, ReadWhatTheGuideShows) {
  EXPECT_TRUE(matches(R"(content:"|00 01 00 02|"; byte_test:2,=,0x01,0;)", std::string_view("\0\1\0\2", 4)));
  EXPECT_TRUE(matches(R"(content:"|00 01|"; byte_test:2,=,0x03,2,relative;)", std::string_view("\0\1\0\0\0\3", 6)));
  EXPECT_TRUE(matches(R"(content:"foo"; byte_test:4,=,1337,1,relative,string,dec;)", "foo=1337"));
  EXPECT_TRUE(matches("byte_test:1,!&,0x80,0;", "\x7f"));
  EXPECT_TRUE(matches("byte_test:0,>,100,0,string,dec;", "1234"));
  EXPECT_TRUE(matches("byte_test:1,=,5,0,bitmask 0xf0;", "\x50"));
  EXPECT_TRUE(matches(R"(byte_jump:2,0,little; content:"b"; within:1;)", std::string_view("\2\0xxb", 5)));
  EXPECT_TRUE(matches(R"(byte_jump:0,0, from_end, post_offset -2; content:"ab"; distance:0; within:2;)", "xxxxab"));
  EXPECT_TRUE(matches(R"(byte_extract:1,0,len; content:"b"; distance:len; within:1;)", "\x03xxb"));
  EXPECT_TRUE(matches("byte_math:bytes 1, offset 0, oper +, rvalue 248, result sum; byte_test:1,=,sum,1;", "\x01\xf9"));
  EXPECT_TRUE(matches("byte_extract:1,0,n; byte_math: bytes 1, offset 1, oper *,rvalue n, result r; byte_test:1,=,r,2;",
                      "\x03\x05\x0f"));
}

TEST(ByteKeywords, BadOnesAreRefused) {
  for (const char* options :
       {"byte_test:1,=,1;", "byte_test:9,=,1,0;", "byte_test:24,=,1,0,string,dec;", "byte_test:1,~,1,0;",
        "byte_test:1,=,x,0;", "byte_test:1,=,1,0,dec;", "byte_test:1,=,1,0,what;", "byte_test:0,=,1,0;",
        "byte_test:1,=,1,0,little,dce;", "byte_jump:1,0,multiplier 0;", "byte_jump:1,0,from_end,from_beginning;",
        "byte_extract:1,0;", "byte_extract:1,0,7;", "byte_extract:1,0,a,align 3;", "byte_test:1,=,1,0,bitmask 0;",
        "byte_math:bytes 1, offset 0, oper %, rvalue 1, result r;", "byte_math:bytes 1, offset 0, oper +, rvalue 1;",
        "byte_math:bytes 5, offset 0, oper <<, rvalue 1, result r;"})
    EXPECT_NE(refusal(options), "") << options;
}

TEST(SizeKeywords, WhatCanNeverMatchIsRefused) {
  EXPECT_EQ(refusal(R"(dns.query; content:"google.com"; bsize:10;)"), "");
  EXPECT_EQ(refusal(R"(dns.query; bsize:>5; content:"a"; bsize:<9;)"), "");
  for (const char* options :
       {R"(dns.query; content:"google.com"; bsize:9;)",
        R"(dns.query; bsize:<5; content:"abc"; content:"de"; distance:0;)", R"(dns.query; bsize:3; bsize:4;)",
        R"(dns.query; bsize:8<>9;)", R"(content:"abc"; dsize:2;)", "bsize:4;", R"(http.uri; content:"abc"; urilen:2;)",
        R"(dsize:4; http.uri; content:"a";)", "dsize:<0;", "dsize:70000;"})
    EXPECT_NE(refusal(options), "") << options;
}

TEST(SizeKeywords, OverlappingContentsNeedNoRoomOfTheirOwn) {
  EXPECT_EQ(refusal(R"(dns.query; content:"abc"; content:"bcd"; bsize:4;)"), "");
}

TEST(SizeKeywords, DsizeLooksAtThePacket) {
  const BuiltOptions built{"dsize:3<>6;"};
  ASSERT_EQ(built.builder.checks.size(), 1u);
  EXPECT_TRUE(built.builder.signature.packet_only);
  Packet packet;
  Scene scene;
  scene.packet = &packet;
  const Check& check = built.builder.checks[0];
  packet.payload = as_bytes("abcd");
  EXPECT_TRUE(check.holds(check, scene));
  packet.payload = as_bytes("abc");
  EXPECT_FALSE(check.holds(check, scene));
}

TEST(SizeKeywords, EntropyAsTheGuideWritesIt) {
  EXPECT_TRUE(matches("file.data; entropy: value >= 2;", "abcd", "file.data"));
  EXPECT_TRUE(matches("file.data; entropy: bytes 2, offset 1, value = 1;", "aaba", "file.data"));
  EXPECT_FALSE(matches("file.data; entropy: value !1-3;", "abcd", "file.data"));
  EXPECT_NE(refusal("file.data; entropy: bytes 2;"), "");
  EXPECT_NE(refusal("file.data; entropy: value 9;"), "");
}

TEST(SizeKeywords, AbsentStandsFirstAndAlone) {
  EXPECT_EQ(refusal("http.referer; absent;"), "");
  EXPECT_EQ(refusal(R"(http.referer; absent:or_else; content:!"a";)"), "");
  EXPECT_NE(refusal(R"(http.referer; absent; content:"a";)"), "");
  EXPECT_NE(refusal(R"(http.referer; content:"a"; absent;)"), "");
  EXPECT_NE(refusal("absent;"), "");
}

TEST(DecodedKeywords, Base64) {
  EXPECT_TRUE(matches(
      R"(content:"arg"; http_uri; base64_decode:bytes 17, offset 1, relative; base64_data; content:"thisisatest";)",
      "/?arg=dGhpc2lzYXRlc3QK", "http.uri"));
  const BuiltOptions built{R"(base64_decode; base64_data; content:"a"; pkt_data; content:"b";)"};
  EXPECT_EQ(std::get<DecodeBase64>(built.steps().at(0)).steps, 1) << "what follows pkt_data is not decoded";
  EXPECT_NE(refusal("base64_data;"), "");
  EXPECT_NE(refusal("base64_decode:bytes x;"), "");
}

TEST(DecodedKeywords, Rpc) {
  const BuiltOptions built{"rpc:100000, *, 3;"};
  ASSERT_EQ(built.builder.checks.size(), 1u);
  Packet packet;
  packet.has_transport = true;
  packet.protocol = ip_protocol::udp;
  Scene scene;
  scene.packet = &packet;
  std::string call("\0\0\0\1\0\0\0\0\0\0\0\2\0\1\x86\xa0\0\0\0\2\0\0\0\3", 24);
  packet.payload = as_bytes(call);
  const Check& check = built.builder.checks[0];
  EXPECT_TRUE(check.holds(check, scene));
  call[23] = 4;
  EXPECT_FALSE(check.holds(check, scene));
  packet.payload = packet.payload.first(23);
  EXPECT_FALSE(check.holds(check, scene));
}

TEST(DecodedKeywords, Asn1) {
  EXPECT_TRUE(
      matches(R"(content:"AA"; asn1:relative_offset 0, bitstring_overflow, oversize_length 140;)", "AA\x03\x01\xff"));
  EXPECT_NE(refusal("asn1:relative_offset 0;"), "");
  EXPECT_NE(refusal("asn1:what;"), "");
}

TEST(WholeRules, ContentsThatABufferCannotHold) {
  EXPECT_NE(refusal(R"(http.host; content:"Example.com";)"), "");
  EXPECT_EQ(refusal(R"(http.host; content:"Example.com"; nocase;)"), "");
  EXPECT_NE(refusal(R"(http.user_agent; content:"curl|0d 0a|";)"), "");
  EXPECT_NE(refusal(R"(http.uri; to_lowercase; content:"ABC";)"), "");
}

TEST(ReadNumber, AllForms) {
  const auto holds = [](std::string_view text, std::uint64_t x) {
    const ReadNumber read = read_number_test(text, 1u << 31);
    EXPECT_TRUE(read.ok) << text << ": " << read.reason;
    return read.test.holds(x);
  };
  EXPECT_TRUE(holds("12", 12));
  EXPECT_TRUE(holds("=0xC", 12));
  EXPECT_FALSE(holds("!12", 12));
  EXPECT_TRUE(holds("> 12", 13));
  EXPECT_TRUE(holds("<=12", 12));
  EXPECT_FALSE(holds("10<>12", 10));
  EXPECT_TRUE(holds("10 <> 12", 11));
  EXPECT_FALSE(holds("10-12", 12));
  EXPECT_TRUE(holds("!10-12", 12));
  EXPECT_TRUE(holds("&0x0f=1", 0xf1));
  EXPECT_TRUE(holds("&0x0f!=1", 0xf2));
  EXPECT_TRUE(holds(">2MB", (2u << 20) + 1));
  constexpr NamedNumber kNames[] = {{3, "read"}, {6, "write-one"}};
  EXPECT_TRUE(read_number_test("Read", 255, kNames).test.holds(3));
  EXPECT_TRUE(read_number_test("!write-one", 255, kNames).test.holds(3));
}

TEST(ReadNumber, BadOnesAreRefused) {
  for (const char* text : {"", "x", "1x", "256", "<0", ">255", ">=0", "<=255", "5-5", "5-6", "9-1", "&1", "1<>x", "-1"})
    EXPECT_FALSE(read_number_test(text, 255).ok) << text;
}

}  // namespace
}  // namespace gatehouse::ips::compile
