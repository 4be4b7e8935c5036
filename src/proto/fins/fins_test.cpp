// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fins/fins.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::fins {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

// From node 12 to node 3 of network 0: ten words from D100 on.
const std::string kRead = from_hex("80 00 02  00 03 00  00 0c 00  21  01 01  82 0064 00 000a");
const std::string kReadDone = from_hex("c0 00 02  00 0c 00  00 03 00  21  01 01 00 00  0001 0002");
const std::string kWriteBit = from_hex("80 00 02  00 03 00  00 0c 00  22  01 02  30 0001 05 0001 01");
const std::string kMany = from_hex("80 00 02  00 03 00  00 0c 00  23  01 04  82 0001 00  b0 0002 00");
const std::string kTransfer = from_hex("80 00 02  00 03 00  00 0c 00  24  01 05  82 0001 00  b0 0002 00  0004");
const std::string kStop = from_hex("80 00 02  00 03 00  00 0c 00  25  04 02");
const std::string kControllerAnswer = from_hex("c0 00 02  00 0c 00  00 03 00  26  05 01 00 00") +
                                      "CJ2M-CPU33          02.01               " + std::string(52, '\0');

std::string over_tcp(std::uint8_t command, const std::string& frame) {
  return "FINS" +
         std::string{0, 0, 0, static_cast<char>(8 + frame.size()), 0, 0, 0, static_cast<char>(command), 0, 0, 0, 0} +
         frame;
}
const std::string kClientNode = over_tcp(0, from_hex("00000000")),
                  kServerNode = over_tcp(1, from_hex("0000000c 00000003"));

std::map<std::string, std::vector<std::string>> fields_of(const std::string& datagram) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(datagram));
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  return driver.fields();
}

TEST(Fins, ARangeIsRead) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(kRead));
  EXPECT_EQ(
      driver.text(),
      "log fins {\"fins\":{\"type\":\"request\",\"code\":257,\"command\":\"memory_area_read\",\"access\":\"read\","
      "\"network\":0,\"node\":3,\"service_id\":33,\"places\":[{\"area\":\"dm_word\",\"address\":100,\"count\":10}]"
      "}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("fins.function").front(), "257");
  EXPECT_EQ(fields.at("fins.access").front(), "1");
  EXPECT_EQ(fields.at("fins.unit").front(), "3");
  EXPECT_EQ(fields.at("fins.network").front(), "0");
  EXPECT_EQ(fields.at("fins.area").front(), "130");
  EXPECT_EQ(fields.at("fins.address").front(), "100");
  EXPECT_EQ(fields.at("fins.count").front(), "10");
}

TEST(Fins, AnAnswerHasAnEndCode) {
  const auto fields = fields_of(kReadDone);
  EXPECT_EQ(fields.at("fins.status").front(), "0");
  EXPECT_EQ(fields.at("fins.unit").front(), "3");
  EXPECT_FALSE(fields.contains("fins.address"));
}

TEST(Fins, WritingAndStoppingAreTold) {
  const auto write = fields_of(kWriteBit);
  EXPECT_EQ(write.at("fins.access").front(), "2");
  EXPECT_EQ(write.at("fins.area").front(), "48");
  EXPECT_EQ(write.at("fins.bit").front(), "5");
  EXPECT_EQ(fields_of(kStop).at("fins.access").front(), "6");
}

TEST(Fins, ACommandMayNameSeveralPlaces) {
  for (const auto& bytes : {kMany, kTransfer}) {
    test::SessionDriver driver{protocol, true};
    driver.datagram(to_server, as_bytes(bytes));
    EXPECT_NE(driver.text().find("{\"area\":\"dm_word\",\"address\":1,"), std::string::npos) << driver.text();
    EXPECT_NE(driver.text().find("{\"area\":\"cio_word\",\"address\":2,"), std::string::npos) << driver.text();
  }
}

TEST(Fins, TheControllerSaysWhatItIs) {
  const auto fields = fields_of(kControllerAnswer);
  EXPECT_EQ(fields.at("fins.model").front(), "CJ2M-CPU33");
  EXPECT_EQ(fields.at("fins.version").front(), "02.01");
  EXPECT_EQ(fields.at("fins.vendor").front(), "OMRON");
}

TEST(Fins, OverTcpThereIsAHeader) {
  const auto text = test::expect_same_in_any_chunks(
      protocol,
      {{to_server, kClientNode}, {to_client, kServerNode}, {to_server, over_tcp(2, kRead) + over_tcp(2, kStop)}});
  EXPECT_EQ(text.find("event"), std::string::npos) << text;
  EXPECT_NE(text.find("{\"tcp_command\":\"server_node\"}"), std::string::npos) << text;
  EXPECT_NE(text.find("{\"tcp_command\":\"frame\",\"type\":\"request\",\"code\":257"), std::string::npos) << text;
  test::expect_prefixes_need_more(protocol, to_server, over_tcp(2, kRead));
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kClientNode);
  EXPECT_EQ(driver.fields().at("fins.tcp_command").front(), "0");
}

TEST(Fins, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_frame", kRead.substr(0, 11)},
      {"malformed_frame", from_hex("80 01 02  00 03 00  00 0c 00  21  01 01  82 0064 00 000a")},
      {"malformed_command", kRead + "x"},
      {"malformed_command", kMany.substr(0, 17)},
      {"unknown_command", from_hex("80 00 02  00 03 00  00 0c 00  25  0f 02")},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol, true};
    driver.datagram(to_server, as_bytes(bytes));
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
  test::SessionDriver driver{protocol};
  driver.feed(to_server, over_tcp(2, "no frame in it"));
  EXPECT_EQ(driver.text(), "event to_server malformed_frame\n");
}

TEST(Fins, IsRecognisedByHeaderAndCommand) {
  const auto& detector = protocol.detector;
  for (const auto& bytes : {kRead, kReadDone, kWriteBit, kMany, kStop, kControllerAnswer})
    EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(bytes), 4000), Probe::yes);
  for (const std::string& bytes :
       {kRead + "x", kRead.substr(0, 12), from_hex("80 00 12 34 00 00 10 00 aa bb 01 01 7f"),
        std::string("\x80\0\0\1", 4), from_hex("81 0a 0011 01 04 00 05 07 0c 0c 0200004d 19")})
    EXPECT_EQ(detector.probe_datagram(to_server, as_bytes(bytes), 9600), Probe::no);
  EXPECT_EQ(detector.probe(to_server, as_bytes(kClientNode), 4000), Probe::yes);
  EXPECT_EQ(detector.probe(to_server, as_bytes("FIN"), 4000), Probe::need_more);
  EXPECT_EQ(detector.probe(to_server, as_bytes("FINSTERNIS AND MORE"), 9600), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::fins
