// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bacnet/bacnet.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::bacnet {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

const std::string kWhoIs = from_hex("81 0b 0011  01 20 ffff 00 ff  10 08  09 64  1a 03e7");  // 100 to 999
// I-Am: device 77, at most 1476 octets, no segments, vendor 36.
const std::string kIAm = from_hex("81 0b 0018  01 20 ffff 00 ff  10 00  c4 0200004d  22 05c4  91 03  21 24");
const std::string kReadName = from_hex("81 0a 0011  01 04  00 05 07 0c  0c 0200004d  19 4d");
const std::string kReadNameAck =
    from_hex("81 0a 001a  01 00  30 07 0c  0c 0200004d  19 4d  3e 75 06 00 41485531 30  3f");
// Present value of analog output 3 becomes 50.0, with priority 8.
const std::string kWrite = from_hex("81 0a 001a  01 04  00 05 08 0f  0c 00400003  19 55  3e 44 42480000 3f  49 08");
// Model name and firmware of device 77, present value of analog input 1.
const std::string kReadMultiple =
    from_hex("81 0a 001e  01 04  00 05 09 0e  0c 0200004d 1e 09 46 09 2c 1f  0c 00000001 1e 09 55 1f");
const std::string kReadMultipleAck = from_hex(R"(
  81 0a 0032  01 00  30 09 0e
  0c 0200004d 1e  29 46 4e 74 00 453136 4f  29 2c 4e 74 00 342e32 4f  1f     # "E16", "4.2"
  0c 00000001 1e  29 55 4e 44 41a00000 4f 1f)");
const std::string kReinitialize = from_hex("81 0a 000c  01 04  00 05 0a 14  09 00");
const std::string kNoSuchObject = from_hex("81 0a 000d  01 00  50 07 0c  91 01 91 1f");

std::map<std::string, std::vector<std::string>> fields_of(const std::string& datagram) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(datagram));
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  return driver.fields();
}
std::string record_of(const std::string& datagram) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_client, as_bytes(datagram));
  return driver.text();
}

TEST(Bacnet, ADeviceAnnouncesItself) {
  const auto fields = fields_of(kIAm);
  EXPECT_EQ(fields.at("bacnet.bvlc").front(), "11");
  EXPECT_EQ(fields.at("bacnet.pdu").front(), "1");
  EXPECT_EQ(fields.at("bacnet.function").front(), "256");
  EXPECT_EQ(fields.at("bacnet.unit").front(), "77");
  EXPECT_EQ(fields.at("bacnet.vendor_id").front(), "36");
  EXPECT_EQ(fields.at("bacnet.vendor").front(), "Tridium");
  EXPECT_EQ(record_of(kIAm),
            "log bacnet {\"bacnet\":{\"bvlc\":\"original_broadcast\",\"access\":\"other\",\"type\":\"unconfirmed_"
            "request\",\"service\":\"i_am\",\"objects\":[{\"type\":\"device\",\"instance\":77}],\"device\":77,"
            "\"vendor_id\":36}}\n");
}

TEST(Bacnet, WhoIsHasARange) {
  EXPECT_NE(record_of(kWhoIs).find("\"service\":\"who_is\",\"lowest\":100,\"highest\":999}"), std::string::npos)
      << record_of(kWhoIs);
}

TEST(Bacnet, APropertyIsRead) {
  const auto asked = fields_of(kReadName);
  EXPECT_EQ(asked.at("bacnet.function").front(), "12");
  EXPECT_EQ(asked.at("bacnet.access").front(), "1");
  EXPECT_EQ(asked.at("bacnet.object_type").front(), "8");
  EXPECT_EQ(asked.at("bacnet.address").front(), "77");
  EXPECT_EQ(asked.at("bacnet.count").front(), "1");
  EXPECT_EQ(asked.at("bacnet.property").front(), "77");
  EXPECT_FALSE(asked.contains("bacnet.device_name"));
  EXPECT_EQ(fields_of(kReadNameAck).at("bacnet.device_name").front(), "AHU10");
}

TEST(Bacnet, AWriteIsNamed) {
  const auto fields = fields_of(kWrite);
  EXPECT_EQ(fields.at("bacnet.access").front(), "2");
  EXPECT_EQ(fields.at("bacnet.object_type").front(), "1");
  EXPECT_EQ(fields.at("bacnet.property").front(), "85");
  EXPECT_NE(record_of(kWrite).find("\"invoke_id\":8,\"service\":\"write_property\",\"objects\":[{\"type\":\"analog_"
                                   "output\",\"instance\":3,\"properties\":[\"present_value\"]}]"),
            std::string::npos)
      << record_of(kWrite);
}

TEST(Bacnet, ManyPropertiesOfManyObjects) {
  const auto asked = fields_of(kReadMultiple);
  EXPECT_EQ(asked.at("bacnet.count").front(), "2");
  EXPECT_NE(record_of(kReadMultiple)
                .find("[{\"type\":\"device\",\"instance\":77,\"properties\":[\"model_name\",\"firmware_revision\"]},{"
                      "\"type\":\"analog_input\",\"instance\":1,\"properties\":[\"present_value\"]}]"),
            std::string::npos)
      << record_of(kReadMultiple);
  const auto told = fields_of(kReadMultipleAck);
  EXPECT_EQ(told.at("bacnet.model").front(), "E16");
  EXPECT_EQ(told.at("bacnet.firmware").front(), "4.2");
}

