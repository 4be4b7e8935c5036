// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/amqp/amqp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/amqp/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::amqp {
namespace {

using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string be(std::uint64_t n, unsigned bytes) {
  std::string out;
  for (unsigned i = bytes; i-- > 0;) out += static_cast<char>(n >> (8 * i));
  return out;
}
std::string s(std::string_view text) {
  return be(text.size(), 1) + std::string(text);
}
std::string l(std::string_view text) {
  return be(text.size(), 4) + std::string(text);
}
// Version 0-9-1
std::string frame(unsigned type, unsigned channel, const std::string& payload) {
  return be(type, 1) + be(channel, 2) + be(payload.size(), 4) + payload + "\xce";
}
std::string method(unsigned channel, unsigned class_id, unsigned method_id, const std::string& arguments = "") {
  return frame(1, channel, be(class_id, 2) + be(method_id, 2) + arguments);
}
const std::string kHeader9 = std::string("AMQP\0\0\x09\1", 8);
const std::string kStart = method(
    0, 10, 10,
    std::string("\0\x09", 2) + l(s("product") + "S" + l("RabbitMQ") + s("version") + "S" + l("3.12") + s("x") + "t\1") +
        l("PLAIN AMQPLAIN") + l("en_US"));
const std::string kStartOk = method(0, 10, 11, l("") + s("PLAIN") + l(std::string("\0ada\0secret", 11)) + s("en_US"));
// Version 1.0
std::string str(std::string_view text) {
  return "\xa1" + s(text);
}
std::string list(unsigned count, const std::string& elements) {
  return "\xc0" + be(elements.size() + 1, 1) + be(count, 1) + elements;
}
std::string described(unsigned code, const std::string& value) {
  return std::string("\0\x53", 2) + be(code, 1) + value;
}
std::string frame1(unsigned type, const std::string& body) {
  return be(body.size() + 8, 4) + "\2" + be(type, 1) + be(0, 2) + body;
}
const std::string kNull = "\x40";

TEST(Amqp, Version091FromFirstToLast) {
  const std::vector<test::Turn> talk{
      {kUp, kHeader9},
      {kDown, kStart},
      {kUp, kStartOk},
      {kUp, method(0, 10, 40, s("/plant") + s("") + "\0")},
      {kUp, method(1, 50, 10, be(0, 2) + s("jobs") + "\2" + l(""))},
      {kUp, method(1, 50, 20, be(0, 2) + s("jobs") + s("ex") + s("tasks.#") + "\0" + l(""))},
      {kUp, method(1, 60, 40, be(0, 2) + s("ex") + s("tasks.on") + "\1") +
                frame(2, 1, be(60, 2) + be(0, 2) + be(4, 8) + be(0, 2)) + frame(3, 1, "body")},
      {kDown, method(1, 60, 60, s("tag") + be(9, 8) + be(0, 1) + s("ex") + s("tasks.on"))},
      {kUp, method(1, 60, 80, be(9, 8) + be(0, 1)) + frame(8, 0, "")},
      {kDown, method(0, 10, 50, be(320, 2) + s("CONNECTION_FORCED") + be(0, 2) + be(0, 2))}};
  EXPECT_EQ(
      test::expect_same_in_any_chunks(protocol, talk),
      R"(log amqp {"amqp":{"version":"0-9-1","method":"connection.start","channel":0,"mechanism":"PLAIN AMQPLAIN","product":"RabbitMQ","product_version":"3.12"}}
log amqp {"amqp":{"version":"0-9-1","method":"connection.start_ok","channel":0,"mechanism":"PLAIN","user":"ada"}}
log amqp {"amqp":{"version":"0-9-1","method":"connection.open","channel":0,"host":"/plant"}}
log amqp {"amqp":{"version":"0-9-1","method":"queue.declare","channel":1,"queue":"jobs"}}
log amqp {"amqp":{"version":"0-9-1","method":"queue.bind","channel":1,"exchange":"ex","queue":"jobs","routing_key":"tasks.#"}}
log amqp {"amqp":{"version":"0-9-1","method":"basic.publish","channel":1,"exchange":"ex","routing_key":"tasks.on"}}
log amqp {"amqp":{"version":"0-9-1","method":"basic.deliver","channel":1,"exchange":"ex","routing_key":"tasks.on"}}
log amqp {"amqp":{"version":"0-9-1","method":"connection.close","channel":0,"code":320,"text":"CONNECTION_FORCED"}}
)");
}

TEST(Amqp, Version10WithSasl) {
  const std::vector<test::Turn> talk{
      {kUp, std::string("AMQP\3\1\0\0", 8)},
      {kDown, std::string("AMQP\3\1\0\0", 8) + frame1(1, described(0x40, list(1, "\xa3" + s("PLAIN"))))},
      {kUp, frame1(1, described(0x41, list(2, "\xa3" + s("PLAIN") + "\xa0" + s(std::string("\0ada\0secret", 11)))))},
      {kDown, frame1(1, described(0x44, list(1, std::string("\x50\0", 2))))},
      {kUp, std::string("AMQP\0\1\0\0", 8) + frame1(0, described(0x10, list(2, str("things") + str("broker"))))},
      {kUp, frame1(0, described(0x11, list(0, "")))},
      {kUp, frame1(0, described(0x12, list(7, str("link") + "\x43" + "\x42" + kNull + kNull +
                                                  described(0x28, list(1, str("lamps"))) +
                                                  described(0x29, list(1, str("log"))))))},
      {kDown, frame1(0, described(0x18, list(1, described(0x1d, list(1, "\xa3" + s("amqp:not-allowed"))))))}};
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, talk),
            R"(log amqp {"amqp":{"version":"1.0","method":"sasl_mechanisms","channel":0,"mechanism":"PLAIN"}}
log amqp {"amqp":{"version":"1.0","method":"sasl_init","channel":0,"mechanism":"PLAIN","user":"ada"}}
log amqp {"amqp":{"version":"1.0","method":"sasl_outcome","channel":0,"code":0}}
log amqp {"amqp":{"version":"1.0","method":"open","channel":0,"host":"broker","container":"things"}}
log amqp {"amqp":{"version":"1.0","method":"attach","channel":0,"link":"link","source":"lamps","target":"log"}}
log amqp {"amqp":{"version":"1.0","method":"close","channel":0,"text":"amqp:not-allowed"}}
)");
}

