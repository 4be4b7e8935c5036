// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/stun/stun.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/stun/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::stun {
namespace {

using test::from_hex;
using testing::HasSubstr;
constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

std::string attribute(int type, std::string value) {
  std::string bytes{static_cast<char>(type >> 8), static_cast<char>(type), static_cast<char>(value.size() >> 8),
                    static_cast<char>(value.size())};
  bytes += value;
  bytes.resize((bytes.size() + 3) / 4 * 4);
  return bytes;
}
std::string message(int type, const std::string& attributes, bool cookie = true) {
  return std::string{static_cast<char>(type >> 8), static_cast<char>(type), static_cast<char>(attributes.size() >> 8),
                     static_cast<char>(attributes.size())} +
         (cookie ? from_hex("2112a442") : "clas") + from_hex("b7e7a701bc34d686fa87dfae") + attributes;
}

// RFC 5769, 2.1: a request of ICE with its checksum. 2.2: the answer to it over IPv4.
const std::string kRequest = from_hex(R"(
  00 01 00 58  21 12 a4 42  b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 10  53 54 55 4e 20 74 65 73 74 20 63 6c 69 65 6e 74   # SOFTWARE "STUN test client"
  00 24 00 04  6e 00 01 ff
  80 29 00 08  93 2f f9 b1 51 26 3b 36
  00 06 00 09  65 76 74 6a 3a 68 36 76 59 20 20 20               # USERNAME "evtj:h6vY"
  00 08 00 14  9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2
  80 28 00 04  e5 7a 3b cf)");
const std::string kAnswer = from_hex(R"(
  01 01 00 3c  21 12 a4 42  b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 0b  74 65 73 74 20 76 65 63 74 6f 72 20
  00 20 00 08  00 01 a1 47 e1 12 a6 43                           # 192.0.2.1:32853
  00 08 00 14  2b 91 f5 99 fd 9e 90 c3 8c 74 89 f9 2a f9 ba 53 f0 6b e7 d7
  80 28 00 04  c0 7d 4c 96)");

struct Talk : test::SessionDriver {
  Talk() : SessionDriver(protocol, true) {}
  void client(const std::string& bytes) { datagram(kToServer, as_bytes(bytes)); }
  void server(const std::string& bytes) { datagram(kToClient, as_bytes(bytes)); }
};

TEST(Stun, TheStandardsExamplesAreRead) {
  Talk talk;
  talk.client(kRequest);
  talk.server(kAnswer);
  EXPECT_EQ(talk.fields().at("stun.method"), std::vector<std::string>{"1"});
  EXPECT_EQ(talk.fields().at("stun.class"), (std::vector<std::string>{"0", "2"}));
  EXPECT_EQ(talk.fields().at("stun.software"), (std::vector<std::string>{"STUN test client", "test vector"}));
  EXPECT_EQ(talk.fields().at("stun.username"), std::vector<std::string>{"evtj:h6vY"});
  EXPECT_EQ(talk.fields().at("stun.mapped_address"), std::vector<std::string>{"192.0.2.1:32853"});
  EXPECT_EQ(
      talk.lines()[0],
      R"(log stun {"stun":{"method":"binding","class":"request","software":"STUN test client","username":"evtj:h6vY"}})");
  EXPECT_EQ(
      talk.lines()[1],
      R"(log stun {"stun":{"method":"binding","class":"success","software":"test vector","mapped_address":"192.0.2.1:32853"}})");
}

TEST(Stun, ARelayTellsWithWhomItsClientTalks) {
  Talk talk;
  talk.client(message(0x0003, attribute(0x19, from_hex("11000000"))));
  talk.server(message(0x0113, attribute(0x09, from_hex("00000401")) + attribute(0x14, "relay.example")));
  talk.server(message(0x0103, attribute(0x16, from_hex("0001 e112 e112a640"))));  // 192.0.2.2, port 0xc000
  talk.client(message(0x0008, attribute(0x12, from_hex("0002 2113 0113a9fa b7e7a701bc34d686fa87dfaf"))));
  EXPECT_EQ(talk.fields().at("stun.error_code"), std::vector<std::string>{"401"});
  EXPECT_EQ(talk.fields().at("stun.realm"), std::vector<std::string>{"relay.example"});
  EXPECT_EQ(talk.fields().at("stun.relayed_address"), std::vector<std::string>{"192.0.2.2:49152"});
  EXPECT_EQ(talk.fields().at("stun.peer_address"), std::vector<std::string>{"[2001:db8::1]:1"});
  EXPECT_THAT(talk.text(),
              HasSubstr(R"({"method":"create_permission","class":"request","peer_address":"[2001:db8::1]:1"})"));
}

TEST(Stun, WhatIsSaidAgainIsNotLoggedAgain) {
  Talk talk;
  for (int i = 0; i < 5; ++i) talk.client(kRequest);
  EXPECT_EQ(talk.lines().size(), 1u);
}

TEST(Stun, ACallThatHasBegunIsNotReadForEver) {
  Talk talk;
  talk.client(kRequest);
  for (unsigned i = 1; i < kMaxMessages; ++i) talk.client(kRequest);
  EXPECT_TRUE(talk.stopped());
  Talk media;
  media.client(kRequest);
  for (unsigned i = 0; i < kMaxForeign; ++i) media.server(from_hex("8060 0001 0000000a 00000001 0102030405060708"));
  EXPECT_TRUE(media.stopped());
}

TEST(Stun, BehindItTheKeysOfTheCallAreAgreedOn) {
  Talk talk;
  talk.client(kRequest);
  talk.client(from_hex("16 fefd 0000 000000000000 0001 00"));
  EXPECT_EQ(talk.lines().back(), "change dtls");
}

TEST(Stun, ObjectsToWhatIsNotSound) {
  const auto events_of = [](const std::string& bytes) {
    Talk talk;
    talk.client(bytes);
    std::string events;
    for (const std::string& line : talk.lines())
      if (line.starts_with("event")) events += line + "\n";
    return events;
  };
  std::string changed = kRequest;
  changed[30] = static_cast<char>(changed[30] ^ 1);
  EXPECT_EQ(events_of(changed), "event to_server wrong_fingerprint\n");
  EXPECT_EQ(events_of(kRequest + "more"), "event to_server malformed_message\n");
  EXPECT_EQ(events_of(message(1, from_hex("8022 0010 61626364"))), "event to_server malformed_message\n");
}

TEST(Stun, AStreamGivesTheSameInAnyChunks) {
  const std::string channel = from_hex("4000 0005 0102030405 000000");  // of TURN, padded
  const std::string told = test::expect_same_in_any_chunks(
      protocol, {{kToServer, message(0x0003, "") + channel + kRequest}, {kToClient, channel + kAnswer}});
  EXPECT_THAT(told, HasSubstr("evtj:h6vY"));
  test::expect_prefixes_need_more(protocol, kToServer, kRequest);
  test::SessionDriver lost{protocol};
  lost.feed(kToServer, message(1, "", false));
  EXPECT_EQ(lost.text(), "event to_server malformed_message\n");
}

TEST(Stun, IsRecognisedByContentAlone) {
  const auto look = [](const std::string& bytes, std::uint16_t port = 0) {
    return probe_datagram(kToServer, as_bytes(bytes), port);
  };
  EXPECT_EQ(look(kRequest), Probe::yes);
  EXPECT_EQ(look(message(1, "")), Probe::yes);
  const std::string change = attribute(3, std::string(4, '\0'));
  EXPECT_EQ(look(message(1, change, false)), Probe::yes);  // RFC 3489
  EXPECT_EQ(look(message(1, "", false), 3478), Probe::yes);
  EXPECT_EQ(look(message(1, "", false)), Probe::no);
  EXPECT_EQ(look(message(3, change, false)), Probe::no);
  EXPECT_EQ(look(message(1, attribute(0x77, "abcd"), false)), Probe::no);
  EXPECT_EQ(look(kRequest + "x"), Probe::no);
  EXPECT_EQ(look(from_hex("0001 0000 0001 0000 0000 0000 036e6173 00 0001 0001")), Probe::no);  // DNS

  const auto stream = [](const std::string& bytes) { return probe(kToServer, as_bytes(bytes), 0); };
  EXPECT_EQ(stream(kRequest.substr(0, 7)), Probe::need_more);
  EXPECT_EQ(stream(kRequest), Probe::yes);
  EXPECT_EQ(stream(message(1, "", false)), Probe::no);
  EXPECT_EQ(stream(message(0x0fe5, "")), Probe::no);
  EXPECT_EQ(stream("\x03\x01 text of another protocol"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::stun
