// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqttsn/mqttsn.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::mqttsn {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
constexpr auto kUp = Direction::to_server, kDown = Direction::to_client;

const std::string kConnect = from_hex("0c 04 04 01 00 3c") + "lamp-1";  // clean session, 60 seconds
const std::string kConnack = from_hex("03 05 00");
const std::string kRegister = from_hex("10 0a 00 00 00 01") + "home/t/out";
const std::string kRegack = from_hex("07 0b 00 05 00 01 00");
const std::string kPublish = from_hex("0b 0c 20 00 05 00 02") + "21.5";  // quality 1, topic 5
const std::string kPuback = from_hex("07 0d 00 05 00 02 02");
const std::string kSubscribe = from_hex("0c 12 40 00 03") + "home/+/";  // quality 2

std::string told(const std::string& datagram) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(datagram));
  return driver.text();
}

TEST(Mqttsn, AConversation) {
  SessionDriver driver{protocol, true};
  for (const std::string& datagram : {kConnect, kRegister, kPublish, kSubscribe})
    driver.datagram(kUp, as_bytes(datagram));
  for (const std::string& datagram : {kConnack, kRegack, kPuback}) driver.datagram(kDown, as_bytes(datagram));
  const std::map<std::string, std::vector<std::string>> expected{
      {"mqttsn.type", {"4", "10", "12", "18", "5", "11", "13"}},
      {"mqttsn.client_id", {"lamp-1"}},
      {"mqttsn.duration", {"60"}},
      {"mqttsn.topic", {"home/t/out", "home/+/"}},
      {"mqttsn.topic_id", {"0", "5"}},
      {"mqttsn.message_id", {"1", "2", "3"}},
      {"mqttsn.qos", {"1", "2"}},
      {"mqttsn.payload", {"21.5"}},
      {"mqttsn.return_code", {"0", "2"}},
  };
  EXPECT_EQ(driver.fields(), expected);
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log mqttsn {"mqttsn":{"type":"connect","client_id":"lamp-1","duration":60}})",
          R"(log mqttsn {"mqttsn":{"type":"register","topic":"home/t/out","topic_id":0,"message_id":1}})",
          R"(log mqttsn {"mqttsn":{"type":"publish","topic_id":5,"qos":1,"message_id":2,"payload_size":4}})",
          R"(log mqttsn {"mqttsn":{"type":"subscribe","topic":"home/+/","qos":2,"message_id":3}})",
          R"(log mqttsn {"mqttsn":{"type":"connack","return_code":"accepted"}})",
          R"(log mqttsn {"mqttsn":{"type":"regack","topic_id":5,"message_id":1,"return_code":"accepted"}})",
          R"(log mqttsn {"mqttsn":{"type":"puback","topic_id":5,"message_id":2,"return_code":"invalid_topic_id"}})"));
}

TEST(Mqttsn, EveryOtherMessage) {
  const auto type_and_rest = [](const std::string& hex) {
    const std::string text = told(from_hex(hex));
    const std::size_t begin = text.find("\"type\":\"");
    return begin == text.npos ? text : text.substr(begin + 8, text.find("}}") - begin - 8);
  };
  EXPECT_EQ(type_and_rest("05 00 07 03 84"), R"(advertise","duration":900,"gateway":7)");
  EXPECT_EQ(type_and_rest("03 01 00"), "search_gateway\"");
  EXPECT_EQ(type_and_rest("03 02 07"), R"(gateway_info","gateway":7)");
  EXPECT_EQ(type_and_rest("02 06"), "will_topic_request\"");
  EXPECT_EQ(type_and_rest("05 07 00 77 2f"), R"(will_topic","topic":"w/","qos":0)");
  EXPECT_EQ(type_and_rest("02 07"), "will_topic\"");
  EXPECT_EQ(type_and_rest("02 08"), "will_message_request\"");
  EXPECT_EQ(type_and_rest("03 09 31"), R"(will_message","payload_size":1)");
  EXPECT_EQ(type_and_rest("04 0e 00 09"), R"(pubcomp","message_id":9)");
  EXPECT_EQ(type_and_rest("04 0f 00 09"), R"(pubrec","message_id":9)");
  EXPECT_EQ(type_and_rest("04 10 00 09"), R"(pubrel","message_id":9)");
  EXPECT_EQ(type_and_rest("08 13 20 00 05 00 03 09"), R"(suback","topic_id":5,"qos":1,"message_id":3,"return_code":9)");
  EXPECT_EQ(type_and_rest("07 14 01 00 03 00 05"), R"(unsubscribe","topic_id":5,"qos":0,"message_id":3)");
  EXPECT_EQ(type_and_rest("07 12 02 00 03 61 62"), R"(subscribe","topic":"ab","qos":0,"message_id":3)");
  EXPECT_EQ(type_and_rest("04 15 00 03"), R"(unsuback","message_id":3)");
  EXPECT_EQ(type_and_rest("02 18"), "disconnect\"");
  EXPECT_EQ(type_and_rest("04 18 00 3c"), R"(disconnect","duration":60)");
  EXPECT_EQ(type_and_rest("05 1a 00 77 2f"), R"(will_topic_update","topic":"w/","qos":0)");
  EXPECT_EQ(type_and_rest("03 1b 03"), R"(will_topic_response","return_code":"not_supported")");
  EXPECT_EQ(type_and_rest("03 1c 31"), R"(will_message_update","payload_size":1)");
  EXPECT_EQ(type_and_rest("03 1d 01"), R"(will_message_response","return_code":"congestion")");
  EXPECT_EQ(type_and_rest("04 fe 00 09 02 16"), R"(encapsulated","payload_size":4)");
  EXPECT_EQ(type_and_rest("01 00 05 18 3c 00").substr(0, 5), "event");  // three bytes of length, and one too many
  EXPECT_EQ(type_and_rest("02 16"), "");                                // pings are not logged
  EXPECT_EQ(type_and_rest("02 17"), "");
}

TEST(Mqttsn, FaultsAreEvents) {
  constexpr const char* kMalformed = "event to_server malformed_message\n";
  EXPECT_EQ(told(from_hex("04 05 00")), kMalformed);        // longer than it is
  EXPECT_EQ(told(from_hex("02 03")), kMalformed);           // a type that does not exist
  EXPECT_EQ(told(from_hex("04 05 00 00")), kMalformed);     // something behind the end
  EXPECT_EQ(told(from_hex("05 0c 20 00 05")), kMalformed);  // cut off
  EXPECT_THAT(told(from_hex("08 0c 61 00 05 00 00 31")),
              testing::StartsWith("event to_server unconnected_publish\nlog"));
}

TEST(Mqttsn, IsRecognisedByContentAlone) {
  const auto probed = [](const std::string& bytes) { return protocol.probe_for(true, kUp, as_bytes(bytes), 40000); };
  const std::string longer = from_hex("01 01 06 0a 00 00 00 01") + std::string(254, 'a');
  for (const std::string& message : {kConnect, kRegister, kSubscribe, longer}) EXPECT_EQ(probed(message), Probe::yes);
  for (const std::string& other :
       {kConnack, kPublish, kPuback, from_hex("0c 04 04 02 00 3c") + "lamp-1", from_hex("0c 04 24 01 00 3c") + "lamp-1",
        from_hex("0c 04 04 01 00 3c 00 01 02 03 04 05"), from_hex("06 04 04 01 00 3c"), kConnect + "x",
        from_hex("08 0a 00 00 00 01") + "ab", from_hex("09 0a 00 00 00 00") + "abc", from_hex("08 12 10 00 03") + "abc",
        std::string("GET / HTTP/1.1\r\n\r\n")})
    EXPECT_EQ(probed(other), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::mqttsn
