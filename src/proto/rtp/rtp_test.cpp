// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtp/rtp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

// RFC 3550, 5.1: payload type 8 (PCMA), the given sequence number and timestamp, source 0x11223344, 160 samples.
std::string sound(const char* sequence = "0001", const char* time = "00001000", const char* ssrc = "11223344") {
  return from_hex(std::string("80 08 ") + sequence + time + ssrc) + std::string(160, '\xd5');
}
// RFC 3550, 6.4.1 and 6.5: a sender report without blocks, and who it is from.
const std::string kReport = from_hex(R"(
  80 c8 0006  11223344  e93c7a10 00000000 00001000 00000001 000000a0
  81 ca 000a  11223344  01 09 62656c6c4061323031         # CNAME "bell@a201"
                        02 04 42656c6c                   # NAME "Bell"
                        05 04 64 6f 6f 72                # LOC "door"
                        06 05 6c69762031                 # TOOL "liv 1"
                        07 02 6f6b  00 00)");                                             // NOTE "ok", and the end
const std::string kBye = from_hex("80 c9 0001 11223344  81 cb 0002 11223344 03 656e64");  // "end"

TEST(Rtp, AStreamIsToldOnceInEachDirectionAndThenSettled) {
  SessionDriver driver{rtp::protocol, true};
  driver.introduce("audio", kToServer);
  driver.datagram(kToServer, as_bytes(sound()));
  driver.datagram(kToServer, as_bytes(sound("0002", "000010a0")));
  EXPECT_FALSE(driver.stopped());
  driver.datagram(kToClient, as_bytes(sound("0007", "00000500", "00000005")));
  EXPECT_TRUE(driver.stopped());
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log rtp {"rtp":{"payload_type":8,"payload":"pcma","ssrc":287454020,"media":"audio"}})",
                          R"(log rtp {"rtp":{"payload_type":8,"payload":"pcma","ssrc":5,"media":"audio"}})"));
  EXPECT_THAT(driver.fields().at("rtp.payload_type"), ElementsAre("8"));
  EXPECT_THAT(driver.fields().at("rtp.ssrc"), ElementsAre("287454020", "5"));
  EXPECT_THAT(driver.fields().at("rtp.media"), ElementsAre("audio"));
}

TEST(Rtp, AStreamWithoutAnswerIsSettledToo) {
  SessionDriver driver{rtp::protocol, true};
  for (int i = 0; i < 32; ++i) driver.datagram(kToServer, as_bytes(sound()));
  EXPECT_TRUE(driver.stopped());
  EXPECT_EQ(driver.lines().size(), 1u);
}

TEST(Rtp, WhatComesToTheSamePortIsNoFault) {
  SessionDriver driver{rtp::protocol, true};
  driver.datagram(kToServer, as_bytes(from_hex("0001 0000 2112a442 000000000000000000000000")));  // STUN
  driver.datagram(kToServer, as_bytes(from_hex("16 feff 0000 000000000000 0000")));               // DTLS
  driver.datagram(kToServer, as_bytes(kReport));
  EXPECT_EQ(driver.text(), "");
  driver.datagram(kToServer, as_bytes(std::string_view("hello, this is no sound")));
  EXPECT_EQ(driver.text(), "event to_server malformed_packet\n");
}

Probe pair(const std::string& before, const std::string& next) {
  if (rtp::protocol.probe_for(true, kToServer, as_bytes(next), 4000) != Probe::need_more) return Probe::no;
  return rtp::protocol.detector.probe_pair(kToServer, as_bytes(before).first(16), as_bytes(next));
}

TEST(Rtp, OnlyTheNextPacketOfTheSameSourceMakesSure) {
  EXPECT_EQ(rtp::protocol.probe_for(true, kToServer, as_bytes(sound()), 5004), Probe::need_more);
  EXPECT_EQ(pair(sound(), sound("0002", "000010a0")), Probe::yes);
  EXPECT_EQ(pair(sound("ffff", "ffffff00"), sound("0001", "00000100")), Probe::yes) << "both wrap around";
  for (const auto& next : {sound(), sound("0000"), sound("0100"), sound("0002", "00000fff"), sound("0002", "10001000"),
                           sound("0002", "000010a0", "11223345")})
    EXPECT_NE(pair(sound(), next), Probe::yes);
  EXPECT_NE(pair(sound("0001", "00001000", "00000000"), sound("0002", "000010a0", "00000000")), Probe::yes);
}

