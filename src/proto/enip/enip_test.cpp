// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/enip.hpp"

#include <gtest/gtest.h>

#include "proto/enip/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::enip {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

std::string le16(std::size_t value) {
  return {static_cast<char>(value & 0xff), static_cast<char>(value >> 8)};
}
// An encapsulation message of session 0x01020304 with `body`; `context`: one digit that comes back.
std::string message(std::uint16_t command, const std::string& body, char context = '1', char status = 0) {
  return le16(command) + le16(body.size()) + from_hex("04 03 02 01") + std::string{status, 0, 0, 0} + "contex" +
         std::string{'t', context} + from_hex("00 00 00 00") + body;
}
// The request has no handle yet.
std::string without_session(std::string message) {
  return message.replace(4, 4, 4, '\0');
}
std::string unconnected(const std::string& cip) {
  return from_hex("00 00 00 00 00 00  02 00  00 00 00 00  b2 00") + le16(cip.size()) + cip;
}
std::string connected(std::uint16_t sequence, const std::string& cip) {
  return from_hex("00 00 00 00 00 00  02 00  a1 00 04 00 11 22 33 44  b1 00") + le16(cip.size() + 2) + le16(sequence) +
         cip;
}

const std::string kRegistered = message(0x65, from_hex("01 00 00 00"));
const std::string kRegister = without_session(kRegistered);
// Get Attribute Single of class 0xf5, instance 1, attribute 3: the host's name and addresses.
const std::string kGet = message(0x6f, unconnected(from_hex("0e 03 20 f5 24 01 30 03")));
const std::string kGetAnswer = message(0x6f, unconnected(from_hex("8e 00 00 00 02 00 00 00")));
// ListIdentity's answer: item 0x0c of 40 bytes.
const std::string kIdentity = message(0x63, from_hex(R"(
  01 00  0c 00 28 00  01 00
  00 02 af 12 0a 00 00 05 00 00 00 00 00 00 00 00   # socket address
  01 00  0e 00  36 00  14 0b  60 00  ee ff c0 00    # vendor 1, controller, product 54, 20.11, status, serial
  06 31 37 35 36 2d 4c 03                           # "1756-L", operational
)"));

std::string told(const std::vector<test::Turn>& talk) {
  test::SessionDriver driver{protocol};
  for (const auto& turn : talk) driver.feed(turn.direction, turn.bytes);
  driver.finish();
  return driver.text();
}

TEST(Enip, AServiceAndItsAnswerAreOneRecord) {
  EXPECT_EQ(told({{to_server, kGet}, {to_client, kGetAnswer}}),
            "log enip {\"enip\":{\"request\":{\"command\":\"SendRRData\",\"status\":\"Success\",\"cip\":{\"service\":"
            "\"Get Attributes Single\",\"path\":[{\"segment_type\":\"class\",\"value\":245},{\"segment_type\":"
            "\"instance\",\"value\":1},{\"segment_type\":\"attribute\",\"value\":3}],\"class_name\":\"TCP/IP "
            "Interface\"}},\"response\":{\"command\":\"SendRRData\",\"status\":\"Success\",\"cip\":{\"service\":\"Get "
            "Attributes Single\",\"status\":\"Success\"}}}}\n");
}

TEST(Enip, FieldsOfAService) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kGet);
  driver.feed(to_client, kGetAnswer);
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("enip.command").front(), "111");
  EXPECT_EQ(fields.at("enip.status").front(), "0");
  EXPECT_EQ(fields.at("enip.cip_service").front(), "14");
  EXPECT_EQ(fields.at("enip.cip_class").front(), "245");
  EXPECT_EQ(fields.at("enip.cip_instance").front(), "1");
  EXPECT_EQ(fields.at("enip.cip_attribute").front(), "3");
  EXPECT_EQ(fields.at("enip.cip_triple").front(), std::to_string(14ull << 32 | 245 << 16 | 3));
  EXPECT_EQ(fields.at("enip.access").front(), "1");
  EXPECT_EQ(fields.at("enip.cip_status").front(), "0");
  EXPECT_EQ(fields.at("enip.session").front(), "16909060");
}

