// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mqtt/mqtt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/mqtt/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::mqtt {
namespace {

using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string u16(unsigned n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n)};
}
std::string text(std::string_view s) {
  return u16(static_cast<unsigned>(s.size())) + std::string(s);
}
std::string one(unsigned n) {
  return {static_cast<char>(n)};
}

std::string variable(std::size_t n) {
  std::string bytes;
  do {
    bytes += static_cast<char>((n & 0x7f) | (n > 0x7f ? 0x80 : 0));
    n >>= 7;
  } while (n > 0);
  return bytes;
}

std::string packet(unsigned first, const std::string& body) {
  return one(first) + variable(body.size()) + body;
}
std::string properties(const std::string& list) {
  return variable(list.size()) + list;
}

std::string connect(unsigned version = 4) {
  return packet(0x10, text("MQTT") + one(version) + one(0xc2) + u16(60) + (version == 5 ? properties("") : "") +
                          text("sensor") + text("user") + text("pass"));
}
const std::string kConnack = packet(0x20, u16(0));
const std::string kConnack5 = packet(0x20, u16(0) + properties(""));

std::string publish(unsigned flags, unsigned id, std::string_view topic, const std::string& payload) {
  return packet(0x30 | flags, text(topic) + ((flags & 6) != 0 ? u16(id) : "") + payload);
}

// A session that is introduced; what it told until then is left out.
class Introduced : public SessionDriver {
 public:
  explicit Introduced(unsigned version = 4) : SessionDriver(protocol) {
    feed(kUp, connect(version));
    feed(kDown, version == 5 ? kConnack5 : kConnack);
    before_ = text().size();
  }
  std::string told() const { return text().substr(before_); }

 private:
  std::size_t before_;
};

TEST(Mqtt, ConnectAndConnackAreOneTransaction) {
  SessionDriver driver{protocol};
  driver.feed(kUp, connect());
  EXPECT_TRUE(driver.lines().empty());
  driver.feed(kDown, kConnack);
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(R"(log mqtt {"mqtt":{"connect":{"qos":0,"retain":false,"dup":false,"protocol_string":"MQTT",)"
                  R"("protocol_version":4,"client_id":"sensor","flags":{"username":true,"password":true,)"
                  R"("will_retain":false,"will":false,"clean_session":true},"username":"user","password":"pass"},)"
                  R"("connack":{"qos":0,"retain":false,"dup":false,"session_present":false,"return_code":0}}})"));
}

TEST(Mqtt, ReadsWillAndPropertiesOfVersion5) {
  const std::string body = text("MQTT") + one(5) + one(0x26) + u16(60) +
                           properties(one(0x21) + u16(20) + one(38) + text("k") + text("v")) + text("id") +
                           properties(one(0x18) + u16(0) + u16(9)) + text("gone") + text("bye");
  SessionDriver driver{protocol};
  driver.feed(kUp, packet(0x10, body));
  driver.feed(kDown, packet(0x20, one(1) + one(0) + properties(one(0x22) + u16(10) + one(0x12) + text("given"))));
  EXPECT_THAT(driver.text(),
              HasSubstr(R"("will":{"topic":"gone","message":"bye","properties":{"will_delay_interval":9}},)"
                        R"("properties":{"receive_maximum":20,"user_properties":[{"key":"k","value":"v"}]}})"));
  EXPECT_THAT(
      driver.text(),
      HasSubstr(
          R"("session_present":true,"return_code":0,"properties":{"topic_alias_maximum":10,"assigned_client_identifier":"given"}})"));
}

