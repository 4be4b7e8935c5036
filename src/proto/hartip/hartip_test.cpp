// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/hartip/hartip.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::hartip {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

// A message around a HART frame.
std::string around(std::uint8_t type, const std::string& frame, std::uint8_t id = 3) {
  return std::string{
             1, static_cast<char>(type), static_cast<char>(id), 0, 0, 7, 0, static_cast<char>(8 + frame.size())} +
         frame;
}
const std::string kInitiate = from_hex("01 00 00 00 0001 000d  01 00007530");
const std::string kInitiated = from_hex("01 01 00 00 0001 000d  01 00007530");
const std::string kKeepAlive = from_hex("01 00 02 00 0002 0008");
const std::string kWhoAreYou = around(0, from_hex("02 80 00 00 82"));
// Honeywell, type 0x1755, revision 7, device revision 3, software 2, number 210.
const std::string kIdentity =
    around(1, from_hex("06 80 00 18  00 00  fe 1755 05 07 03 02 0c 0c 0000d2 05 02 0002 00 0017 0017 84  72"));
const std::string kOther =
    around(1, from_hex("86 97550000d3 00 18  00 00  fe 1755 05 07 03 02 0c 0c 0000d3 05 02 0002 00 0017 0017 84  62"));
const std::string kReadTag = around(0, from_hex("82 97550000d2 0d 00 9f"));
const std::string kTag =
    around(1, from_hex("86 97550000d2 0d 17  00 00  194b71c31820") + std::string(15, '\0') + "\x54");
const std::string kLongTag =
    around(1, from_hex("86 97550000d2 14 22  00 00") + "Flow of line 7" + std::string(18, '\0') + "\x82");
const std::string kReset = around(0, from_hex("82 97550000d2 2a 00 b8"));
const std::string kExtended = around(0, from_hex("82 97550000d2 1f 02 0301 8d"));

TEST(HartIp, ADeviceSaysWhatItIs) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(kWhoAreYou));
  driver.datagram(to_client, as_bytes(kIdentity));
  driver.datagram(to_server, as_bytes(kReadTag));
  driver.datagram(to_client, as_bytes(kTag));
  driver.datagram(to_client, as_bytes(kLongTag));
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("hartip.message").front(), "3");
  EXPECT_EQ(fields.at("hartip.type").back(), "1");
  EXPECT_EQ(fields.at("hartip.version").front(), "1");
  EXPECT_EQ(fields.at("hartip.status").front(), "0");
  EXPECT_EQ(fields.at("hartip.function"), (std::vector<std::string>{"0", "13", "20"}));
  EXPECT_EQ(fields.at("hartip.unit").back(), std::to_string(0x17550000d2));
  EXPECT_EQ(fields.at("hartip.response_code").front(), "0");
  EXPECT_EQ(fields.at("hartip.device_type").front(), std::to_string(0x1755));
  EXPECT_EQ(fields.at("hartip.manufacturer").front(), "23");
  EXPECT_EQ(fields.at("hartip.vendor").front(), "Honeywell");
  EXPECT_EQ(fields.at("hartip.serial").front(), "17550000d2");
  EXPECT_EQ(fields.at("hartip.software").front(), "3.2");
  EXPECT_EQ(fields.at("hartip.tag"), (std::vector<std::string>{"FT-101", "Flow of line 7"}));
  EXPECT_NE(
      driver.text().find("\"command\":13,\"name\":\"read_tag\",\"access\":\"diagnose\",\"address\":\"97550000d2\","
                         "\"response_code\":0,\"device_status\":0,\"tag\":\"FT-101\""),
      std::string::npos)
      << driver.text();
}

// What stands behind the server has records, but is not the host that sends.
TEST(HartIp, DevicesBehindTheServerAreNotTheServer) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_client, as_bytes(kIdentity));
  driver.datagram(to_client, as_bytes(kOther));
  EXPECT_EQ(driver.fields().at("hartip.serial"), std::vector<std::string>{"17550000d2"});
  EXPECT_NE(driver.text().find("\"serial\":\"17550000d3\""), std::string::npos) << driver.text();
}

TEST(HartIp, ATagThatNoOneWroteIsNone) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_client, as_bytes(kIdentity));
  driver.datagram(to_client,
                  as_bytes(around(1, from_hex("86 97550000d2 0d 17  00 00") + std::string(21, '\0') + "\x8c")));
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  EXPECT_FALSE(driver.fields().contains("hartip.tag"));
}

TEST(HartIp, RestartsAndExtendedCommandsAreTold) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(kReset));
  driver.datagram(to_server, as_bytes(kExtended));
  EXPECT_EQ(driver.fields().at("hartip.access").front(), "5");
  EXPECT_EQ(driver.fields().at("hartip.function").back(), std::to_string(0x0301));
}

TEST(HartIp, AStreamGivesTheSameInAnyChunks) {
  const auto text = test::expect_same_in_any_chunks(protocol, {{to_server, kInitiate},
                                                               {to_client, kInitiated},
                                                               {to_server, kKeepAlive + kWhoAreYou},
                                                               {to_client, kIdentity + kTag}});
  EXPECT_NE(text.find("\"message\":\"session_initiate\""), std::string::npos) << text;
  test::expect_prefixes_need_more(protocol, to_server, kReadTag);
}

TEST(HartIp, EachEventOnce) {
  std::string wrong = kReadTag;
  wrong.back() ^= 1;
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_message", kInitiate.substr(0, 12)},
      {"malformed_message", from_hex("03 00 00 00 0001 000d  01 00007530")},
      {"malformed_frame", wrong},
      {"malformed_frame", around(0, from_hex("82 97550000d2"))},
      {"malformed_frame", around(1, from_hex("06 80 00 00 86"))},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol, true};
    driver.datagram(to_server, as_bytes(bytes));
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
}

TEST(HartIp, IsRecognisedByItsSessionsAndFrames) {
  const auto& detector = protocol.detector;
  for (const auto& bytes : {kInitiate, kInitiated, kWhoAreYou, kIdentity, kReadTag}) {
    EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(bytes), 4000), Probe::yes);
    EXPECT_EQ(detector.probe(to_server, as_bytes(bytes.substr(0, bytes.size() - 1)), 4000), Probe::need_more);
  }
  EXPECT_EQ(detector.probe(to_server, as_bytes(kKeepAlive), 4000), Probe::need_more);
  EXPECT_EQ(detector.probe(to_server, as_bytes(kKeepAlive + kReadTag), 4000), Probe::yes);
  EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(kKeepAlive), 5094), Probe::no);
  std::string wrong = kReadTag;
  wrong.back() ^= 1;
  for (const std::string& bytes : {wrong, kInitiate + "x", from_hex("01 00 00 00 0001 000d  02 00007530"),
                                   from_hex("01 00 01 00 00 01 00 00 00 00 00 00 03 77 77 77")})
    EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(bytes), 5094), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::hartip
