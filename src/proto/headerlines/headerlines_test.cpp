// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/headerlines/headerlines.hpp"

#include <gtest/gtest.h>

#include "proto/headerlines/inflow.hpp"

namespace gatehouse::proto::headerlines {
namespace {

constexpr std::string_view kHead =
    "INVITE sip:door@things.example SIP/2.0\r\n"
    "Via: SIP/2.0/UDP a\r\n"
    "v: SIP/2.0/UDP b\r\n"
    "Subject: somebody\r\n"
    "  rings\r\n"
    "l:0\r\n"
    "\r\n";

TEST(Headerlines, ARequestLine) {
  StartLine start;
  ASSERT_TRUE(start.parse("INVITE sip:door@things.example SIP/2.0\r\n", "SIP/"));
  EXPECT_FALSE(start.is_response);
  EXPECT_EQ(start.method, "INVITE");
  EXPECT_EQ(start.uri, "sip:door@things.example");
  EXPECT_EQ(start.version, "SIP/2.0");
  EXPECT_EQ(start.line, "INVITE sip:door@things.example SIP/2.0");
}

TEST(Headerlines, AStatusLine) {
  StartLine start;
  ASSERT_TRUE(start.parse("SIP/2.0 404 Not Found\n", "SIP/"));
  EXPECT_TRUE(start.is_response);
  EXPECT_EQ(start.code, "404");
  EXPECT_EQ(start.reason, "Not Found");
  ASSERT_TRUE(start.parse("RTSP/1.0 200\r\n", "RTSP/")) << "a reason may be missing";
  EXPECT_EQ(start.reason, "");
}

TEST(Headerlines, WhatIsNoStartLine) {
  StartLine start;
  for (const std::string_view line :
       {"", "INVITE", "INVITE  SIP/2.0", "invite sip:a SIP/2.0", "INVITE sip:a SIP/20", "INVITE sip:a b SIP/2.0",
        "SIP/2.0 20", "SIP/2.0 099 x", "SIP/2.0 2000 x", "GET / HTTP/1.1", "INVITE sip:\x01 SIP/2.0"})
    EXPECT_FALSE(start.parse(line, "SIP/")) << line;
}

TEST(Headerlines, AProbeKnowsAsSoonAsTheLineIsThere) {
  const auto probed = [](std::string_view text) { return probe_start_line(as_bytes(text), "SIP/"); };
  constexpr std::string_view request = "REGISTER sip:a SIP/2.0\r\n", response = "SIP/2.0 200 OK\r\n";
  for (const std::string_view line : {request, response}) {
    for (std::size_t size = 1; size < line.size(); ++size)
      EXPECT_EQ(probed(line.substr(0, size)), Probe::need_more) << line.substr(0, size);
    EXPECT_EQ(probed(line), Probe::yes);
  }
  for (const std::string_view other : {"GET / HTTP/1.1\r\n", "220 mail", "SIPX/2.0 200 OK", "\x16\x03\x01", "a b"})
    EXPECT_EQ(probed(other), Probe::no) << other;
  EXPECT_EQ(probed(std::string(kLongestStartLine, 'A')), Probe::no);
}

TEST(Headerlines, FieldsByNameInAnyCaseAndShort) {
  Head head;
  ASSERT_TRUE(head.parse(as_bytes(kHead), "SIP/"));
  EXPECT_EQ(head.find("via", "v", 0), "SIP/2.0/UDP a");
  EXPECT_EQ(head.find("via", "v", 1), "SIP/2.0/UDP b");
  EXPECT_FALSE(head.find("via", "v", 2));
  EXPECT_EQ(head.find("Content-Length", "l"), "0");
  EXPECT_EQ(head.find("subject"), "somebody\r\n  rings") << "a folded value stands as it was sent";
  EXPECT_TRUE(head.well_formed());
}

TEST(Headerlines, ALineWithoutColonIsNoField) {
  Head head;
  ASSERT_TRUE(head.parse(as_bytes(std::string_view("BYE sip:a SIP/2.0\r\nnonsense\r\n\r\n")), "SIP/"));
  EXPECT_FALSE(head.well_formed());
}

TEST(Headerlines, NoMoreThanSoManyValuesOfAName) {
  std::string text = "BYE sip:a SIP/2.0\r\n";
  for (unsigned i = 0; i <= kMaxListed; ++i) text += "v: x\r\n";
  Head head;
  ASSERT_TRUE(head.parse(as_bytes(text), "SIP/"));
  EXPECT_TRUE(head.find("via", "v", kMaxListed - 1));
  EXPECT_FALSE(head.find("via", "v", kMaxListed));
}

TEST(Headerlines, TheHeadsEndIsFoundHoweverItComes) {
  for (std::size_t cut = 0; cut < kHead.size(); ++cut) {
    HeadFinder finder;
    EXPECT_EQ(finder.find(as_bytes(kHead.substr(0, cut))), 0u) << cut;
    EXPECT_EQ(finder.find(as_bytes(kHead)), kHead.size()) << cut;
  }
  HeadFinder bare;
  EXPECT_EQ(bare.find(as_bytes(std::string_view("a\nb\n\nbody"))), 5u) << "line ends without CR";
}

TEST(Headerlines, Parameters) {
  constexpr std::string_view digest = R"(Digest username="do\"or", realm="a, b; c=d", nonce=1)";
  EXPECT_EQ(parameter(digest, "username"), R"(do\"or)");
  EXPECT_EQ(parameter(digest, "REALM"), "a, b; c=d");
  EXPECT_EQ(parameter(digest, "nonce"), "1");
  EXPECT_FALSE(parameter(digest, "c"));
  EXPECT_EQ(parameter("RTP/AVP;unicast;client_port=8000-8001", "client_port"), "8000-8001");
  EXPECT_EQ(parameter(R"(a="unclosed)", "a"), "unclosed");
  EXPECT_FALSE(parameter("a", "a"));
}

TEST(Headerlines, Hosts) {
  EXPECT_EQ(host_of("sip:door@things.example:5060;transport=tcp"), "things.example");
  EXPECT_EQ(host_of("sip:things.example"), "things.example");
  EXPECT_EQ(host_of("rtsp://user:secret@camera.example:554/live"), "camera.example");
  EXPECT_EQ(host_of("rtsp://[2001:db8::9]:554/live"), "2001:db8::9");
  EXPECT_EQ(host_of("*"), "");
}

TEST(Headerlines, Users) {
  std::array<char, kLongestUser> room;
  EXPECT_EQ(user_of(R"(Digest username="door")", room), "door");
  EXPECT_EQ(user_of("Basic YWRtaW46MTIzNDU=", room), "admin");
  EXPECT_EQ(user_of("Basic YWRtaW4=", room), "") << "without a password there is no user";
  EXPECT_EQ(user_of("Bearer x", room), "");
}

TEST(Headerlines, Numbers) {
  EXPECT_EQ(decimal("272"), 272u);
  EXPECT_FALSE(decimal(""));
  EXPECT_FALSE(decimal("-1"));
  EXPECT_FALSE(decimal("12345678901234567890"));
}

Inflow::Found next(Inflow& inflow, std::string_view text, Inflow::Message& message) {
  return inflow.next(
      as_bytes(text), "SIP/", [](const Head& head) { return head.find("Read").has_value(); }, 100, message);
}

TEST(Inflow, BodiesThatAreReadAndOthers) {
  Inflow inflow;
  Inflow::Message message;
  constexpr std::string_view read = "BYE sip:a SIP/2.0\r\nRead: yes\r\nl: 3\r\n\r\nabc";
  EXPECT_EQ(next(inflow, read.substr(0, read.size() - 1), message), Inflow::Found::need_more);
  ASSERT_EQ(next(inflow, read, message), Inflow::Found::message);
  EXPECT_EQ(as_text(message.body), "abc");
  EXPECT_EQ(message.size, read.size());
  constexpr std::string_view passed = "BYE sip:a SIP/2.0\r\nl: 3\r\n\r\n";
  ASSERT_EQ(next(inflow, passed, message), Inflow::Found::message);
  EXPECT_EQ(message.length, 3u);
  EXPECT_EQ(message.size, passed.size());
  EXPECT_EQ(inflow.passable(as_bytes(std::string_view("ab"))), 2u);
  EXPECT_EQ(inflow.passable(as_bytes(std::string_view("c\r\n\r\nBYE"))), 5u);
}

TEST(Inflow, WhatIsNoMessage) {
  Inflow::Message message;
  for (const auto& [text, found] :
       {std::pair{std::string("hello\r\n"), Inflow::Found::no_start_line},
        std::pair{std::string("BYE sip:a SIP/2.0\r\nl: x\r\n\r\n"), Inflow::Found::bad_length},
        std::pair{"BYE sip:a SIP/2.0\r\na: " + std::string(kLongestHead, 'x'), Inflow::Found::head_too_long}}) {
    Inflow inflow;
    EXPECT_EQ(next(inflow, text, message), found);
  }
}

TEST(Inflow, GapsInBodiesAndElsewhere) {
  Inflow inflow;
  Inflow::Message message;
  ASSERT_EQ(next(inflow, "BYE sip:a SIP/2.0\r\nl: 100\r\n\r\n", message), Inflow::Found::message);
  inflow.gap(60);
  EXPECT_FALSE(inflow.lost());
  EXPECT_EQ(inflow.passable(as_bytes(std::string(50, 'x'))), 40u);
  inflow.gap(1);
  EXPECT_TRUE(inflow.lost());
  EXPECT_EQ(next(inflow, "tail of something", message), Inflow::Found::nothing);
  EXPECT_EQ(next(inflow, "BYE sip:a SIP/2.0\r\n\r\n", message), Inflow::Found::message);
  EXPECT_FALSE(inflow.lost());
}

}  // namespace
}  // namespace gatehouse::proto::headerlines