TEST(Mqtt, EveryPropertyIsRead) {
  const struct {
    unsigned id;
    std::string value;
    std::string_view expected;
  } cases[] = {{1, one(1), R"("payload_format_indicator":1)"},
               {2, u16(0) + u16(7), R"("message_expiry_interval":7)"},
               {3, text("t"), R"("content_type":"t")"},
               {8, text("r"), R"("response_topic":"r")"},
               {9, text("\xff"), R"("correlation_data":"\\xff")"},
               {11, one(5), R"("subscription_identifier":5)"},
               {17, u16(1) + u16(0), R"("session_expiry_interval":65536)"},
               {18, text("a"), R"("assigned_client_identifier":"a")"},
               {19, u16(3), R"("server_keep_alive":3)"},
               {21, text("m"), R"("authentication_method":"m")"},
               {22, text("d"), R"("authentication_data":"d")"},
               {23, one(1), R"("request_problem_information":1)"},
               {24, u16(0) + u16(1), R"("will_delay_interval":1)"},
               {25, one(1), R"("request_response_information":1)"},
               {26, text("i"), R"("response_information":"i")"},
               {28, text("s"), R"("server_reference":"s")"},
               {31, text("why"), R"("reason_string":"why")"},
               {33, u16(2), R"("receive_maximum":2)"},
               {34, u16(2), R"("topic_alias_maximum":2)"},
               {35, u16(2), R"("topic_alias":2)"},
               {36, one(1), R"("maximum_qos":1)"},
               {37, one(0), R"("retain_available":0)"},
               {39, u16(0) + u16(8), R"("maximum_packet_size":8)"},
               {40, one(1), R"("wildcard_subscription_available":1)"},
               {41, one(1), R"("subscription_identifier_available":1)"},
               {42, one(1), R"("shared_subscription_available":1)"}};
  for (const auto& c : cases) {
    Introduced driver{5};
    driver.feed(kUp, packet(0x30, text("t") + properties(one(c.id) + c.value) + "x"));
    EXPECT_THAT(driver.told(), HasSubstr(c.expected));
    Introduced short_by_one{5};
    short_by_one.feed(kUp, packet(0x30, text("t") + properties(one(c.id) + c.value.substr(1)) + "x"));
    EXPECT_EQ(short_by_one.told(), "event to_server malformed_traffic\n") << c.expected;
  }
  Introduced unknown{5};
  unknown.feed(kUp, packet(0x30, text("t") + properties(one(99) + one(1)) + "x"));
  EXPECT_THAT(unknown.told(), HasSubstr(R"("message":"x","properties":{}})"));
}

TEST(Mqtt, PublishesOfEachQuality) {
  Introduced driver;
  driver.feed(kUp, publish(0, 0, "a/b", "on"));
  EXPECT_THAT(driver.told(),
              HasSubstr(R"({"publish":{"qos":0,"retain":false,"dup":false,"topic":"a/b","message":"on"}})"));
  Introduced once;
  once.feed(kUp, publish(0x0b, 7, "a/b", "on"));
  EXPECT_EQ(once.told(), "");
  once.feed(kDown, packet(0x40, u16(7)));
  EXPECT_THAT(
      once.told(),
      HasSubstr(
          R"({"publish":{"qos":1,"retain":true,"dup":true,"topic":"a/b","message_id":7,"message":"on"},"puback":{"qos":0,)"));
  Introduced twice{5};
  twice.feed(kDown, packet(0x34, text("a/b") + u16(7) + properties("") + "on"));
  twice.feed(kUp, packet(0x50, u16(7)));
  twice.feed(kDown, packet(0x62, u16(7) + one(0)));
  EXPECT_EQ(twice.told(), "");
  twice.feed(kUp, packet(0x70, u16(7) + one(0x92) + properties(one(31) + text("no"))));
  EXPECT_THAT(
      twice.told(),
      HasSubstr(
          R"("pubrec":{"qos":0,"retain":false,"dup":false,"message_id":7,"reason_code":0},)"
          R"("pubrel":{"qos":1,"retain":false,"dup":false,"message_id":7,"reason_code":0},)"
          R"("pubcomp":{"qos":0,"retain":false,"dup":false,"message_id":7,"reason_code":146,"properties":{"reason_string":"no"}})"));
}

