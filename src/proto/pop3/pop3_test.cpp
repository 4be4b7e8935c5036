// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/pop3/pop3.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/pop3/transaction.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::pop3 {
namespace {

using test::SessionDriver;
using test::Turn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

std::vector<std::string> lines(const std::vector<Turn>& conversation) {
  SessionDriver driver{protocol};
  for (const Turn& turn : conversation) driver.feed(turn.direction, turn.bytes);
  driver.finish();
  return driver.lines();
}

const std::vector<Turn> kOpening{{S, "+OK POP3 ready\r\n"}};
const std::vector<Turn> kTalk{{S, "+OK POP3 ready\r\n"},
                              {C, "user meter@example.com\r\nPASS a b\r\n"},
                              {S, "+OK\r\n-ERR no\r\n"},
                              {C, "LIST\r\n"},
                              {S, "+OK 2 messages\r\n1 120\r\n..2 6\r\n.\r\n"},
                              {C, "LIST 1\r\n"},
                              {S, "+OK 1 120\r\n"},
                              {C, "RETR 1\r\n"},
                              {S,
                               "+OK 120 octets\r\nSubject: reading\r\nContent-Type: application/x; name=r.bin\r\n\r\n"
                               "..data\r\n.\r\n"},
                              {C, "QUIT\r\n"},
                              {S, "+OK bye\r\n"}};

TEST(Pop3, ACommandAndItsResponseAreARecord) {
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, kTalk),
            R"(log pop3 {"pop3":{"response":{"success":true,"status":"OK","header":"POP3 ready","data":[]}}}
log pop3 {"pop3":{"request":{"command":"USER","args":["meter@example.com"]},"response":{"success":true,"status":"OK","header":"","data":[]}}}
log pop3 {"pop3":{"request":{"command":"PASS","args":["a","b"]},"response":{"success":false,"status":"ERR","header":"no","data":[]}}}
log pop3 {"pop3":{"request":{"command":"LIST","args":[]},"response":{"success":true,"status":"OK","header":"2 messages","data":["1 120",".2 6"]}}}
log pop3 {"pop3":{"request":{"command":"LIST","args":["1"]},"response":{"success":true,"status":"OK","header":"1 120","data":[]}}}
file 0 open to_client r.bin
file 0 close 5 bytes sha256 a510594e87476a348886c8037b1a6327044100b1cc1929027cf189e64a2aff6e
log pop3 {"pop3":{"request":{"command":"RETR","args":["1"]},"response":{"success":true,"status":"OK","header":"120 octets","data":[]}},"email":{"status":"PARSE_DONE","subject":"reading","attachment":["r.bin"]}}
log pop3 {"pop3":{"request":{"command":"QUIT","args":[]},"response":{"success":true,"status":"OK","header":"bye","data":[]}}}
)");
  test::expect_prefixes_need_more(protocol, C, "RETR 1\r\n");
}

TEST(Pop3, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kTalk) driver.feed(turn.direction, turn.bytes);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("pop3.command"), ElementsAre("USER", "PASS", "LIST", "RETR", "QUIT"));
  EXPECT_THAT(fields.at("pop3.args"), ElementsAre("meter@example.com", "a", "b", "1"));
  EXPECT_THAT(fields.at("pop3.user"), ElementsAre("meter@example.com"));
  EXPECT_THAT(fields.at("pop3.status"), ElementsAre("OK", "ERR"));
  EXPECT_THAT(fields.at("pop3.header"), Contains("2 messages"));
  EXPECT_THAT(fields.at("email.subject"), ElementsAre("reading"));
}

