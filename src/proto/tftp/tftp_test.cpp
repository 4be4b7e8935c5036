// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tftp/tftp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::tftp {
namespace {

using namespace std::string_literals;
using test::SessionDriver;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::Not;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

// RFC 1350, 5: opcode, file, mode.
const std::string kRead = "\0\1phone/fw.bin\0OCTET\0"s;
// RFC 2348: with a block size.
const std::string kReadLarge = "\0\1phone/fw.bin\0octet\0blksize\0001024\0"s;

std::string block(unsigned number, std::string_view content) {
  return std::string{'\0', '\3', static_cast<char>(number >> 8), static_cast<char>(number)} + std::string(content);
}
const std::string kFull(512, 'f');

TEST(Tftp, ARequestIsARecordAndArrangesItsAnswer) {
  SessionDriver driver{protocol, true};
  driver.datagram(C, as_bytes(kRead));
  driver.datagram(C, as_bytes(kRead));  // asked again
  driver.finish();
  EXPECT_THAT(driver.lines(), ElementsAre(R"(log tftp {"tftp":{"packet":"read","file":"phone/fw.bin","mode":"octet"}})",
                                          "expect tftp over udp at client itself:0 rphone/fw.bin",
                                          "expect tftp over udp at client itself:0 rphone/fw.bin"));
  EXPECT_THAT(driver.fields().at("tftp.operation"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("tftp.file"), ElementsAre("phone/fw.bin"));
  EXPECT_THAT(driver.fields().at("tftp.mode"), ElementsAre("octet"));
}

// The server began this flow: what goes to TFTP's client goes to the flow's server.
TEST(Tftp, TheArrangedFlowCarriesTheFile) {
  SessionDriver driver{protocol, true};
  driver.introduce("rphone/fw.bin", S);
  driver.datagram(C, as_bytes(block(1, kFull)));
  driver.datagram(S, as_bytes(std::string_view{"\0\4\0\1", 4}));
  driver.datagram(C, as_bytes(block(1, kFull)));  // the acknowledgement was lost
  driver.datagram(C, as_bytes(block(2, "end")));
  driver.finish();
  EXPECT_EQ(driver.file(0), kFull + "end");
  EXPECT_EQ(driver.lines()[0], "file 0 open to_server phone/fw.bin");
  EXPECT_THAT(driver.lines()[1], ::testing::StartsWith("file 0 close 515 bytes"));
  EXPECT_EQ(driver.lines().size(), 2u) << "the request is the record";
}

TEST(Tftp, TheServersBlockSizeCounts) {
  SessionDriver driver{protocol, true};
  driver.datagram(C, as_bytes(kReadLarge));
  driver.datagram(S, as_bytes(std::string_view{"\0\6blksize\0001024\0", 15}));
  driver.datagram(S, as_bytes(block(1, kFull + kFull)));
  driver.datagram(S, as_bytes(block(2, kFull)));
  EXPECT_EQ(driver.file(0).size(), 3 * kFull.size());
  EXPECT_THAT(driver.lines().back(), ::testing::StartsWith("file 0 close"));
}

TEST(Tftp, ALostBlockIsAHole) {
  SessionDriver driver{protocol, true};
  driver.introduce("wconfig", C);
  driver.datagram(S, as_bytes(block(1, kFull)));
  driver.datagram(S, as_bytes(block(3, "end")));
  EXPECT_EQ(driver.file(0), kFull + "[gap 512]end");
  EXPECT_THAT(driver.lines(), Contains("event to_client blocks_lost"));
}

TEST(Tftp, AnErrorEndsTheTransfer) {
  SessionDriver driver{protocol, true};
  driver.introduce("rsecret", S);
  driver.datagram(C, as_bytes(block(1, kFull)));
  driver.datagram(C, as_bytes(std::string_view{"\0\5\0\2no\0", 7}));
  EXPECT_THAT(driver.lines(), Contains("event to_server error_reply"));
  EXPECT_THAT(driver.lines().back(), ::testing::StartsWith("file 0 truncated 512 bytes"));
  EXPECT_THAT(driver.fields().at("tftp.error"), ElementsAre("2"));
}

TEST(Tftp, WhatIsNoMessageIsTold) {
  for (const std::string& bad : {std::string("\0\7x", 3), std::string("\0\1no end", 8), std::string("\0\3", 2)}) {
    SessionDriver driver{protocol, true};
    driver.introduce("rx", S);
    driver.datagram(C, as_bytes(bad));
    EXPECT_THAT(driver.lines(), ElementsAre("event to_server malformed_message"));
  }
}

TEST(Tftp, BlockNumbersRollOver) {
  SessionDriver driver{protocol, true};
  driver.introduce("rlarge", S);
  for (unsigned i = 1; i <= 65537; ++i) driver.datagram(C, as_bytes(block(i & 0xffff, kFull)));
  driver.datagram(C, as_bytes(block(2, "")));
  EXPECT_EQ(driver.file(0).size(), 65537u * 512);
  EXPECT_THAT(driver.lines(), Not(Contains("event to_server blocks_lost")));
}

TEST(Tftp, IsRecognisedByItsRequest) {
  const auto looks = [](std::string_view datagram) { return protocol.detector.probe(C, as_bytes(datagram), 12345); };
  EXPECT_EQ(looks(kRead), Probe::yes);
  EXPECT_EQ(looks(kReadLarge), Probe::yes);
  EXPECT_EQ(looks(std::string_view{"\0\6tsize\0000\0", 10}), Probe::yes);
  EXPECT_EQ(looks(std::string_view{"\0\1f\0binary\0", 11}), Probe::no);
  EXPECT_EQ(looks(std::string_view{"\0\1\0octet\0", 9}), Probe::no);
  EXPECT_EQ(looks(kRead.substr(0, 20)), Probe::no);
  EXPECT_EQ(looks(kRead + "x"), Probe::no);
  EXPECT_EQ(looks(block(1, "data")), Probe::no);
  EXPECT_EQ(looks(std::string_view{"\0\1\0\0\0\1\0\0\0\0\0\0\3www\0\0\1\0\1", 22}), Probe::no) << "DNS";
}

}  // namespace
}  // namespace gatehouse::proto::tftp