TEST(Mqtt, SubscribesAndUnsubscribes) {
  Introduced driver;
  driver.feed(kUp, packet(0x82, u16(1) + text("a/#") + one(1) + text("b") + one(2)));
  driver.feed(kDown, packet(0x90, u16(1) + one(1) + one(0x80)));
  driver.feed(kUp, packet(0xa2, u16(2) + text("a/#") + text("b")));
  driver.feed(kDown, packet(0xb0, u16(2)));
  EXPECT_THAT(
      driver.told(),
      HasSubstr(
          R"("subscribe":{"qos":1,"retain":false,"dup":false,"message_id":1,"topics":[{"topic":"a/#","qos":1},{"topic":"b","qos":2}]},)"
          R"("suback":{"qos":0,"retain":false,"dup":false,"message_id":1,"qos_granted":[1,128]}})"));
  EXPECT_THAT(driver.told(),
              HasSubstr(R"("unsubscribe":{"qos":1,"retain":false,"dup":false,"message_id":2,"topics":["a/#","b"]},)"
                        R"("unsuback":{"qos":0,"retain":false,"dup":false,"message_id":2}})"));
}

TEST(Mqtt, PacketsThatStandAlone) {
  Introduced driver{5};
  driver.feed(kUp, packet(0xc0, ""));
  driver.feed(kDown, packet(0xd0, ""));
  driver.feed(kDown, packet(0xf0, one(0x18) + properties(one(21) + text("SCRAM"))));
  driver.feed(kUp, packet(0xe0, one(4)));
  EXPECT_EQ(driver.told(),
            "log mqtt {\"mqtt\":{\"pingreq\":{\"qos\":0,\"retain\":false,\"dup\":false}}}\n"
            "log mqtt {\"mqtt\":{\"pingresp\":{\"qos\":0,\"retain\":false,\"dup\":false}}}\n"
            "log mqtt {\"mqtt\":{}}\n"
            "log mqtt {\"mqtt\":{\"disconnect\":{\"qos\":0,\"retain\":false,\"dup\":false,\"reason_code\":4}}}\n");
}

TEST(Mqtt, TellsTheSameInAnyChunks) {
  const std::vector<test::Turn> talk{
      {kUp, connect(5)},
      {kDown, kConnack5},
      {kUp, packet(0x82, u16(1) + properties("") + text("a") + one(1)) +
                packet(0x32, text("a") + u16(2) + properties(one(1) + one(1)) + "hello")},
      {kDown, packet(0x90, u16(1) + properties("") + one(1)) + packet(0x40, u16(2))},
      {kUp, packet(0x30, text("f") + properties("") + std::string(1500, 'x')) + packet(0xe0, "")}};
  test::expect_same_in_any_chunks(protocol, talk);
  test::expect_prefixes_need_more(protocol, kUp, connect(5));
}

TEST(Mqtt, WhatIsStillOpenIsLoggedAtTheEnd) {
  Introduced driver;
  driver.feed(kUp, publish(2, 1, "t", "x"));
  driver.finish();
  EXPECT_THAT(driver.told(), HasSubstr(R"("message_id":1,"message":"x"}})"));
}

// ---- limits ----

TEST(MqttLimits, LongStringsAreCutInTheLog) {
  Introduced driver;
  driver.feed(kUp, publish(2, 1, "t", std::string(5000, 'x')));
  EXPECT_THAT(driver.fields().at("mqtt.publish.message"), ElementsAre(std::string(5000, 'x')));
  driver.feed(kDown, packet(0x40, u16(1)));
  EXPECT_THAT(driver.told(), HasSubstr(std::string(1024, 'x') + "[truncated 3976 additional bytes]\""));
}

TEST(MqttLimits, ALongPublishPassesAsAFile) {
  Introduced driver;
  const std::size_t size = 40 * 1024 * 1024;
  driver.feed(kUp, one(0x30) + variable(size + 6) + text("firm"));
  const std::string piece(1024 * 1024, 'x');
  for (std::size_t sent = 0; sent < size; sent += piece.size()) {
    driver.feed(kUp, piece);
    ASSERT_EQ(driver.pending(kUp), 0u);
  }
  driver.feed(kUp, packet(0xc0, ""));
  EXPECT_EQ(driver.file(0).size(), size);
  EXPECT_THAT(driver.told(), HasSubstr("file 0 open to_server firm\nfile 0 close 41943040 bytes"));
  EXPECT_THAT(
      driver.told(),
      HasSubstr(
          R"({"publish":{"qos":0,"retain":false,"dup":false,"truncated":true,"skipped_length":41943051,"topic":"firm"}})"));
  EXPECT_THAT(driver.told(), HasSubstr("pingreq"));
}

TEST(MqttLimits, ALongPublishInAnyChunks) {
  const std::string body = text("firm") + std::string(kMaxMessage, 'x');
  test::expect_same_in_any_chunks(
      protocol, {{kUp, packet(0x10, connect().substr(2)) + one(0x30) + variable(body.size()) + text("firm")}}, 50);
  SessionDriver whole{protocol}, cut{protocol};
  const std::string stream = connect() + packet(0x30, body) + packet(0xc0, "");
  whole.feed(kUp, stream);
  for (std::size_t at = 0; at < stream.size(); at += 999) cut.feed(kUp, stream.substr(at, 999));
  EXPECT_EQ(whole.text(), cut.text());
}

