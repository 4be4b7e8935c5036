// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/iec104/iec104.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::iec104 {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

const std::string kStartData = from_hex("68 04 07 00 00 00");
const std::string kStarted = from_hex("68 04 0b 00 00 00");
const std::string kAcknowledge = from_hex("68 04 01 00 02 00");
const std::string kTestFrame = from_hex("68 04 43 00 00 00");
// Number 0: interrogation of station 3 by originator 1.
const std::string kInterrogate = from_hex("68 0e 00 00 00 00  64 01 06 01 03 00  00 00 00 14");
// Number 1: single command, object 5001 on, executed at once.
const std::string kCommand = from_hex("68 0e 02 00 00 00  2d 01 06 01 03 00  89 13 00 01");
// From the station, number 0: three single points in sequence from 100 on.
const std::string kPoints = from_hex("68 10 00 00 02 00  01 83 14 00 03 00  64 00 00 01 00 01");

TEST(Iec104, ACommandIsARecord) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kCommand);
  EXPECT_EQ(driver.text(),
            "log iec104 {\"iec104\":{\"type\":45,\"label\":\"C_SC_NA_1\",\"name\":\"single_command\",\"access\":"
            "\"control\",\"cause\":6,\"cause_name\":\"activation\",\"negative\":false,\"test\":false,\"originator\":1,"
            "\"common_address\":3,\"count\":1,\"addresses\":[5001]}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("iec104.function").front(), "45");
  EXPECT_EQ(fields.at("iec104.access").front(), "3");
  EXPECT_EQ(fields.at("iec104.cause").front(), "6");
  EXPECT_EQ(fields.at("iec104.negative").front(), "0");
  EXPECT_EQ(fields.at("iec104.originator").front(), "1");
  EXPECT_EQ(fields.at("iec104.unit").front(), "3");
  EXPECT_EQ(fields.at("iec104.address").front(), "5001");
  EXPECT_EQ(fields.at("iec104.count").front(), "1");
  EXPECT_EQ(fields.at("iec104.value").front(), "1");
}

TEST(Iec104, ObjectsInSequenceHaveFollowingAddresses) {
  test::SessionDriver driver{protocol};
  driver.feed(to_client, kPoints);
  EXPECT_NE(driver.text().find("\"addresses\":[100,101,102]"), std::string::npos) << driver.text();
  EXPECT_NE(driver.text().find("\"cause_name\":\"interrogated\""), std::string::npos);
}

TEST(Iec104, StartingAndStoppingIsTold) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kStartData);
  driver.feed(to_client, kStarted);
  EXPECT_EQ(driver.text(),
            "log iec104 {\"iec104\":{\"control\":\"start\"}}\n"
            "log iec104 {\"iec104\":{\"control\":\"start_confirmed\"}}\n");
  EXPECT_EQ(driver.fields().at("iec104.control"), (std::vector<std::string>{"7", "11"}));
}

TEST(Iec104, WhatKeepsTheConnectionIsNot) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kTestFrame + kAcknowledge);
  EXPECT_EQ(driver.text(), "");
}

// Each event, and the shortest bytes that raise it.
TEST(Iec104, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_frame", from_hex("69 04 07 00 00 00")},
      {"malformed_frame", from_hex("68 03 07 00 00 00")},
      {"malformed_asdu", from_hex("68 0d 00 00 00 00  2d 01 06 01 03 00  89 13 00")},
      {"malformed_asdu", from_hex("68 06 00 00 00 00  2d 01")},
      {"unknown_type", from_hex("68 0e 00 00 00 00  ff 01 06 01 03 00  89 13 00 01")},
      {"sequence_error", kInterrogate + kInterrogate},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    const std::string text = driver.text();
    const auto at = text.find("event ");
    ASSERT_NE(at, std::string::npos) << event;
    EXPECT_EQ(text.substr(at, text.find('\n', at) - at), "event to_server " + event);
    EXPECT_EQ(text.find("event ", at + 1), std::string::npos) << text;
  }
}

TEST(Iec104, BehindLostBytesTheNextFrameIsRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kInterrogate);
  driver.gap(to_server, 200);
  driver.feed(to_server, "abc");
  driver.feed(to_server, from_hex("68 0e 22 00 00 00  2d 01 06 01 03 00  89 13 00 01"));
  EXPECT_EQ(driver.lines().size(), 2u) << driver.text();
}

TEST(Iec104, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{to_server, kStartData},
                                             {to_client, kStarted},
                                             {to_server, kInterrogate + kCommand + kTestFrame},
                                             {to_client, kPoints + kAcknowledge}});
  test::expect_prefixes_need_more(protocol, to_server, kCommand);
}

TEST(Iec104, IsRecognisedByItsFrames) {
  const auto probe = protocol.detector.probe;
  for (const auto& bytes : {kStartData, kInterrogate, kCommand, kPoints, kTestFrame, kAcknowledge + kPoints})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kAcknowledge), 4000), Probe::need_more);
  EXPECT_EQ(probe(to_server, as_bytes(kAcknowledge), 2404), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kCommand.substr(0, 11)), 4000), Probe::need_more);
  for (const std::string& bytes :
       {from_hex("68 0b 0b 68 53 05 51"), std::string("http is no frame"),
        from_hex("68 0e 00 00 00 00  2d 02 06 01 03 00  89 13 00 01"), from_hex("68 04 07 00 01 00")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4000), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::iec104
