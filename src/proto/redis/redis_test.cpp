// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/redis/redis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/redis/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::redis {
namespace {

using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string bulk(std::string_view text) {
  return "$" + std::to_string(text.size()) + "\r\n" + std::string(text) + "\r\n";
}
std::string command(std::initializer_list<std::string_view> words) {
  std::string bytes = "*" + std::to_string(words.size()) + "\r\n";
  for (const std::string_view word : words) bytes += bulk(word);
  return bytes;
}

TEST(Redis, CommandsAndTheirReplies) {
  const std::vector<test::Turn> talk{
      {kUp, command({"auth", "ada", "secret"}) + command({"GET", "lamp:1"}) + command({"HGETALL", "h"})},
      {kDown, "+OK\r\n" + bulk("on") + "*2\r\n" + bulk("a") + "*2\r\n:1\r\n$-1\r\n"},
      {kUp, command({"SET", "lamp:1", std::string(2000, 'v')}) + command({"DEL", "a", "b"}) +
                command({"MSET", "k1", "v1", "k2", "v2"}) + command({"CONFIG", "SET", "dir", "/etc/cron.d"})},
      {kDown, "+OK\r\n:2\r\n+OK\r\n-ERR not allowed\r\n"},
      {kUp, "PING\r\n"},
      {kDown, "+PONG\r\n"},
  };
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, talk),
            R"(log redis {"redis":{"command":"AUTH","user":"ada","status":"ok"}}
log redis {"redis":{"command":"GET","keys":["lamp:1"],"status":"ok"}}
log redis {"redis":{"command":"HGETALL","keys":["h"],"status":"ok"}}
log redis {"redis":{"command":"SET","keys":["lamp:1"],"status":"ok"}}
log redis {"redis":{"command":"DEL","keys":["a","b"],"status":"ok"}}
log redis {"redis":{"command":"MSET","keys":["k1","k2"],"status":"ok"}}
log redis {"redis":{"command":"CONFIG","arguments":["SET","dir","/etc/cron.d"],"status":"error","error":"ERR not allowed"}}
log redis {"redis":{"command":"PING","status":"ok"}}
)");
}

TEST(Redis, APasswordAloneIsNoUser) {
  SessionDriver driver{protocol};
  driver.feed(kUp, command({"AUTH", "secret"}) + "AUTH secret\r\n");
  driver.feed(kDown, "-WRONGPASS x\r\n-WRONGPASS x\r\n");
  EXPECT_THAT(driver.text(), testing::Not(HasSubstr("secret")));
}

TEST(Redis, AServerThatWantsAPasswordFirst) {
  SessionDriver driver{protocol};
  driver.feed(kUp, command({"GET", "x"}));
  driver.feed(kDown, "-NOAUTH Authentication required.\r\n");
  EXPECT_EQ(
      driver.text(),
      "event to_client not_authenticated\n"
      R"(log redis {"redis":{"command":"GET","keys":["x"],"status":"error","error":"NOAUTH Authentication required."}})"
      "\n");
}

TEST(Redis, Version3) {
  SessionDriver driver{protocol};
  driver.feed(kUp, command({"HELLO", "3", "AUTH", "ada", "secret"}));
  driver.feed(kDown, "%2\r\n+server\r\n+redis\r\n+proto\r\n:3\r\n");
  driver.feed(kDown, ">2\r\n+invalidate\r\n*1\r\n$1\r\na\r\n");  // unasked
  driver.feed(kUp, command({"GET", "x"}) + command({"GET", "y"}));
  driver.feed(kDown, "|1\r\n+ttl\r\n:9\r\n$1\r\n1\r\n");  // an attribute and the value it describes
  driver.feed(kDown, "*0\r\n");
  EXPECT_THAT(driver.lines(),
              ElementsAre(HasSubstr(R"("command":"HELLO","arguments":["3"],"user":"ada","status":"ok")"),
                          HasSubstr(R"("keys":["x"],"status":"ok")"), HasSubstr(R"("keys":["y"])")));
}

TEST(Redis, AfterSubscribingTheServerSpeaksUnasked) {
  SessionDriver driver{protocol};
  driver.feed(kUp, command({"SUBSCRIBE", "doors", "lamps"}));
  driver.feed(kDown, "*3\r\n" + bulk("message") + bulk("doors") + bulk("open"));
  driver.feed(kUp, command({"PING"}));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("arguments":["doors","lamps"])"), HasSubstr("PING")));
}