TEST(Enip, ADeviceSaysWhatItIs) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, message(0x63, ""));
  driver.feed(to_client, kIdentity);
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("enip.product_name").front(), "1756-L");
  EXPECT_EQ(fields.at("enip.device.vendor").front(), "Rockwell Automation/Allen-Bradley");
  EXPECT_EQ(fields.at("enip.device.serial").front(), "00c0ffee");
  EXPECT_EQ(fields.at("enip.device.revision").front(), "20.11");
  EXPECT_EQ(fields.at("enip.vendor_id").front(), "1");
  EXPECT_EQ(fields.at("enip.device_type").front(), "14");
  EXPECT_EQ(fields.at("enip.product_code").front(), "54");
  EXPECT_EQ(fields.at("enip.revision").front(), std::to_string(20 << 8 | 11));
  EXPECT_EQ(fields.at("enip.state").front(), "3");
  EXPECT_NE(driver.text().find("\"identity\":{\"protocol_version\":1,\"revision\":\"20.11\",\"vendor_id\":\"Rockwell "
                               "Automation/Allen-Bradley\",\"device_type\":\"Programmable Logic Controller\","
                               "\"product_code\":54,\"status\":96,\"serial\":12648430,\"product_name\":\"1756-L\","
                               "\"state\":3}"),
            std::string::npos)
      << driver.text();
}

TEST(Enip, TheIdentityObjectSaysItToo) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, message(0x6f, unconnected(from_hex("01 02 20 01 24 01"))));
  driver.feed(to_client, message(0x6f, unconnected(from_hex("81 00 00 00  2f 00 0c 00 01 00 02 01 00 00 01 00 00 00 "
                                                            "03 43 4a 32"))));
  EXPECT_EQ(driver.fields().at("enip.product_name").front(), "CJ2");
  EXPECT_EQ(driver.fields().at("enip.device.vendor").front(), "Omron Corporation");
}

// Services of any depth, in the order in which they stand.
class Services : public test::SessionDriver {
 public:
  Services() : SessionDriver(protocol) {}
  void update(Transaction& tx, Direction) noexcept override {
    for (const FieldSpec& field : protocol.fields)
      for (unsigned i = 0;
           (field.name == "enip.cip_service" || field.name == "enip.access") && field.get(tx, i).present; ++i)
        (field.name == "enip.access" ? access : services).push_back(field.get(tx, i).number);
  }
  std::vector<std::uint64_t> services, access;
};

TEST(Enip, ServicesWithinOthersAreSeen) {
  const std::string read = from_hex("4c 03 91 03 54 61 67 00  01 00");  // Read "Tag"
  const std::string stop = from_hex("07 02 20 8e 24 01");               // Stop
  const std::string multiple = from_hex("0a 02 20 02 24 01  02 00  06 00 10 00") + read + stop;
  const std::string envelope =
      from_hex("52 02 20 06 24 01  0a 0e") + le16(multiple.size()) + multiple + from_hex("01 00 01 00");
  Services driver;
  driver.feed(to_server, message(0x6f, unconnected(envelope)));
  EXPECT_EQ(driver.services, (std::vector<std::uint64_t>{0x52, 0x0a, 0x4c, 0x07}));
  EXPECT_EQ(driver.access, (std::vector<std::uint64_t>{0, 0, 1, 6}));
  EXPECT_EQ(driver.text(), "");  // nothing is wrong with it
  test::SessionDriver tags{protocol};
  tags.feed(to_server, message(0x6f, unconnected(envelope)));
  EXPECT_EQ(tags.fields().at("enip.cip_tag").front(), "Tag");
}

TEST(Enip, OlderControllersCommandsAreToldApart) {
  Services driver;
  const std::string head = from_hex("4b 02 20 67 24 01  07 4d 00 01 00 00 00  0f 00 01 00");
  driver.feed(to_server, message(0x6f, unconnected(head + from_hex("a2 02 07 89 00 00"))));  // typed logical read
  driver.feed(to_server, message(0x6f, unconnected(head + from_hex("aa 02 07 89 00 00"))));  // write
  driver.feed(to_server, message(0x6f, unconnected(head + from_hex("80 01"))));              // change mode
  EXPECT_EQ(driver.access, (std::vector<std::uint64_t>{1, 2, 6}));
}

TEST(Enip, OnConnectionsTheSequenceNumberMatches) {
  const std::string first = message(0x70, connected(7, from_hex("4c 03 91 03 54 61 67 00 01 00")));
  const std::string second = message(0x70, connected(8, from_hex("4d 03 91 03 54 61 67 00 c3 00 01 00 05 00")));
  const std::string text = told({{to_server, first + second},
                                 {to_client, message(0x70, connected(8, from_hex("cd 00 00 00")), '9')},
                                 {to_client, message(0x70, connected(7, from_hex("cc 00 04 01 00 00")), '9')}});
  EXPECT_LT(text.find("Write Data"), text.find("Read Data"));
  EXPECT_NE(text.find("\"status\":\"Path Segment Error\",\"status_extended\":\"0000\""), std::string::npos) << text;
}

