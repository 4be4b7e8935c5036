// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/imap/imap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/imap/transaction.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::imap {
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

const std::string kMail = "Subject: picture\r\nContent-Type: image/x; name=p.img\r\n\r\nabc";

std::string literal(std::string_view bytes) {
  return "{" + std::to_string(bytes.size()) + "}\r\n" + std::string(bytes);
}

// As RFC 3501, 8 has a session, with a name as a literal and two mails.
const std::vector<Turn> kTalk{
    {S, "* OK [CAPABILITY IMAP4rev1] ready\r\n"},
    {C, "a1 login " + literal("camera \"7\"") + " \"pass word\"\r\n"},
    {S, "+ go on\r\na1 OK in\r\n"},
    {C, "a2 SELECT \"In Box\"\r\n"},
    {S, "* 2 EXISTS\r\n* OK [UNSEEN 1] x\r\na2 OK [READ-WRITE] done\r\n"},
    {C, "a3 UID FETCH 1:2 (BODY[])\r\n"},
    {S, "* 1 FETCH (UID 4 BODY[] " + literal(kMail) + " FLAGS (\\Seen))\r\n* 2 FETCH (BODY[1] " + literal("part") +
            " BODY[] " + literal(kMail) + ")\r\na3 OK done\r\n"},
    {C, "a4 LOGOUT\r\n"},
    {S, "* BYE bye\r\na4 OK done\r\n"}};

TEST(Imap, CommandsAndMailsAreRecords) {
  const std::string email = R"("email":{"status":"PARSE_DONE","subject":"picture","attachment":["p.img"]})";
  const std::string file = " 3 bytes sha256 ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n";
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, kTalk),
            R"(log imap {"imap":{"status":"OK","text":"[CAPABILITY IMAP4rev1] ready"}}
log imap {"imap":{"tag":"a1","command":"LOGIN","user":"camera \\\"7\\\"","status":"OK","text":"in"}}
log imap {"imap":{"tag":"a2","command":"SELECT","mailbox":"In Box","status":"OK","text":"[READ-WRITE] done"}}
file 0 open to_client p.img
file 0 close)" + file +
                R"(log imap {"imap":{"tag":"a3","command":"UID",)" + email +
                "}}\nfile 1 open to_client p.img\nfile 1 close" + file +
                R"(log imap {"imap":{"tag":"a3","command":"UID",)" + email + R"(}}
log imap {"imap":{"tag":"a4","command":"LOGOUT","status":"OK","text":"done"}}
)");
  test::expect_prefixes_need_more(protocol, C, "a1 LOGIN me secret\r\n");
}

TEST(Imap, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kTalk) driver.feed(turn.direction, turn.bytes);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("imap.command"), ElementsAre("LOGIN", "SELECT", "UID", "LOGOUT"));
  EXPECT_THAT(fields.at("imap.user"), ElementsAre(R"(camera \"7\")"));
  EXPECT_THAT(fields.at("imap.mailbox"), ElementsAre("In Box"));
  EXPECT_THAT(fields.at("imap.status"), ElementsAre("OK"));
  EXPECT_THAT(fields.at("imap.text"), Contains("[READ-WRITE] done"));
  EXPECT_THAT(fields.at("email.subject"), ElementsAre("picture"));
}

TEST(Imap, AnAppendedMailIsRead) {
  const auto all = lines({{C, "1 APPEND Sent " + literal(kMail) + "\r\n"}, {S, "+ go\r\n1 OK done\r\n"}});
  EXPECT_EQ(all[0], "file 0 open to_server p.img");
  EXPECT_THAT(all[2], HasSubstr(R"("command":"APPEND")"));
  EXPECT_THAT(all[2], HasSubstr(R"("subject":"picture")"));
}

