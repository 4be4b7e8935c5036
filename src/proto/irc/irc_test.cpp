// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/irc/irc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::irc {
namespace {

using test::SessionDriver;
using test::Turn;
using ::testing::Contains;
using ::testing::ElementsAre;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

// A bot that asks for its orders (RFC 2812, 3).
const std::vector<Turn> kTalk{{C, "NICK [X]4711\r\nUSER bot 0 * :A Camera\r\n"},
                              {S, ":irc.example 001 [X]4711 :Welcome\r\nPING :x\r\n"},
                              {C, "PONG :x\r\nJOIN #plan key\r\n"},
                              {S,
                               ":irc.example 332 [X]4711 #plan :.scan 10.0.0.0/8\r\n"
                               ":boss!u@h PRIVMSG #plan :go on\r\n"}};

TEST(Irc, WhatNamesOrSaysSomethingIsARecord) {
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, kTalk),
            R"(log irc {"irc":{"command":"NICK","nick":"[X]4711"}}
log irc {"irc":{"command":"USER","user":"bot","real_name":"A Camera"}}
log irc {"irc":{"command":"JOIN","target":"#plan"}}
log irc {"irc":{"command":"332","nick":"irc.example","target":"#plan","text":".scan 10.0.0.0/8"}}
log irc {"irc":{"command":"PRIVMSG","nick":"boss","target":"#plan","text":"go on"}}
)");
  test::expect_prefixes_need_more(protocol, C, "JOIN #plan\r\n");
}

TEST(Irc, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kTalk) driver.feed(turn.direction, turn.bytes);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("irc.command"), Contains("001"));
  EXPECT_THAT(fields.at("irc.nick"), ElementsAre("[X]4711", "irc.example", "boss"));
  EXPECT_THAT(fields.at("irc.user"), ElementsAre("bot"));
  EXPECT_THAT(fields.at("irc.target"), ElementsAre("#plan"));
  EXPECT_THAT(fields.at("irc.text"), ElementsAre(".scan 10.0.0.0/8", "go on"));
}

TEST(Irc, EachEventIsToldOnce) {
  SessionDriver driver{protocol};
  driver.feed(C, "JOIN " + std::string(10'000, '#') + "\r\n12345 a\r\n12345 b\r\n");
  EXPECT_THAT(driver.lines(), Contains("event to_server line_too_long"));
  EXPECT_EQ(std::ranges::count(driver.lines(), "event to_server malformed_message"), 1);
}

TEST(Irc, StarttlsChangesTheProtocol) {
  SessionDriver driver{protocol};
  driver.feed(C, "STARTTLS\r\n");
  driver.feed(S, ":irc.example 670 x :STARTTLS successful\r\n");
  EXPECT_THAT(driver.lines(), ElementsAre("change tls"));
}

TEST(IrcProbe, ByWhatOnlyItSays) {
  const auto looks = [](Direction direction, std::string_view text) {
    return protocol.detector.probe(direction, as_bytes(text), 12345);
  };
  EXPECT_EQ(looks(C, "NICK x\r\nUSER a 0 * :b\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "CAP LS 302\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "NICK x\r\n"), Probe::need_more);
  EXPECT_EQ(looks(C, "USER me\r\n"), Probe::no) << "FTP, POP3";
  EXPECT_EQ(looks(C, "NI"), Probe::need_more);
  EXPECT_EQ(looks(C, "Nobody knows the end"), Probe::no);
  EXPECT_EQ(looks(C, "PUT / HTTP/1.1\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "PASS x\r\nSTAT\r\n"), Probe::no);
  EXPECT_EQ(looks(S, ":irc.example NOTICE AUTH :*** Looking up\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "NOTICE AUTH :*** Looking up\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, ":irc.example 001 me :Welcome\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, ":1\r\n"), Probe::no) << "Redis' numbers";
  EXPECT_EQ(looks(S, ":time now\r\n"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::irc