TEST(Pop3, EachEventIsTold) {
  const auto contains = [](std::string_view event) { return Contains("event " + std::string(event)); };
  EXPECT_THAT(lines({{C, "USER " + std::string(300, 'u') + "\r\n"}}), contains("to_server request_too_long"));
  EXPECT_THAT(lines({{C, "RETR\r\n"}}), contains("to_server incorrect_argument_count"));
  EXPECT_THAT(lines({{C, "STAT now\r\n"}}), contains("to_server incorrect_argument_count"));
  EXPECT_THAT(lines({{C, "XYZZY\r\n"}}), contains("to_server unknown_command"));
  EXPECT_THAT(lines({{S, "+OK " + std::string(600, 'x') + "\r\n"}}), contains("to_client response_too_long"));
  EXPECT_THAT(lines({{C, "STAT\r\n"}, {S, "200 fine\r\n"}}), contains("to_client invalid_response"));
  std::string many, listing = "+OK\r\n";
  for (std::size_t i = 0; i <= kMaxWaiting; ++i) many += "NOOP\r\n";
  EXPECT_THAT(lines({{C, many}}), contains("to_server too_many_transactions"));
  for (std::size_t i = 0; i <= kMaxData; ++i) listing += "1 1\r\n";
  EXPECT_THAT(lines({{C, "LIST\r\n"}, {S, listing + ".\r\n"}}), contains("to_client too_many_data_lines"));
  EXPECT_THAT(
      lines({{C, "RETR 1\r\n"},
             {S, "+OK\r\nContent-Type: a/b; name=x\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n.\r\n"}}),
      contains("to_client mime_anomaly"));
  for (const std::string& line : lines(kTalk)) EXPECT_THAT(line, Not(HasSubstr("event")));
}

TEST(Pop3, StlsChangesTheProtocol) {
  EXPECT_THAT(lines({kOpening[0], {C, "STLS\r\n"}, {S, "+OK go\r\n"}, {C, "\x16\x03"}}), Contains("change tls"));
  EXPECT_THAT(lines({kOpening[0], {C, "STLS\r\n"}, {S, "-ERR no\r\n"}}), Not(Contains("change tls")));
}

TEST(Pop3, AuthLinesAreNoCommands) {
  const auto all = lines({{C, "AUTH PLAIN\r\n"}, {S, "+ \r\n"}, {C, "QUIT\r\n"}, {S, "+OK in\r\n"}, {C, "NOOP\r\n"}});
  EXPECT_THAT(all[0], HasSubstr(R"("command":"AUTH","args":["PLAIN"]},"response":{"success":true)"));
  EXPECT_THAT(all[1], HasSubstr("NOOP"));
}

TEST(Pop3, AHoleInAMailIsAHoleInItsFile) {
  SessionDriver driver{protocol};
  driver.feed(C, "RETR 1\r\n");
  driver.feed(S, "+OK\r\nContent-Type: application/x; name=f\r\n\r\nabc");
  driver.gap(S, 100);
  driver.feed(S, "def\r\n.\r\n");
  driver.finish();
  EXPECT_EQ(driver.file(0), "abc[gap 100]def");
}

Probe looks(Direction direction, std::string_view text, std::uint16_t port = 12345) {
  return protocol.detector.probe(direction, as_bytes(text), port);
}

TEST(Pop3Probe, ByTheGreeting) {
  EXPECT_EQ(looks(S, "+OK Dovecot ready.\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "+OK Dovecot"), Probe::need_more);
  EXPECT_EQ(looks(S, "+"), Probe::need_more);
  EXPECT_EQ(looks(S, "+OK\r\n"), Probe::no) << "Redis";
  EXPECT_EQ(looks(S, "+PONG\r\n"), Probe::no);
  EXPECT_EQ(looks(S, std::string_view{"+OK \0\1\2\r\n", 9}), Probe::no);
}

TEST(Pop3Probe, ByWhatOnlyItsClientsSay) {
  EXPECT_EQ(looks(C, "CAPA\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "USER me\r\n"), Probe::need_more);
  EXPECT_EQ(looks(C, "USER me\r\n", 110), Probe::yes);
  EXPECT_EQ(looks(C, "USER me\r\nPASS x\r\nSTAT\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "USER me\r\nPASS x\r\nSYST\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "USER a 0 * :A B\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "STAT\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "CA"), Probe::need_more);
  EXPECT_EQ(looks(C, "Somebody without an end of line"), Probe::no);
  EXPECT_EQ(looks(C, "SUBSCRIBE x\r\n"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::pop3