TEST(Enip, SessionsAndServicesAreTold) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRegister);
  driver.feed(to_client, kRegistered);
  driver.feed(to_client, message(4, from_hex("01 00 00 01 14 00 01 00 20 01") + std::string("Communications\0\0", 16)));
  EXPECT_EQ(driver.fields().at("enip.protocol_version").front(), "1");
  EXPECT_EQ(driver.fields().at("enip.service_name").front(), "Communications");
  EXPECT_EQ(driver.fields().at("enip.capabilities").front(), "288");
  EXPECT_NE(driver.text().find("\"register_session\":{\"protocol_version\":1,\"options\":0}"), std::string::npos);
  EXPECT_NE(driver.text().find("\"list_services\":{\"protocol_version\":1,\"capabilities\":288,"), std::string::npos);
}

TEST(Enip, WhatIsCutOffIsAnEvent) {
  const std::string bad[] = {
      message(0x6f, from_hex("00 00 00 00 00 00 02 00 00 00 00 00 b2 00 20 00 0e 03")),         // an item
      message(0x6f, unconnected(from_hex("0e 03 20 f5"))),                                      // a path
      message(0x6f, unconnected(from_hex("0a 02 20 02 24 01 02 00 06 00 90 00 0e 01 20 01"))),  // an offset
      without_session(message(0x65, from_hex("01 00"))),
  };
  for (const auto& bytes : bad) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    EXPECT_EQ(driver.text(), "event to_server invalid_pdu\n");
    EXPECT_EQ(driver.last_status(), Status::ok);
  }
  test::SessionDriver driver{protocol};
  driver.feed(to_server, message(0x99, ""));
  EXPECT_EQ(driver.text(), "event to_server invalid_pdu\n");
  EXPECT_EQ(driver.last_status(), Status::malformed);
}

TEST(Enip, TheOldestRequestGivesWay) {
  test::SessionDriver driver{protocol};
  for (unsigned i = 0; i <= kMaxWaiting; ++i) driver.feed(to_server, kGet);
  EXPECT_EQ(driver.lines().front(), "event to_server too_many_transactions");
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(Enip, BehindLostBytesTheNextMessageIsRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kGet);
  driver.gap(to_client, 100);
  driver.feed(to_client, std::string(40, 'x'));
  driver.feed(to_client, kGetAnswer);
  EXPECT_EQ(driver.lines().size(), 1u) << driver.text();
}

TEST(Enip, AFlowEnteredLateMayHaveItsEndsExchanged) {
  test::SessionDriver driver{protocol};
  driver.feed(to_client, kGet);
  driver.feed(to_server, kGetAnswer);
  EXPECT_EQ(driver.lines().size(), 1u);
  EXPECT_EQ(driver.fields().at("enip.cip_class").front(), "245");
  EXPECT_EQ(driver.fields().at("enip.cip_status").front(), "0");
}

TEST(Enip, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(
      protocol, {{to_server, kRegister}, {to_client, kRegistered}, {to_server, kGet + kGet}, {to_client, kGetAnswer}});
  test::expect_prefixes_need_more(protocol, to_server, kGet);
}

TEST(Enip, CyclicDataIsLeftAlone) {
  const std::string cyclic = from_hex("02 00 02 80 08 00 11 22 33 44 01 00 00 00 b1 00 04 00 01 00 aa bb");
  EXPECT_EQ(protocol.detector.probe_datagram(to_server, as_bytes(cyclic), 2222), Probe::yes);
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(cyclic));
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_EQ(driver.text(), "");
}

TEST(Enip, IsRecognisedByWhatItHolds) {
  const auto probe = protocol.detector.probe;
  EXPECT_EQ(probe(to_server, as_bytes(kRegister), 4000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kGet), 4000), Probe::yes);
  EXPECT_EQ(probe(to_client, as_bytes(kIdentity), 4000), Probe::yes);
  EXPECT_EQ(protocol.detector.probe_datagram(to_server, as_bytes(message(0x63, "")), 4000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kRegister.substr(0, 26)), 4000), Probe::need_more);
  const std::string list(std::string("\x04") + std::string(23, '\0'));  // nothing but the command
  EXPECT_EQ(probe(to_server, as_bytes(list), 4000), Probe::no);
  for (const std::string& other :
       {std::string("dummy text of another protocol"), std::string(64, '\x65'), message(0x65, from_hex("02 00 00 00")),
        message(0x65, from_hex("01 00 00 00"), '1', 9)})
    EXPECT_EQ(probe(to_server, as_bytes(other), 4000), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::enip
