// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet_dcp/profinet_dcp.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::profinet_dcp {
namespace {

using test::from_hex;

const std::string kIdentifyAll = from_hex("fefe 05 00 00000001 0001 0004  ff ff 0000") + std::string(30, '\0');
const std::string kIdentifyAnswer = from_hex(R"(
  feff 05 01 00000001 0000 0036
  02 02 0009 0000  63656c6c2d3031 00           # "cell-01" and padding
  02 01 0008 0000  45543230 3053               # "ET200S"
  02 03 0006 0000  002a 0301                   # Siemens, product 0x0301
  01 02 000e 0001  0a00000b ffffff00 0a000001
)");
const std::string kSetName = from_hex("fefd 04 00 00000002 0000 000c  02 02 0008 0001  63656c6c2d39");
const std::string kSetDone = from_hex("fefd 04 01 00000002 0000 0008  05 04 0003 02 02 00 00");
const std::string kFlash = from_hex("fefd 04 00 00000003 0000 0008  05 03 0004 0000 0100");
const std::string kReset = from_hex("fefd 04 00 00000004 0000 0006  05 06 0002 0002");
const std::string kGet = from_hex("fefd 03 00 00000005 0000 0004  02 02 01 02");
const std::string kHelloFrame =
    from_hex("fefc 06 00 00000006 0000 0012  02 02 0006 0000 61626364  06 01 0004 0000 0001");

test::SessionDriver& feed(test::SessionDriver& driver, const std::string& frame) {
  driver.datagram(Direction::to_server, as_bytes(frame));
  return driver;
}
std::map<std::string, std::vector<std::string>> fields_of(const std::string& frame) {
  test::SessionDriver driver{protocol, true};
  feed(driver, frame);
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  return driver.fields();
}

TEST(ProfinetDcp, AStationDescribesItself) {
  test::SessionDriver driver{protocol, true};
  EXPECT_EQ(feed(driver, kIdentifyAnswer).text(),
            "log profinet_dcp {\"profinet_dcp\":{\"service\":\"identify\",\"type\":\"response\",\"access\":\"other\","
            "\"transaction\":1,\"options\":[\"station_name\",\"station_type\",\"device_id\",\"ip_parameters\"],"
            "\"station_name\":\"cell-01\",\"station_type\":\"ET200S\",\"vendor_id\":42,\"device_id\":769,"
            "\"ip\":\"10.0.0.11\",\"mask\":\"255.255.255.0\",\"gateway\":\"10.0.0.1\"}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("profinet_dcp.function").front(), "5");
  EXPECT_EQ(fields.at("profinet_dcp.type").front(), "1");
  EXPECT_EQ(fields.at("profinet_dcp.transaction").front(), "1");
  EXPECT_EQ(fields.at("profinet_dcp.count").front(), "4");
  EXPECT_EQ(fields.at("profinet_dcp.device_name").front(), "cell-01");
  EXPECT_EQ(fields.at("profinet_dcp.model").front(), "ET200S");
  EXPECT_EQ(fields.at("profinet_dcp.vendor").front(), "Siemens");
  EXPECT_EQ(fields.at("profinet_dcp.vendor_id").front(), "42");
  EXPECT_EQ(fields.at("profinet_dcp.device_id").front(), "769");
  EXPECT_EQ(fields.at("profinet_dcp.ip").front(), "10.0.0.11");
}

TEST(ProfinetDcp, SettingIsWriting) {
  const auto name = fields_of(kSetName);
  EXPECT_EQ(name.at("profinet_dcp.access").front(), "2");
  EXPECT_EQ(name.at("profinet_dcp.station_name").front(), "cell-9");
  EXPECT_EQ(name.at("profinet_dcp.option").front(), std::to_string(0x0202));
  EXPECT_FALSE(name.contains("profinet_dcp.device_name"));  // the sender is not the station
  EXPECT_EQ(fields_of(kSetDone).at("profinet_dcp.status").front(), "0");
  EXPECT_EQ(fields_of(kFlash).at("profinet_dcp.access").front(), "3");
  EXPECT_EQ(fields_of(kReset).at("profinet_dcp.access").front(), "4");
}

TEST(ProfinetDcp, GettingAndHello) {
  const auto get = fields_of(kGet);
  EXPECT_EQ(get.at("profinet_dcp.access").front(), "7");
  EXPECT_EQ(get.at("profinet_dcp.count").front(), "2");
  const auto hello = fields_of(kHelloFrame);
  EXPECT_EQ(hello.at("profinet_dcp.access").front(), "9");
  EXPECT_EQ(hello.at("profinet_dcp.device_name").front(), "abcd");
  EXPECT_EQ(fields_of(kIdentifyAll).at("profinet_dcp.option").front(), "65535");
}

TEST(ProfinetDcp, CyclicDataIsNotRead) {
  test::SessionDriver driver{protocol, true};
  EXPECT_EQ(feed(driver, from_hex("8001 00 00 00 00 00 00 00 00 00 00 35")).text(), "");
  EXPECT_EQ(driver.last_status(), Status::ok);
}

TEST(ProfinetDcp, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_frame", kSetName.substr(0, 20)},
      {"malformed_block", from_hex("fefd 04 00 00000002 0000 000a  02 02 0008 0001  63656c6c")},
      {"malformed_block", from_hex("fefd 04 00 00000002 0000 0005  02 02 0001 00")},
      {"unknown_service", from_hex("fefd 09 00 00000002 0000 0000")},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol, true};
    feed(driver, bytes);
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
}

}  // namespace
}  // namespace gatehouse::proto::profinet_dcp
