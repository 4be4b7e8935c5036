// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/wireguard/wireguard.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::wireguard {
namespace {

using test::from_hex;
constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

// What looks like chance, always the same.
std::string chance(std::size_t size) {
  std::string bytes;
  std::uint32_t state = 1;
  while (bytes.size() < size) bytes.push_back(static_cast<char>((state = state * 1664525 + 1013904223) >> 24));
  return bytes;
}
const std::string kInitiation = from_hex("01 000000 11223344") + chance(140);
const std::string kResponse = from_hex("02 000000 55667788 11223344") + chance(80);
const std::string kCookie = from_hex("03 000000 11223344") + chance(56);
const std::string kData = from_hex("04 000000 55667788 0000000000000000") + chance(16 + 32);

struct Talk : test::SessionDriver {
  Talk() : SessionDriver(protocol, true) {}
};

TEST(Wireguard, AHandshakeIsTwoMessagesAndThenAllIsDark) {
  Talk talk;
  talk.datagram(kToServer, as_bytes(kInitiation));
  talk.datagram(kToClient, as_bytes(kResponse));
  EXPECT_FALSE(talk.stopped());
  talk.datagram(kToServer, as_bytes(kData));
  EXPECT_TRUE(talk.stopped());
  EXPECT_EQ(talk.text(),
            "log wireguard {\"wireguard\":{\"type\":\"initiation\",\"sender\":1144201745}}\n"
            "log wireguard {\"wireguard\":{\"type\":\"response\",\"sender\":2289526357,\"receiver\":1144201745}}\n"
            "log wireguard {\"wireguard\":{\"type\":\"data\",\"receiver\":2289526357}}\n");
  EXPECT_EQ(talk.fields().at("wireguard.type"), (std::vector<std::string>{"1", "2", "4"}));
  EXPECT_EQ(talk.fields().at("wireguard.sender").size(), 2u);
  EXPECT_EQ(talk.fields().at("wireguard.receiver").size(), 2u);
}

TEST(Wireguard, AServerUnderLoadAnswersWithACookie) {
  Talk talk;
  talk.datagram(kToServer, as_bytes(kInitiation));
  talk.datagram(kToClient, as_bytes(kCookie));
  EXPECT_EQ(talk.fields().at("wireguard.type").back(), "3");
  EXPECT_FALSE(talk.stopped());
}

TEST(Wireguard, AnAnswerToNobodyIsAnEvent) {
  Talk talk;
  talk.datagram(kToServer, as_bytes(kInitiation));
  talk.datagram(kToClient, as_bytes(from_hex("02 000000 55667788 aaaaaaaa") + chance(80)));
  EXPECT_NE(talk.text().find("event to_client unknown_receiver"), std::string::npos);
}

TEST(Wireguard, AMessageOfAnotherSizeIsAnEvent) {
  for (const std::string& other :
       {kInitiation + "x", kResponse.substr(0, 91), std::string("\x05rest"), std::string("\x01")}) {
    Talk talk;
    talk.datagram(kToServer, as_bytes(other));
    EXPECT_EQ(talk.text(), "event to_server malformed_message\n");
  }
}

TEST(Wireguard, AHandshakeThatIsNeverAnsweredIsGivenUp) {
  Talk talk;
  for (int i = 0; i < 63; ++i) talk.datagram(kToServer, as_bytes(kInitiation));
  EXPECT_FALSE(talk.stopped());
  talk.datagram(kToServer, as_bytes(kInitiation));
  EXPECT_TRUE(talk.stopped());
}

TEST(Wireguard, IsRecognisedByContentAlone) {
  const auto look = [](const std::string& bytes) { return protocol.detector.probe(kToServer, as_bytes(bytes), 0); };
  for (const std::string& message : {kInitiation, kResponse, kCookie, kData}) EXPECT_EQ(look(message), Probe::yes);
  EXPECT_EQ(look(kInitiation.substr(0, 147)), Probe::no);
  EXPECT_EQ(look(from_hex("01 000001 11223344") + chance(140)), Probe::no);
  EXPECT_EQ(look(from_hex("01 000000 11223344") + std::string(140, '\0')), Probe::no);
  EXPECT_EQ(look(from_hex("01 000000 00000000") + chance(140)), Probe::no);
  EXPECT_EQ(look(from_hex("04 000000 55667788 ffffffffffffffff") + chance(48)), Probe::no);
  EXPECT_EQ(look(from_hex("04 000000 55667788 0000000000000000") + std::string(48, 'x')), Probe::no);
  EXPECT_EQ(look(from_hex("04 000000 55667788 0000000000000000") + chance(47)), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::wireguard