TEST(Amqp, TlsIsAgreedOn) {
  SessionDriver driver{protocol};
  driver.feed(kUp, std::string("AMQP\2\1\0\0", 8));
  driver.feed(kDown, std::string("AMQP\2\1\0\0", 8));
  EXPECT_EQ(driver.text(), "change tls\n");
}

TEST(Amqp, AServerOfAnotherVersionEndsTheReading) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kHeader9);
  driver.feed(kDown, std::string("AMQP\0\0\x08\0", 8));
  EXPECT_EQ(driver.last_status(), Status::finished);
}

TEST(Amqp, EachFieldHasItsValue) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kHeader9);
  driver.feed(kDown, kStart);
  driver.feed(kUp, method(0, 10, 11, l("") + s("AMQPLAIN") + l(s("LOGIN") + "S" + l("bob")) + s("en_US")));
  driver.feed(kUp, method(1, 60, 20, be(0, 2) + s("q") + s("tag") + "\0" + l("")));
  driver.feed(kDown, method(1, 60, 50, be(312, 2) + s("NO_ROUTE") + s("ex") + s("key")));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("amqp.method"),
              ElementsAre("connection.start", "connection.start_ok", "basic.consume", "basic.return"));
  EXPECT_THAT(fields.at("amqp.exchange"), ElementsAre("ex"));
  EXPECT_THAT(fields.at("amqp.queue"), ElementsAre("q"));
  EXPECT_THAT(fields.at("amqp.routing_key"), ElementsAre("key"));
  EXPECT_THAT(fields.at("amqp.mechanism"), ElementsAre("PLAIN AMQPLAIN", "AMQPLAIN"));
  EXPECT_THAT(fields.at("amqp.user"), ElementsAre("bob"));
  EXPECT_THAT(fields.at("amqp.product"), ElementsAre("RabbitMQ"));
  EXPECT_THAT(fields.at("amqp.version"), ElementsAre("3.12"));
  EXPECT_THAT(fields.at("amqp.code"), ElementsAre("312"));
}

TEST(Amqp, ContentPassesAndMayHaveGaps) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kHeader9);
  const std::string body = frame(3, 1, std::string(100'000, 'b'));
  driver.feed(kUp, body.substr(0, 500));
  EXPECT_EQ(driver.pending(kUp), 0u);
  driver.gap(kUp, 99'000);
  driver.feed(kUp, body.substr(99'500) + method(1, 50, 40, be(0, 2) + s("q") + "\0"));
  EXPECT_THAT(driver.text(), HasSubstr("queue.delete"));
  driver.gap(kUp, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Amqp, WhatIsWrongIsAnEvent) {
  std::string no_end = kStartOk;
  no_end.back() = 'x';
  for (const std::string& bytes : {no_end, std::string("\5\0\0\0\0\0\0\0", 8), std::string("AMQX\0\0\x09\1", 8),
                                   method(1, 60, 40, be(0, 2) + "\x09x"), std::string("\1\0\0\xff\xff\xff\xff", 7)}) {
    SessionDriver driver{protocol};
    driver.feed(kUp, kHeader9);
    driver.feed(kUp, bytes);
    EXPECT_EQ(driver.text(), "event to_server malformed_frame\n");
  }
  for (const std::string& bytes : {std::string("\0\0\0\4\2\0\0\0", 8), frame1(0, "\xff\xff"),
                                   frame1(0, std::string("\0\0\0\0", 4)), frame1(2, described(0x11, list(0, "")))}) {
    SessionDriver driver{protocol};
    driver.feed(kUp, std::string("AMQP\0\1\0\0", 8) + bytes);
    EXPECT_EQ(driver.text(), "event to_server malformed_frame\n");
  }
  SessionDriver longer{protocol};
  longer.feed(kUp, kHeader9 + method(1, 60, 40, be(0, 2) + s("ex") + s("k") + std::string(70'000, '\0')));
  EXPECT_THAT(longer.lines(), ElementsAre("event to_server frame_too_long", HasSubstr(R"("routing_key":"k")")));
}

TEST(Amqp, IsRecognisedByContentAlone) {
  const auto probe = [](std::string_view bytes) { return protocol.detector.probe(kUp, as_bytes(bytes), 9); };
  for (const std::string& opening :
       {kHeader9, std::string("AMQP\0\1\0\0", 8), std::string("AMQP\3\1\0\0", 8), kStart}) {
    EXPECT_EQ(probe(opening), Probe::yes);
    for (std::size_t size = 1; size < 8; ++size) EXPECT_EQ(probe(opening.substr(0, size)), Probe::need_more);
  }
  std::string no_end = kStart;
  no_end.back() = 'x';
  for (const std::string& other : {std::string("AMQP\0\0\x08\0", 8), std::string("AMPLIFIED"), no_end,
                                   std::string(40, '\1'), method(1, 61, 40), std::string("A001 LOGIN x y\r\n")})
    EXPECT_EQ(probe(other), Probe::no) << other;
  test::expect_prefixes_need_more(protocol, kUp, kHeader9);
}

}  // namespace
}  // namespace gatehouse::proto::amqp
