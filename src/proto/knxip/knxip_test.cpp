// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/knxip/knxip.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::knxip {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

const std::string kConnect = from_hex("06 10 0205 001a  08 01 00000000 0000  08 01 00000000 0000  04 04 02 00");
// Channel 1, message 0: from 1.1.5 to group 1/2/3, write 1.
const std::string kGroupWrite = from_hex("06 10 0420 0015  04 01 00 00  11 00 bc e0 1105 0a03 01 00 81");
const std::string kGroupRead = from_hex("06 10 0420 0015  04 01 01 00  11 00 bc e0 0000 0a03 01 00 00");
// Told to all routers: 1.1.5 answers group 1/2/3 with two octets.
const std::string kRouted = from_hex("06 10 0530 0013  29 00 bc e0 1105 0a03 03 00 40 0c1a");
const std::string kRestart = from_hex("06 10 0420 0015  04 01 02 00  11 00 b0 60 0000 1105 01 03 80");
const std::string kPropertyWrite = from_hex("06 10 0310 0012  04 01 00 00  f6 000b 01 34 1001 05");
// Device 1.1.0, serial 0008:01020304, MAC 02:00:00:00:00:01, "Gateway".
const std::string kDeviceInfo = from_hex("36 01 02 00 1100 0000  0008 01020304  e000170c  020000000001") + "Gateway" +
                                std::string(23, '\0') + from_hex("08 02 02 01 03 01 04 01");
const std::string kDescription = from_hex("06 10 0204 0044") + kDeviceInfo;
const std::string kSearchResponse = from_hex("06 10 0202 004c  08 01 0a000009 0e57") + kDeviceInfo;

std::map<std::string, std::vector<std::string>> fields_of(const std::string& datagram) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(datagram));
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  return driver.fields();
}

TEST(KnxIp, AGroupIsWritten) {
  const auto fields = fields_of(kGroupWrite);
  EXPECT_EQ(fields.at("knxip.service").front(), std::to_string(0x0420));
  EXPECT_EQ(fields.at("knxip.message_code").front(), std::to_string(0x11));
  EXPECT_EQ(fields.at("knxip.function").front(), std::to_string(0x080));
  EXPECT_EQ(fields.at("knxip.access").front(), "2");
  EXPECT_EQ(fields.at("knxip.address").front(), std::to_string(0x0a03));
  EXPECT_EQ(fields.at("knxip.group").front(), "1/2/3");
  EXPECT_EQ(fields.at("knxip.source").front(), "1.1.5");
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(kGroupWrite));
  EXPECT_EQ(driver.text(),
            "log knxip {\"knxip\":{\"service\":\"tunnelling_request\",\"access\":\"write\",\"message_code\":\"data_"
            "request\",\"source\":\"1.1.5\",\"group\":\"1/2/3\",\"function\":\"group_write\"}}\n");
}

TEST(KnxIp, ReadingAndAnsweringAreNoWrites) {
  EXPECT_EQ(fields_of(kGroupRead).at("knxip.access").front(), "1");
  EXPECT_EQ(fields_of(kRouted).at("knxip.access").front(), "9");
  EXPECT_EQ(fields_of(kRouted).at("knxip.group").front(), "1/2/3");
}

TEST(KnxIp, DevicesAreProgrammedAndRestarted) {
  const auto restart = fields_of(kRestart);
  EXPECT_EQ(restart.at("knxip.access").front(), "5");
  EXPECT_EQ(restart.at("knxip.destination").front(), "1.1.5");
  EXPECT_EQ(restart.at("knxip.unit").front(), std::to_string(0x1105));
  EXPECT_FALSE(restart.contains("knxip.group"));
  const auto write = fields_of(kPropertyWrite);
  EXPECT_EQ(write.at("knxip.access").front(), "4");
  EXPECT_EQ(write.at("knxip.object").front(), "11");
  EXPECT_EQ(write.at("knxip.property").front(), "52");
}

TEST(KnxIp, ADeviceDescribesItself) {
  for (const auto& bytes : {kDescription, kSearchResponse}) {
    const auto fields = fields_of(bytes);
    EXPECT_EQ(fields.at("knxip.device_name").front(), "Gateway");
    EXPECT_EQ(fields.at("knxip.serial").front(), "000801020304");
    EXPECT_EQ(fields.at("knxip.vendor").front(), "Gira");
    EXPECT_EQ(fields.at("knxip.device_address").front(), "1.1.0");
  }
}

TEST(KnxIp, AStreamGivesTheSameInAnyChunks) {
  const auto text = test::expect_same_in_any_chunks(
      protocol, {{to_server, kConnect}, {to_server, kGroupWrite + kRestart}, {to_client, kDescription}});
  EXPECT_EQ(text.find("event"), std::string::npos) << text;
  test::expect_prefixes_need_more(protocol, to_server, kGroupWrite);
}

TEST(KnxIp, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_frame", kConnect.substr(0, 20)},
      {"malformed_frame", from_hex("06 10 0299 0006")},
      {"malformed_body", from_hex("06 10 0420 0012  04 01 00 00  11 00 bc e0 1105 0a03")},
      {"malformed_body", from_hex("06 10 0420 000a  05 01 00 00")},
      {"malformed_body", from_hex("06 10 0204 0008  36 01")},
      {"unknown_function", from_hex("06 10 0420 0015  04 01 00 00  11 00 bc e0 1105 0a03 01 03 ff")},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol, true};
    driver.datagram(to_server, as_bytes(bytes));
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
}

TEST(KnxIp, IsRecognisedByItsHeader) {
  const auto& detector = protocol.detector;
  for (const auto& bytes : {kConnect, kGroupWrite, kRouted, kDescription, kSearchResponse}) {
    EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(bytes), 4000), Probe::yes);
    EXPECT_EQ(detector.probe(to_server, as_bytes(bytes), 4000), Probe::yes);
    EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(bytes + "x"), 3671), Probe::no);
  }
  EXPECT_EQ(detector.probe(to_server, as_bytes(kConnect.substr(0, 5)), 4000), Probe::need_more);
  for (const std::string& bytes :
       {from_hex("06 10 0299 0006"), from_hex("06 10 0201 0005"), from_hex("06 00 ff 07 00 00")})
    EXPECT_EQ(detector.probe(to_server, as_bytes(bytes), 3671), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::knxip
