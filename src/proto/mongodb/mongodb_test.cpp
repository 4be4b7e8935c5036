// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mongodb/mongodb.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/mongodb/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::mongodb {
namespace {

using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string le(std::uint64_t n, unsigned bytes) {
  std::string out;
  for (unsigned i = 0; i < bytes; ++i) out += static_cast<char>(n >> (8 * i));
  return out;
}
std::string z(std::string_view text) {
  return std::string(text) + '\0';
}
// BSON 1.1
std::string document(const std::string& elements) {
  return le(elements.size() + 5, 4) + elements + '\0';
}
std::string text(std::string_view name, std::string_view value) {
  return "\x02" + z(name) + le(value.size() + 1, 4) + z(value);
}
std::string int32(std::string_view name, std::uint32_t value) {
  return "\x10" + z(name) + le(value, 4);
}
std::string within(std::string_view name, const std::string& elements) {
  return "\x03" + z(name) + document(elements);
}
std::string binary(std::string_view name, std::string_view value) {
  return "\x05" + z(name) + le(value.size(), 4) + '\0' + std::string(value);
}
const std::string kDoubleOne = "\x01" + z("ok") + std::string("\0\0\0\0\0\0\xf0\x3f", 8);
const std::string kDoubleZero = "\x01" + z("ok") + std::string(8, '\0');

std::string message(std::uint32_t id, std::uint32_t to, std::uint32_t code, const std::string& body) {
  return le(body.size() + 16, 4) + le(id, 4) + le(to, 4) + le(code, 4) + body;
}
std::string msg(std::uint32_t id, std::uint32_t to, const std::string& elements, const std::string& before = "") {
  return message(id, to, 2013, le(0, 4) + before + '\0' + document(elements));
}
const std::string kFind = msg(1, 0, text("find", "things") + within("filter", int32("x", 1)) + text("$db", "plant"));

TEST(Mongodb, CommandsAndTheirReplies) {
  const std::vector<test::Turn> talk{
      {kUp, msg(1, 0,
                int32("hello", 1) +
                    within("client",
                           within("application", text("name", "shell")) + within("driver", text("name", "nodejs"))) +
                    text("$db", "admin"))},
      {kDown, msg(90, 1, kDoubleOne)},
      {kUp, msg(2, 0,
                int32("saslStart", 1) + text("mechanism", "SCRAM-SHA-256") + binary("payload", "n,,n=ada,r=nonce") +
                    text("$db", "admin"))},
      {kDown, msg(91, 2, kDoubleZero + text("errmsg", "Authentication failed.") + int32("code", 18))},
      {kUp, msg(3, 0, text("insert", "things") + text("$db", "plant"),
                "\1" + le(4 + 10 + 5, 4) + z("documents") + document(""))},
      {kDown, msg(92, 3, int32("n", 1) + kDoubleOne)}};
  EXPECT_EQ(
      test::expect_same_in_any_chunks(protocol, talk),
      R"(log mongodb {"mongodb":{"opcode":2013,"command":"hello","database":"admin","application":"shell","driver":"nodejs","status":"ok"}}
log mongodb {"mongodb":{"opcode":2013,"command":"saslStart","database":"admin","mechanism":"SCRAM-SHA-256","user":"ada","status":"error","code":18,"message":"Authentication failed."}}
log mongodb {"mongodb":{"opcode":2013,"command":"insert","collection":"things","database":"plant","status":"ok"}}
)");
}

TEST(Mongodb, OlderMessages) {
  SessionDriver driver{protocol};
  driver.feed(kUp,
              message(1, 0, 2004, le(0, 4) + z("admin.$cmd") + le(0, 4) + le(1, 4) + document(int32("isMaster", 1))));
  driver.feed(kDown, message(9, 1, 1, le(8, 4) + le(0, 8) + le(0, 4) + le(1, 4) + document(kDoubleOne)));
  driver.feed(kUp, message(2, 0, 2004, le(0, 4) + z("plant.things") + le(0, 4) + le(1, 4) + document("")));
  driver.feed(kDown, message(9, 2, 1, le(0, 4) + le(0, 8) + le(0, 4) + le(0, 4)));
  driver.feed(kUp, message(3, 0, 2006, le(0, 4) + z("plant.things") + le(0, 4) + document("")));
  driver.feed(kUp, message(4, 0, 2012, le(2013, 4) + le(100, 4) + "\1compressed"));
  driver.finish();
  EXPECT_THAT(driver.lines(),
              ElementsAre(HasSubstr(R"("opcode":2004,"command":"isMaster","database":"admin","status":"ok")"),
                          HasSubstr(R"("command":"find","collection":"things","database":"plant"})"),
                          HasSubstr(R"("command":"delete","collection":"things")"),
                          HasSubstr(R"("opcode":2012,"compressed":true)")));
}

TEST(Mongodb, EachFieldHasItsValue) {
  SessionDriver driver{protocol};
  driver.feed(kUp, kFind);
  driver.feed(kDown, msg(9, 1, kDoubleZero + text("errmsg", "no") + int32("code", 13)));
  driver.feed(kUp, msg(2, 0,
                       int32("saslStart", 1) + text("mechanism", "PLAIN") +
                           binary("payload", std::string_view("\0ada\0secret", 11)) + text("$db", "$external")));
  driver.feed(kUp, msg(3, 0,
                       int32("hello", 1) + within("client", within("application", text("name", "app")) +
                                                                within("driver", text("name", "d")))));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("mongodb.command"), ElementsAre("find", "saslStart", "hello"));
  EXPECT_THAT(fields.at("mongodb.collection"), ElementsAre("things"));
  EXPECT_THAT(fields.at("mongodb.database"), ElementsAre("plant", "$external"));
  EXPECT_THAT(fields.at("mongodb.mechanism"), ElementsAre("PLAIN"));
  EXPECT_THAT(fields.at("mongodb.user"), ElementsAre("ada"));
  EXPECT_THAT(fields.at("mongodb.application"), ElementsAre("app"));
  EXPECT_THAT(fields.at("mongodb.driver"), ElementsAre("d"));
  EXPECT_THAT(fields.at("mongodb.code"), ElementsAre("13"));
  EXPECT_THAT(fields.at("mongodb.message"), ElementsAre("no"));
}