TEST(Bacnet, SerialAndVendorNameAreTheDevices) {
  const std::string serial = from_hex("81 0a 0018  01 00  30 07 0c  0c 0200004d  1a 0174  3e 73 00 5339 3f");
  EXPECT_EQ(fields_of(from_hex("81 0a 0017 01 00 30 07 0c 0c 0200004d 1a 0174 3e 73 00 5339 3f")).at("bacnet.serial"),
            std::vector<std::string>{"S9"});
  EXPECT_NE(record_of(serial).find("malformed_message"), std::string::npos);  // the length is one too great
  EXPECT_EQ(fields_of(from_hex("81 0a 0017 01 00 30 07 0c 0c 0200004d 19 79 3e 74 00 414243 3f")).at("bacnet.vendor"),
            std::vector<std::string>{"ABC"});
}

// Model "Öl" in UCS-2, then in ISO 8859-1.
TEST(Bacnet, OtherCharacterSetsAreWrittenAsUtf8) {
  const std::string ucs = from_hex("81 0a 0019 01 00 30 07 0c 0c 0200004d 19 46 3e 75 05 04 00d6006c 3f");
  const std::string latin = from_hex("81 0a 0016 01 00 30 07 0c 0c 0200004d 19 46 3e 73 05 d66c 3f");
  EXPECT_EQ(fields_of(ucs).at("bacnet.model").front(), "\xc3\x96l");
  EXPECT_EQ(fields_of(latin).at("bacnet.model").front(), "\xc3\x96l");
}

TEST(Bacnet, RestartingAndErrors) {
  EXPECT_EQ(fields_of(kReinitialize).at("bacnet.access").front(), "5");
  EXPECT_NE(record_of(kReinitialize).find("\"state\":\"cold_start\""), std::string::npos);
  EXPECT_NE(record_of(kNoSuchObject).find("\"type\":\"error\""), std::string::npos);
  EXPECT_NE(record_of(kNoSuchObject).find("\"error_class\":1,\"error_code\":31"), std::string::npos);
}

// A device behind a router, or told on by a broadcast manager, is not the host that sends.
TEST(Bacnet, OthersDevicesAreNotTheSenders) {
  const std::string routed = from_hex("81 0b 0018  01 08 0005 01 0c  10 00  c4 0200004d  22 05c4  91 03  21 24");
  EXPECT_EQ(fields_of(routed).at("bacnet.network").front(), "5");
  EXPECT_FALSE(fields_of(routed).contains("bacnet.unit"));
  const std::string forwarded = from_hex("81 04 001a  0a000007bac0  01 00  10 00  c4 0200004d  22 05c4  91 03  21 24");
  EXPECT_FALSE(fields_of(forwarded).contains("bacnet.vendor"));
}

TEST(Bacnet, TheLinkAndRoutersHaveMessagesToo) {
  const auto registers = fields_of(from_hex("81 05 0006 003c"));
  EXPECT_EQ(registers.at("bacnet.access").front(), "8");
  EXPECT_EQ(fields_of(from_hex("81 01 000e 0a000007bac0ffffffff")).at("bacnet.access").front(), "4");
  EXPECT_EQ(fields_of(from_hex("81 0b 0007 01 80 00")).at("bacnet.network_message").front(), "0");
}

TEST(Bacnet, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_message", from_hex("81 0a 0010  01 04  00 05 07 0c  0c 0200004d  19 4d")},
      {"malformed_message", from_hex("81 0a 0006  02 04")},
      {"malformed_tag", from_hex("81 0a 000d  01 04  00 05 07 0c  0c 0200")},
      {"malformed_tag", from_hex("81 0a 000b  01 04  00 05 07 0c  3f")},
      {"texts_too_long", from_hex("81 0a 0217 01 00 30 07 0c 0c 0200004d 19 46 3e 75 fe 0201 05") +
                             std::string(512, 'x') + from_hex("3f")},
      {"unknown_service", from_hex("81 0a 000a  01 04  00 05 07 64")},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol, true};
    driver.datagram(to_server, as_bytes(bytes));
    ASSERT_FALSE(driver.lines().empty());
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
}

TEST(Bacnet, OnlyTheFirstSegmentIsReadFromItsBeginning) {
  const std::string second = from_hex("81 0a 0010  01 00  3c 09 01 04 0e  4d 1e 29 46 4e");
  EXPECT_FALSE(fields_of(second).contains("bacnet.property"));
}

TEST(Bacnet, IsRecognisedByItsLayers) {
  const auto probe = protocol.detector.probe;
  for (const auto& bytes : {kWhoIs, kIAm, kReadName, kReadNameAck, kWrite, kReadMultipleAck, kNoSuchObject,
                            from_hex("81 05 0006 003c"), from_hex("81 02 0004")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4000), Probe::yes);
  for (const std::string& bytes :
       {kWhoIs + "x", from_hex("81 0a 0011"), from_hex("81 0c 0004"), from_hex("81 0a 0006 01 44"),
        from_hex("81 0a 000a  01 04  00 05 07 64"), from_hex("81 02 0005 00"), std::string("\x81")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 47808), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::bacnet
