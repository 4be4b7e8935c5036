// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/openvpn/openvpn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::openvpn {
namespace {

using test::from_hex;
using testing::HasSubstr;
constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

const std::string kClient = from_hex("38 39fded2daa10a437"), kServer = from_hex("40 9421917de7267729");
const std::string kReplay = from_hex("00000001 625a9e97");
const std::string kNothing = from_hex("00 00000000");                           // no acknowledgement, packet 0
const std::string kAnswer = from_hex("01 00000000 39fded2daa10a437 00000000");  // packet 0 acknowledged
std::string framed(const std::string& packet) {
  return std::string{static_cast<char>(packet.size() >> 8), static_cast<char>(packet.size())} + packet;
}
const std::string kWrapped = std::string(298, 'w') + from_hex("012c");  // a wrapped key of 300 octets

Probe look(const std::string& packet) {
  return protocol.detector.first_bytes[0].has(static_cast<std::uint8_t>(packet[0]))
             ? protocol.detector.probe_datagram(kToServer, as_bytes(packet), 0)
             : Probe::no;
}

TEST(Openvpn, ASessionBeginsWithTwoResets) {
  test::SessionDriver talk{protocol, true};
  talk.datagram(kToServer, as_bytes(kClient + kNothing));
  EXPECT_FALSE(talk.stopped());
  talk.datagram(kToClient, as_bytes(kServer + kAnswer));
  EXPECT_TRUE(talk.stopped());
  EXPECT_EQ(
      talk.text(),
      "log openvpn "
      "{\"openvpn\":{\"opcode\":\"client_reset_v2\",\"session_id\":\"39fded2daa10a437\",\"protection\":\"none\"}}\n"
      "log openvpn "
      "{\"openvpn\":{\"opcode\":\"server_reset_v2\",\"session_id\":\"9421917de7267729\",\"protection\":\"none\"}}\n");
  EXPECT_EQ(talk.fields().at("openvpn.opcode"), (std::vector<std::string>{"7", "8"}));
  EXPECT_EQ(talk.fields().at("openvpn.session_id").size(), 2u);
  EXPECT_EQ(talk.fields().at("openvpn.protection"), std::vector<std::string>{"1"});
}

TEST(Openvpn, EveryWayToProtectItIsKnown) {
  const auto protection_of = [](const std::string& packet) {
    test::SessionDriver talk{protocol, true};
    talk.datagram(kToServer, as_bytes(packet));
    return talk.fields().count("openvpn.protection") != 0 ? talk.fields().at("openvpn.protection").front() : "";
  };
  for (const std::size_t hmac : {16u, 20u, 28u, 32u, 48u, 64u}) {
    const std::string packet = kClient + std::string(hmac, 'h') + kReplay + kNothing;
    EXPECT_EQ(protection_of(packet), "2");
    EXPECT_EQ(look(packet), Probe::yes);
  }
  const std::string crypt = kClient + kReplay + std::string(32 + 5, 'c');
  EXPECT_EQ(protection_of(crypt), "3");
  EXPECT_EQ(look(crypt), Probe::yes);
  EXPECT_EQ(look(kServer + kReplay + std::string(32 + 17 + 6, 'c')), Probe::yes);
  const std::string v2 = "\x50" + kClient.substr(1) + kReplay + std::string(32 + 5, 'c') + kWrapped;
  EXPECT_EQ(protection_of(v2), "4");
  EXPECT_EQ(look(v2), Probe::yes);
}

TEST(Openvpn, OverTcpEachPacketStandsBehindItsLength) {
  const std::string told = test::expect_same_in_any_chunks(
      protocol, {{kToServer, framed(kClient + kNothing)}, {kToClient, framed(kServer + kAnswer)}});
  EXPECT_THAT(told, HasSubstr("server_reset_v2"));
  test::expect_prefixes_need_more(protocol, kToServer, framed(kClient + kNothing));
  const auto stream = [](const std::string& bytes) { return protocol.detector.probe(kToServer, as_bytes(bytes), 0); };
  EXPECT_EQ(stream(framed(kClient + kNothing)), Probe::yes);
  EXPECT_EQ(stream(framed(kClient + kNothing).substr(0, 9)), Probe::need_more);
  EXPECT_EQ(stream(framed(kClient + "12345")), Probe::no);
  EXPECT_EQ(stream(from_hex("0005 38")), Probe::no);
  EXPECT_EQ(stream("GET / HTTP/1.1"), Probe::no);
}

TEST(Openvpn, DataEndsWhatCanBeRead) {
  test::SessionDriver talk{protocol, true};
  talk.datagram(kToServer, as_bytes(std::string("\x48 data")));
  EXPECT_TRUE(talk.stopped());
}

TEST(Openvpn, AClientThatNobodyAnswersIsGivenUp) {
  test::SessionDriver talk{protocol, true};
  for (int i = 0; i < 31; ++i) talk.datagram(kToServer, as_bytes(kClient + kNothing));
  EXPECT_FALSE(talk.stopped());
  talk.datagram(kToServer, as_bytes(kClient + kNothing));
  EXPECT_TRUE(talk.stopped());
}

TEST(Openvpn, APacketThatIsNoneIsAnEvent) {
  for (const std::string& packet :
       {std::string("\xf8 none"), std::string("\x20short"), std::string("\x20") + std::string(12, '\0')}) {
    test::SessionDriver talk{protocol, true};
    talk.datagram(kToServer, as_bytes(packet));
    EXPECT_EQ(talk.text(), "event to_server malformed_packet\n");
  }
}

TEST(Openvpn, WhatOnlyLooksLikeItIsNotClaimed) {
  EXPECT_EQ(look(kClient + kNothing + "x"), Probe::no);
  EXPECT_EQ(look(kClient + from_hex("00 00000001")), Probe::no);  // not the first packet
  EXPECT_EQ(look("\x39" + kClient.substr(1) + kNothing), Probe::no);
  EXPECT_EQ(look("\x38" + std::string(8, '\0') + kNothing), Probe::no);
  EXPECT_EQ(look(kClient + std::string(20, 'h') + from_hex("00000001 00000000") + kNothing), Probe::no);
  EXPECT_EQ(look(kClient + from_hex("ffffffff 625a9e97") + std::string(37, 'c')), Probe::no);
  EXPECT_EQ(look("\x50" + kClient.substr(1) + kReplay + std::string(337, 'c')), Probe::no);
  EXPECT_EQ(look(std::string(54, '8')), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::openvpn