TEST(Mongodb, LongMessagesPassAndMayHaveGaps) {
  SessionDriver driver{protocol};
  const std::string insert = msg(1, 0, text("insert", "t") + text("$db", "p") + text("x", std::string(100'000, 'x')));
  driver.feed(kUp, insert.substr(0, 20'000));
  EXPECT_EQ(driver.pending(kUp), 0u);
  driver.gap(kUp, 50'000);
  driver.feed(kUp, insert.substr(70'000) + kFind);
  EXPECT_THAT(driver.fields().at("mongodb.command"), ElementsAre("insert", "find"));
  driver.gap(kUp, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Mongodb, WhatIsWrongOrTooMuchIsAnEvent) {
  for (const std::string& bytes : {message(1, 0, 77, "x"), message(1, 0, 2013, le(0x10, 4) + std::string(8, '\0')),
                                   message(1, 0, 2013, le(0, 4) + '\0' + le(3, 4)), std::string(16, '\xff')}) {
    SessionDriver driver{protocol};
    driver.feed(kUp, bytes);
    EXPECT_EQ(driver.text(), "event to_server malformed_message\n");
  }
  SessionDriver many{protocol};
  for (std::size_t i = 0; i <= MongoSession::kMaxTransactions; ++i)
    many.feed(kUp, msg(static_cast<std::uint32_t>(i), 0, int32("ping", 1)));
  EXPECT_THAT(many.lines(), Contains("event to_server too_many_transactions"));
}

TEST(Mongodb, IsRecognisedByContentAlone) {
  const auto probe = [](Direction d, std::string_view bytes) { return protocol.detector.probe(d, as_bytes(bytes), 9); };
  EXPECT_EQ(probe(kUp, kFind), Probe::yes);
  for (std::size_t size = 1; size < kFind.size(); ++size)
    EXPECT_EQ(probe(kUp, kFind.substr(0, size)), Probe::need_more);
  EXPECT_EQ(probe(kDown, msg(9, 1, kDoubleOne)), Probe::yes);
  for (const std::string& other : {msg(1, 5, int32("ping", 1) + text("$db", "a")), msg(1, 0, int32("ping", 1)),
                                   std::string(64, '\0'), std::string("GET / HTTP/1.1\r\nHost: a\r\n\r\n")})
    EXPECT_EQ(probe(kUp, other), Probe::no);
  EXPECT_EQ(probe(kDown, msg(9, 1, int32("n", 1))), Probe::no);
  test::expect_prefixes_need_more(protocol, kUp, kFind);
}

}  // namespace
}  // namespace gatehouse::proto::mongodb