TEST(Redis, EachFieldHasItsValue) {
  SessionDriver driver{protocol};
  driver.feed(kUp, command({"AUTH", "ada", "s"}) + command({"get", "k"}) + command({"KEYS", "*"}));
  driver.feed(kDown, "+OK\r\n-ERR wrong\r\n*0\r\n");
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("redis.command"), ElementsAre("AUTH", "GET", "KEYS"));
  EXPECT_THAT(fields.at("redis.key"), ElementsAre("k"));
  EXPECT_THAT(fields.at("redis.argument"), ElementsAre("*"));
  EXPECT_THAT(fields.at("redis.user"), ElementsAre("ada"));
  EXPECT_THAT(fields.at("redis.error"), ElementsAre("ERR wrong"));
}

TEST(Redis, LongValuesPassWithoutBeingKept) {
  SessionDriver driver{protocol};
  const std::string set = command({"SET", "k", std::string(300'000, 'v')});
  for (std::size_t at = 0; at < set.size(); at += 1448) {
    driver.feed(kUp, std::string_view(set).substr(at, 1448));
    EXPECT_EQ(driver.pending(kUp), 0u);
    if (at == 14'480) {
      driver.gap(kUp, 1448);
      at += 1448;
    }
  }
  driver.feed(kDown, "+OK\r\n");
  EXPECT_THAT(driver.text(), HasSubstr(R"("command":"SET","keys":["k"],"status":"ok")"));
  driver.gap(kUp, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Redis, WhatIsWrongOrTooMuchIsAnEvent) {
  const struct {
    Direction direction;
    std::string bytes;
    std::string_view event;
  } cases[] = {{kUp, "*1\r\nGET\r\n", "event to_server malformed_request"},
               {kUp, "*99999999\r\n", "event to_server malformed_request"},
               {kUp, "*1\r\n$-1\r\n", "event to_server malformed_request"},
               {kUp, std::string("\1\2\3\n"), "event to_server malformed_request"},
               {kUp, std::string(kMaxLine, 'x'), "event to_server malformed_request"},
               {kDown, "hello\r\n", "event to_client malformed_reply"},
               {kDown, "$x\r\n", "event to_client malformed_reply"},
               {kDown, "\r\n", "event to_client malformed_reply"},
               {kDown,
                [] {
                  std::string deep;
                  for (std::size_t i = 0; i <= kMaxDepth; ++i) deep += "*1\r\n";
                  return deep;
                }(),
                "event to_client malformed_reply"}};
  for (const auto& c : cases) {
    SessionDriver driver{protocol};
    driver.feed(c.direction, c.bytes);
    EXPECT_THAT(driver.lines(), ElementsAre(std::string(c.event)));
    EXPECT_EQ(driver.last_status(), Status::malformed);
    driver.finish();
  }
  SessionDriver many{protocol};
  for (std::size_t i = 0; i <= RedisSession::kMaxTransactions; ++i) many.feed(kUp, command({"PING"}));
  EXPECT_THAT(many.lines(), Contains("event to_server too_many_transactions"));
  SessionDriver keys{protocol};
  keys.feed(kUp, command({"DEL", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
                          "17"}));
  EXPECT_EQ(keys.text(), "event to_server too_many_arguments\n");
}

TEST(Redis, IsRecognisedByContentAlone) {
  const auto probe = [](Direction d, std::string_view bytes) { return protocol.detector.probe(d, as_bytes(bytes), 9); };
  const std::string get = command({"GET", "x"});
  EXPECT_EQ(probe(kUp, get), Probe::yes);
  for (std::size_t size = 1; size < 9; ++size) EXPECT_EQ(probe(kUp, get.substr(0, size)), Probe::need_more) << size;
  EXPECT_EQ(probe(kDown, "-NOAUTH Authentication required.\r\n"), Probe::yes);
  EXPECT_EQ(probe(kDown, "+PONG\r\n"), Probe::yes);
  EXPECT_EQ(probe(kDown, "*3\r\n" + bulk("message")), Probe::yes);
  for (const std::string_view other : {"* OK IMAP4rev1 ready\r\n", "*1\r\n+x\r\n", "*0\r\n$1\r\nx", "*12345678\r\n",
                                       "+OK POP3 ready\r\n", "-ERR bad\r\n", "*2\r\n$3\r\n\x01\x02\x03"}) {
    EXPECT_EQ(probe(kUp, other), Probe::no) << other;
    EXPECT_EQ(probe(kDown, other), Probe::no) << other;
  }
  test::expect_prefixes_need_more(protocol, kUp, get);
}

}  // namespace
}  // namespace gatehouse::proto::redis