TEST(Rtp, WhatCannotBeAPacket) {
  const auto probed = [](const std::string& bytes) {
    return rtp::protocol.probe_for(true, kToServer, as_bytes(bytes), 5004);
  };
  std::string version = sound(), type = sound(), sources = sound(), extension = sound(), padding = sound();
  version[0] = 0x40;
  type[1] = 40;
  sources = std::string("\x8f") + sound().substr(1, 40);
  extension[0] = '\x90', extension[14] = 1;
  padding[0] = '\xa0', padding.back() = '\xff';
  for (const std::string& bytes : {version, type, sources, extension, padding, sound().substr(0, 12), kReport})
    EXPECT_EQ(probed(bytes), Probe::no);
}

TEST(Rtcp, WhoTakesPartAndWhoLeaves) {
  SessionDriver driver{rtcp::protocol, true};
  driver.datagram(kToServer, as_bytes(kReport));
  driver.datagram(kToServer, as_bytes(kReport));
  driver.datagram(kToServer, as_bytes(kBye));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log rtcp {"rtcp":{"types":[200,202],"ssrc":287454020,"cname":"bell@a201","name":"Bell",)"
                          R"("location":"door","tool":"liv 1","note":"ok"}})",
                          R"(log rtcp {"rtcp":{"types":[201,203],"ssrc":287454020,"bye_reason":"end"}})"));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("rtcp.type"), ElementsAre("200", "201"));
  EXPECT_THAT(fields.at("rtcp.ssrc"), ElementsAre("287454020"));
  EXPECT_THAT(fields.at("rtcp.cname"), ElementsAre("bell@a201"));
  EXPECT_THAT(fields.at("rtcp.name"), ElementsAre("Bell"));
  EXPECT_THAT(fields.at("rtcp.location"), ElementsAre("door"));
  EXPECT_THAT(fields.at("rtcp.tool"), ElementsAre("liv 1"));
  EXPECT_THAT(fields.at("rtcp.note"), ElementsAre("ok"));
  EXPECT_THAT(fields.at("rtcp.bye_reason"), ElementsAre("end"));
}

TEST(Rtcp, ApplicationsHaveTheirOwnPackets) {
  SessionDriver driver{rtcp::protocol, true};
  driver.datagram(kToServer, as_bytes(from_hex("80 c9 0001 11223344  81 cc 0003 11223344 71746c6b 00000000")));
  EXPECT_THAT(driver.fields().at("rtcp.application"), ElementsAre("qtlk"));
}

TEST(Rtcp, FaultsAreEvents) {
  const auto text_of = [](const std::string& bytes) {
    SessionDriver driver{rtcp::protocol, true};
    driver.datagram(kToServer, as_bytes(bytes));
    return driver.text();
  };
  const std::string malformed = "event to_server malformed_packet\n";
  EXPECT_EQ(text_of(kReport.substr(0, kReport.size() - 1)), malformed);
  EXPECT_EQ(text_of(from_hex("81 c9 0001 11223344")), malformed) << "a block that is not there";
  EXPECT_EQ(text_of(from_hex("80 c9 0001 11223344  81 ca 0002 11223344 01ff6161")), malformed);
  EXPECT_EQ(text_of(from_hex("40 c9 0001 11223344")), malformed);
  std::string many;
  for (int i = 0; i < 17; ++i) many += from_hex("80 c9 0001 11223344");
  EXPECT_THAT(text_of(many), testing::StartsWith("event to_server too_many_packets\n"));
}

TEST(Rtcp, IsRecognisedByContentAlone) {
  const auto probed = [](const std::string& bytes) {
    return rtcp::protocol.probe_for(true, kToServer, as_bytes(bytes), 4000);
  };
  EXPECT_EQ(probed(kReport), Probe::yes);
  EXPECT_EQ(probed(kBye), Probe::yes);
  for (const std::string& bytes :
       {kReport + "x", kBye.substr(8), sound(), std::string(40, '\x80'), from_hex("80 c8 0001 11223344")})
    EXPECT_EQ(probed(bytes), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto
