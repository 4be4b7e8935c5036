// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ntp/ntp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::ntp {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

// RFC 5905, figure 8: version 4, a client that says nothing but its (random) transmit time.
const std::string kRequest = from_hex(R"(
  23 00 06 20  00000000 00000000 00000000
  0000000000000000 0000000000000000 0000000000000000  1122334455667788)");
// Stratum 1, GPS; all times in 2024, the origin as the client sent it.
const std::string kReply = from_hex(R"(
  24 01 06 ec  00000000 0000000a 47505300
  e93c7a0000000000 1122334455667788 e93c7a1080000000  e93c7a1080010000)");
// RFC 9327, 2.1: version 2, read variables, sequence 1.
const std::string kReadVariables = from_hex("16 02 0001 0000 0000 0000 0000");
// ntpd's private mode: version 2, ntpd, request 42.
const std::string kMonlist = from_hex("17 00 03 2a 0000 0000");

TEST(Ntp, ARequestAndItsAnswer) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kRequest));
  driver.datagram(Direction::to_client, as_bytes(kReply));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log ntp {"ntp":{"version":4,"mode":3,"stratum":0,"reference_id":"00:00:00:00"}})",
                          R"(log ntp {"ntp":{"version":4,"mode":4,"stratum":1,"reference_id":"47:50:53:00"}})"));
  EXPECT_THAT(driver.fields().at("ntp.version"), ElementsAre("4"));
  EXPECT_THAT(driver.fields().at("ntp.mode"), ElementsAre("3", "4"));
  EXPECT_THAT(driver.fields().at("ntp.stratum"), ElementsAre("0", "1"));
  EXPECT_EQ(driver.fields().at("ntp.reference_id").back(), std::string("GPS\0", 4));
}

TEST(Ntp, ControlAndPrivateMessagesSayWhatTheyDo) {
  SessionDriver driver{protocol, true};
  driver.datagram(Direction::to_server, as_bytes(kReadVariables));
  driver.datagram(Direction::to_server, as_bytes(kMonlist));
  EXPECT_THAT(driver.fields().at("ntp.control_code"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("ntp.private_code"), ElementsAre("42"));
  EXPECT_FALSE(driver.fields().contains("ntp.stratum"));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log ntp {"ntp":{"version":2,"mode":6}})", "event to_server monlist_request",
                          R"(log ntp {"ntp":{"version":2,"mode":7}})"));
}

TEST(Ntp, WhatIsTooShortOrOfNoVersionIsMalformed) {
  for (const std::string& bytes : {kRequest.substr(0, 47), from_hex("16 02 0001 0000 0000 0000 0004"),
                                   kMonlist.substr(0, 7), "\x2b" + kRequest.substr(1), "\x20" + kRequest.substr(1)}) {
    SessionDriver driver{protocol, true};
    driver.datagram(Direction::to_server, as_bytes(bytes));
    EXPECT_EQ(driver.text(), "event to_server malformed_data\n");
    EXPECT_EQ(driver.last_status(), Status::malformed);
  }
}

Probe probed(const std::string& bytes, std::uint16_t port = 4000) {
  return protocol.probe_for(true, Direction::to_server, as_bytes(bytes), port);
}

TEST(Ntp, IsRecognisedByContentAlone) {
  for (const std::string& bytes : {kRequest, kReply, kReadVariables, kMonlist}) EXPECT_EQ(probed(bytes), Probe::yes);
  EXPECT_EQ(probed(kReply + std::string(20, 'k')), Probe::yes) << "with an MD5 digest";
  EXPECT_EQ(probed(kRequest + std::string(5, 'k')), Probe::no) << "no tail has that size";
}

TEST(Ntp, OldTimesAndOddStrataAreOtherProtocols) {
  std::string old = kReply, deep = kReply, busy = kRequest;
  old[40] = 0x41;  // in 1934
  deep[1] = 17;
  busy[24] = 'x', busy[40] = 'y';
  for (const std::string& bytes : {old, deep, busy}) EXPECT_EQ(probed(bytes), Probe::no);
  EXPECT_EQ(probed(old, 123), Probe::yes) << "a clock that is wrong, on the port of clocks";
}

TEST(Ntp, TextAndOtherBytesAreRefused) {
  for (const std::string& bytes :
       {std::string("$GET / HTTP/1.1\r\nHost: things.example\r\nAccept: */*\r\n"), std::string(48, '\x24'),
        std::string(48, '\x16'), std::string(48, '\x17'), std::string(12, '\x16'), std::string(48, '\0')})
    EXPECT_EQ(probed(bytes), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::ntp