TEST(MqttLimits, AGapWithinALongPacketIsBridged) {
  Introduced driver;
  driver.feed(kUp, one(0x30) + variable(kMaxMessage + 100) + text("f") + "abc");
  driver.gap(kUp, kMaxMessage);
  driver.feed(kUp, std::string(100 - 3 - 3, 'y') + packet(0xc0, ""));
  EXPECT_THAT(driver.file(0), testing::StartsWith("abc[gap 1048576]y"));
  EXPECT_THAT(driver.told(), HasSubstr("pingreq"));
  driver.gap(kUp, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(MqttLimits, TooManyTransactions) {
  Introduced driver;
  for (unsigned i = 1; i <= kMaxTransactions; ++i) driver.feed(kUp, publish(2, i, "t", ""));
  EXPECT_EQ(driver.told(), "");
  driver.feed(kUp, publish(2, 5000, "t", ""));
  EXPECT_THAT(driver.told(), testing::StartsWith("event to_server too_many_transactions\nlog mqtt"));
  EXPECT_THAT(driver.told(), HasSubstr(R"("message_id":1,)"));
}

TEST(MqttLimits, WhatIsKeptIsBounded) {
  Introduced driver;
  const std::string topic(60000, 't');
  for (unsigned i = 1; i <= 6; ++i) driver.feed(kUp, publish(2, i, topic, ""));
  EXPECT_THAT(driver.told(), HasSubstr("event to_server too_many_transactions"));
  Introduced larger_than_kept;
  larger_than_kept.feed(kUp, packet(0x82, u16(3) + text(topic) + one(0) + text(topic) + one(0)));
  larger_than_kept.feed(kDown, packet(0x90, u16(3) + one(0)));
  EXPECT_THAT(larger_than_kept.told(),
              HasSubstr(R"("subscribe":{"qos":1,"retain":false,"dup":false,"message_id":3},"suback")"));
}

TEST(MqttLimits, TooManyMessagesAndProperties) {
  Introduced driver;
  driver.feed(kUp, publish(4, 1, "t", ""));
  for (unsigned i = 1; i < kMaxMessages; ++i) driver.feed(kDown, packet(0x50, u16(1)));
  EXPECT_THAT(driver.told(), HasSubstr("event to_client too_many_messages\nlog mqtt"));
  Introduced v5{5};
  std::string list;
  for (unsigned i = 0; i <= kMaxProperties; ++i) list += one(1) + one(0);
  v5.feed(kUp, packet(0x30, text("t") + properties(list)));
  EXPECT_THAT(v5.told(), HasSubstr("event to_server too_many_properties\n"));
}

// ---- events ----

TEST(MqttEvents, AnswersToNothing) {
  const struct {
    std::string bytes;
    std::string_view event;
  } cases[] = {{packet(0x40, u16(1)), "missing_publish"},
               {packet(0x50, u16(1)), "missing_publish"},
               {packet(0x62, u16(1)), "missing_publish"},
               {packet(0x70, u16(1)), "missing_publish"},
               {packet(0x90, u16(1) + one(0)), "missing_subscribe"},
               {packet(0xb0, u16(1)), "missing_unsubscribe"}};
  for (const auto& c : cases) {
    SessionDriver driver{protocol};
    driver.feed(kDown, c.bytes);
    EXPECT_EQ(driver.lines().at(0), "event to_client " + std::string(c.event));
    EXPECT_EQ(driver.lines().at(1), "event to_client unintroduced_message");
  }
  SessionDriver driver{protocol};
  driver.feed(kDown, kConnack);
  EXPECT_EQ(driver.lines().at(0), "event to_client missing_connect");
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(MqttEvents, AcknowledgementsMatchTypeAndDirection) {
  Introduced driver;
  driver.feed(kUp, packet(0x82, u16(1) + text("a") + one(0)));
  driver.feed(kDown, publish(2, 1, "t", ""));
  driver.feed(kDown, packet(0x40, u16(1)));  // acknowledges nothing of the client's
  EXPECT_THAT(driver.told(), HasSubstr("event to_client missing_publish"));
  driver.feed(kUp, packet(0x40, u16(1)));
  driver.feed(kDown, packet(0x90, u16(1) + one(0)));
  EXPECT_THAT(driver.told(), Not(HasSubstr("missing_subscribe")));
}

TEST(MqttEvents, OfRequests) {
  Introduced driver;
  driver.feed(kUp, connect());
  driver.feed(kUp, publish(6, 1, "t", ""));
  driver.feed(kUp, publish(2, 0, "t", ""));
  driver.feed(kUp, packet(0x00, "x"));
  EXPECT_THAT(driver.told(), HasSubstr("event to_server double_connect\n"));
  EXPECT_THAT(driver.told(), HasSubstr("event to_server invalid_qos_level\n"));
  EXPECT_THAT(driver.told(), HasSubstr("event to_server missing_msg_id\n"));
  EXPECT_THAT(driver.told(), HasSubstr("event to_server unassigned_msg_type\n"));
  SessionDriver early{protocol};
  early.feed(kUp, connect() + publish(0, 0, "t", ""));
  EXPECT_THAT(early.text(), HasSubstr("event to_server unintroduced_message\n"));
}

TEST(MqttEvents, MalformedTrafficEndsTheSession) {
  const std::string cases[] = {packet(0x10, text("MQTT")),
                               packet(0x30, u16(5) + "abc"),
                               packet(0x82, u16(1)),
                               packet(0x20, ""),
                               packet(0x40, "x"),
                               one(0x30) + "\xff\xff\xff\xff\x7f",
                               packet(0x10, text("MQTT") + one(5) + one(2) + u16(60) + variable(4000) + text("id"))};
  for (const std::string& bytes : cases) {
    SessionDriver driver{protocol};
    driver.feed(kUp, bytes);
    EXPECT_EQ(driver.text(), "event to_server malformed_traffic\n");
    EXPECT_TRUE(driver.stopped());
  }
}

// ---- fields ----

TEST(MqttFields, OfAConnection) {
  SessionDriver driver{protocol};
  driver.feed(kUp, packet(0x10, text("MQIsdp") + one(3) + one(0xc6) + u16(60) + text("id") + text("gone") +
                                    text("bye") + text("user") + text("pass")));
  const auto& f = driver.fields();
  EXPECT_THAT(f.at("mqtt.connect.clientid"), ElementsAre("id"));
  EXPECT_THAT(f.at("mqtt.connect.protocol_string"), ElementsAre("MQIsdp"));
  EXPECT_THAT(f.at("mqtt.connect.flags"), ElementsAre("198"));
  EXPECT_THAT(f.at("mqtt.connect.willtopic"), ElementsAre("gone"));
  EXPECT_THAT(f.at("mqtt.connect.willmessage"), ElementsAre("bye"));
  EXPECT_THAT(f.at("mqtt.connect.username"), ElementsAre("user"));
  EXPECT_THAT(f.at("mqtt.connect.password"), ElementsAre("pass"));
  EXPECT_THAT(f.at("mqtt.protocol_version"), ElementsAre("3"));
  EXPECT_THAT(f.at("mqtt.type"), ElementsAre("1"));
  driver.feed(kDown, packet(0x20, one(1) + one(5)));
  EXPECT_THAT(f.at("mqtt.connack.session_present"), ElementsAre("1"));
  EXPECT_THAT(f.at("mqtt.reason_code"), ElementsAre("5"));
}

TEST(MqttFields, OfMessages) {
  Introduced driver;
  driver.feed(kDown, publish(0x0b, 4, "cmd/open", "now"));
  driver.feed(kUp, packet(0x82, u16(1) + text("a") + one(0) + text("b") + one(0)));
  driver.feed(kUp, packet(0xa2, u16(2) + text("c")));
  const auto& f = driver.fields();
  EXPECT_THAT(f.at("mqtt.publish.topic"), ElementsAre("cmd/open"));
  EXPECT_THAT(f.at("mqtt.publish.message"), ElementsAre("now"));
  EXPECT_THAT(f.at("mqtt.subscribe.topic"), ElementsAre("a", "b"));
  EXPECT_THAT(f.at("mqtt.unsubscribe.topic"), ElementsAre("c"));
  EXPECT_THAT(f.at("mqtt.flags"), ElementsAre("0", "11", "2"));
  EXPECT_THAT(f.at("mqtt.qos"), ElementsAre("0", "1"));
}

// ---- detection ----

Probe ask(Direction direction, const std::string& bytes, std::uint16_t port) {
  return probe(direction, as_bytes(bytes), port);
}

TEST(MqttProbe, ConnectOnAnyPort) {
  EXPECT_EQ(ask(kUp, connect(), 40000), Probe::yes);
  EXPECT_EQ(ask(kUp, connect().substr(0, 5), 40000), Probe::need_more);
  EXPECT_EQ(ask(kUp, connect().substr(0, 1), 40000), Probe::need_more);
  EXPECT_EQ(ask(kUp, packet(0x10, text("MQIsdp") + "..."), 40000), Probe::yes);
  EXPECT_EQ(ask(kUp, packet(0x10, text("HTTP") + "..."), 1883), Probe::no);
  EXPECT_EQ(ask(kDown, connect(), 40000), Probe::no);
}

TEST(MqttProbe, OtherPacketsOnTheirPortOnly) {
  EXPECT_EQ(ask(kDown, kConnack, 1883), Probe::yes);
  EXPECT_EQ(ask(kDown, kConnack, 40000), Probe::no);
  EXPECT_EQ(ask(kUp, kConnack, 1883), Probe::no);
  EXPECT_EQ(ask(kUp, publish(0, 0, "a/b", "x"), 1883), Probe::yes);
  EXPECT_EQ(ask(kUp, packet(0xc0, ""), 1883), Probe::yes);
  EXPECT_EQ(ask(kUp, packet(0xc1, ""), 1883), Probe::no);
  EXPECT_EQ(ask(kUp, "GET / HTTP/1.1\r\n\r\n", 1883), Probe::no);
  EXPECT_EQ(ask(kUp, std::string("\x16\x03\x01\x02\x00\x01", 6), 1883), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::mqtt