TEST(Imap, EachEventIsTold) {
  const auto contains = [](std::string_view event) { return Contains("event " + std::string(event)); };
  EXPECT_THAT(lines({{C, "a1 LOGIN " + std::string(9000, 'u') + "\r\n"}}), contains("to_server line_too_long"));
  EXPECT_THAT(lines({{C, "hello\r\n"}}), contains("to_server invalid_command"));
  EXPECT_THAT(lines({{C, "a1 XYZZY\r\n"}}), contains("to_server invalid_command"));
  EXPECT_THAT(lines({{C, "a1 NOOP\r\n"}, {S, "a2 OK\r\n"}}), contains("to_client invalid_response"));
  std::string many;
  for (std::size_t i = 0; i <= kMaxWaiting; ++i) many += std::to_string(i) + " NOOP\r\n";
  EXPECT_THAT(lines({{C, many}}), contains("to_server too_many_transactions"));
  EXPECT_THAT(
      lines({{C, "1 FETCH 1 BODY[]\r\n"},
             {S, "* 1 FETCH (BODY[] " +
                     literal("Content-Type: a/b\r\nContent-Transfer-Encoding: base64\r\n\r\n!!!!\r\n") + ")\r\n"}}),
      contains("to_client mime_anomaly"));
  for (const std::string& line : lines(kTalk)) EXPECT_THAT(line, Not(HasSubstr("event")));
}

TEST(Imap, StarttlsChangesTheProtocol) {
  EXPECT_THAT(lines({{C, "a STARTTLS\r\n"}, {S, "a OK go\r\n"}, {C, "\x16\x03"}}), Contains("change tls"));
  EXPECT_THAT(lines({{C, "a STARTTLS\r\n"}, {S, "a NO go away\r\n"}}), Not(Contains("change tls")));
}

TEST(Imap, WhatIsCompressedIsNotRead) {
  SessionDriver driver{protocol};
  driver.feed(C, "a COMPRESS DEFLATE\r\n");
  driver.feed(S, "a OK\r\n");
  EXPECT_EQ(driver.last_status(), gatehouse::Status::finished);
}

TEST(Imap, LinesOfAuthenticationAndOfIdleAreNoCommands) {
  const auto all = lines({{C, "1 AUTHENTICATE PLAIN\r\n"},
                          {S, "+\r\n"},
                          {C, "AGNhbWVyYQBwYXNz\r\n"},
                          {S, "1 OK\r\n"},
                          {C, "2 IDLE\r\n"},
                          {S, "+ idling\r\n"},
                          {C, "DONE\r\n"},
                          {S, "2 OK\r\n"}});
  EXPECT_EQ(all.size(), 2u);
}

TEST(Imap, AHoleInAMailIsAHoleInItsFile) {
  SessionDriver driver{protocol};
  driver.feed(C, "1 FETCH 1 BODY[]\r\n");
  driver.feed(S, "* 1 FETCH (BODY[] {" + std::to_string(kMail.size() + 100) + "}\r\n" + kMail);
  driver.gap(S, 97);
  driver.feed(S, "def)\r\n1 OK\r\n");
  driver.finish();
  EXPECT_EQ(driver.file(0), "abc[gap 97]def");
}

TEST(Imap, AHoleBeyondAMailIsFollowedByTheNextLine) {
  SessionDriver driver{protocol};
  driver.feed(C, "1 FETCH 1 BODY[]\r\n2 NOOP\r\n");
  driver.feed(S, "* 1 FETCH (BODY[] {1000}\r\n" + kMail);
  driver.gap(S, 2000);
  driver.feed(S, "rest of a line\r\n2 OK still here\r\n");
  EXPECT_THAT(driver.lines().back(), HasSubstr("still here"));
}

Probe looks(Direction direction, std::string_view text) {
  return protocol.detector.probe(direction, as_bytes(text), 12345);
}

TEST(ImapProbe, ByTheGreeting) {
  EXPECT_EQ(looks(S, "* OK ready\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "* PREAUTH ready\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "* OK re"), Probe::need_more);
  EXPECT_EQ(looks(S, "*"), Probe::need_more);
  EXPECT_EQ(looks(S, "*3\r\n$3\r\nSET\r\n"), Probe::no) << "Redis";
  EXPECT_EQ(looks(S, "* list item\r\n"), Probe::no);
}

TEST(ImapProbe, ByTagAndCommand) {
  EXPECT_EQ(looks(C, "a001 CAPABILITY\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "1 login me secret\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "a001 CAPAB"), Probe::need_more);
  EXPECT_EQ(looks(C, "GET / HTTP/1.1\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "user1 SELECT\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "EHLO a1\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "CAPABILITY\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "a1"), Probe::need_more);
  EXPECT_EQ(looks(C, "a1 LOGIN me"), Probe::need_more);
  EXPECT_EQ(looks(C, "a1 LOG file without an end of line"), Probe::no);
  EXPECT_EQ(looks(C, "words without an end of line"), Probe::no);
  EXPECT_EQ(looks(C, std::string_view{"a1\0\0 LOGIN", 10}), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::imap
