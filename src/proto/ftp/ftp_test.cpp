// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ftp/ftp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ftp/transaction.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::ftp {
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
  driver.host(C, "10.77.1.9");   // a storage in the things' network
  driver.host(S, "10.77.1.20");  // a camera that leaves its pictures there
  for (const Turn& turn : conversation) driver.feed(turn.direction, turn.bytes);
  driver.finish();
  return driver.lines();
}

// RFC 959, 7: a typical session, with a passive transfer.
const std::vector<Turn> kTalk{{S, "220 storage FTP ready\r\n"},
                              {C, "USER camera\r\n"},
                              {S, "331 password please\r\n"},
                              {C, "PASS secret\r\n"},
                              {S, "230-Welcome\r\n quota 1 GB\r\n230 logged in\r\n"},
                              {C, "PASV\r\n"},
                              {S, "227 Entering Passive Mode (10,77,1,9,8,1).\r\n"},
                              {C, "STOR 2026/front door.jpg\r\n"},
                              {S, "150 go ahead\r\n226 stored\r\n"},
                              {C, "QUIT\r\n"},
                              {S, "221 bye\r\n"}};

TEST(Ftp, ACommandAndItsRepliesAreARecord) {
  const std::string text = test::expect_same_in_any_chunks(protocol, kTalk);
  EXPECT_EQ(
      text,
      R"(log ftp {"ftp":{"completion_code":["220"],"reply":["storage FTP ready"],"reply_received":"yes","reply_truncated":false}}
log ftp {"ftp":{"command":"USER","command_data":"camera","command_truncated":false,"completion_code":["331"],"reply":["password please"],"reply_received":"yes","reply_truncated":false}}
log ftp {"ftp":{"command":"PASS","command_data":"secret","command_truncated":false,"completion_code":["230","230"],"reply":["Welcome"," quota 1 GB","logged in"],"reply_received":"yes","reply_truncated":false}}
expect ftp-data at server itself:2049 
log ftp {"ftp":{"command":"PASV","command_truncated":false,"completion_code":["227"],"reply":["Entering Passive Mode (10,77,1,9,8,1)."],"dynamic_port":2049,"mode":"passive","reply_received":"yes","reply_truncated":false}}
expect ftp-data at server itself:2049 STOR 2026/front door.jpg
log ftp {"ftp":{"command":"STOR","command_data":"2026/front door.jpg","command_truncated":false,"completion_code":["150","226"],"reply":["go ahead","stored"],"reply_received":"yes","reply_truncated":false}}
log ftp {"ftp":{"command":"QUIT","command_truncated":false,"completion_code":["221"],"reply":["bye"],"reply_received":"yes","reply_truncated":false}}
)");
  test::expect_prefixes_need_more(protocol, C, "RETR firmware.bin\r\n");
}

TEST(Ftp, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kTalk) driver.feed(turn.direction, turn.bytes);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("ftp.command"), ElementsAre("USER", "PASS", "PASV", "STOR", "QUIT"));
  EXPECT_THAT(fields.at("ftp.command_data"), ElementsAre("camera", "secret", "2026/front door.jpg"));
  EXPECT_THAT(fields.at("ftp.dynamic_port"), ElementsAre("2049"));
  EXPECT_THAT(fields.at("ftp.mode"), ElementsAre("passive"));
  EXPECT_THAT(fields.at("ftp.completion_code"), Contains("226"));
  EXPECT_THAT(fields.at("ftp.reply"), Contains("logged in"));
  EXPECT_THAT(fields.at("ftp.reply_received"), ElementsAre("yes", "no"));
}

TEST(Ftp, EveryWayToArrangeAConnectionIsRead) {
  EXPECT_THAT(lines({{C, "PORT 10,77,1,20,4,210\r\nRETR a\r\n"}}),
              Contains("expect ftp-data at client itself:1234 RETR a"));
  EXPECT_THAT(lines({{C, "EPRT |1|10.77.1.20|1234|\r\nLIST\r\n"}}),
              Contains("expect ftp-data at client itself:1234 LIST "));
  EXPECT_THAT(lines({{C, "EPSV\r\n"}, {S, "229 Extended (|||6446|)\r\n"}}),
              Contains("expect ftp-data at server itself:6446 "));
  EXPECT_THAT(lines({{C, "PASV\r\n"}, {S, "227 =10,0,0,1,1,1\r\n"}}),
              Contains("expect ftp-data at server itself:257 "));
  EXPECT_THAT(lines({{C, "RETR a\r\n"}}), Contains("expect ftp-data at client itself:0 RETR a"));
  EXPECT_THAT(lines({{C, "PASV\r\n"}, {S, "227 (1,1,1,1,1,1)\r\n"}, {C, "STOU\r\n"}, {S, "150 FILE: u.1\r\n"}}),
              Contains("expect ftp-data at server itself:257 STOU u.1"));
}

TEST(Ftp, APortOfAThirdHostIsABounce) {
  for (const std::string bounce : {"PORT 10,77,1,30,0,80\r\n", "EPRT |1|10.77.1.30|80|\r\n"}) {
    const auto all = lines({{C, bounce + "RETR a\r\n"}});
    EXPECT_THAT(all, Contains("event to_server bounce"));
    EXPECT_THAT(all, Not(Contains(HasSubstr("expect"))));
  }
  EXPECT_THAT(lines({{C, "PORT 10,77,1,20,4,210\r\n"}}), Not(Contains("event to_server bounce")));
}

TEST(Ftp, EachEventIsTold) {
  const std::string wide(9000, 'x');
  const auto contains = [](std::string_view event) { return Contains("event " + std::string(event)); };
  EXPECT_THAT(lines({{C, "RETR " + wide + "\r\n"}}), contains("to_server request_command_too_long"));
  EXPECT_THAT(lines({{S, "220 " + wide + "\r\n"}}), contains("to_client response_command_too_long"));
  EXPECT_THAT(lines({{C, "RETR a\r\n"}}), contains("to_server file_before_port"));
  EXPECT_THAT(lines({{C, "PORT 10,77,1,20,4,210\r\nRETR\r\n"}}), contains("to_server file_without_name"));
  EXPECT_THAT(lines({{C, "PORT 10,77,1\r\n"}}), contains("to_server invalid_port"));
  EXPECT_THAT(lines({{C, "NOOP\r\n"}, {S, "hello\r\n"}}), contains("to_client invalid_reply"));
  std::string many, help = "214-help\r\n";
  for (std::size_t i = 0; i <= kMaxWaiting; ++i) many += "NOOP\r\n";
  EXPECT_THAT(lines({{C, many}}), contains("to_server too_many_transactions"));
  for (std::size_t i = 0; i <= kMaxReplyLines; ++i) help += " text\r\n";
  EXPECT_THAT(lines({{C, "HELP\r\n"}, {S, help + "214 end\r\n"}}), contains("to_client too_many_reply_lines"));
  for (const std::string& line : lines(kTalk)) EXPECT_THAT(line, Not(HasSubstr("event")));
}

TEST(Ftp, AuthTlsChangesTheProtocol) {
  EXPECT_THAT(lines({{C, "AUTH TLS\r\n"}, {S, "234 go\r\n"}, {C, "\x16\x03\x01"}}), Contains("change tls"));
  EXPECT_THAT(lines({{C, "AUTH TLS\r\n"}, {S, "504 no\r\n"}}), Not(Contains("change tls")));
}

TEST(Ftp, AHoleInTheRepliesEndsTheWait) {
  SessionDriver driver{protocol};
  driver.feed(C, "CWD a\r\nCWD b\r\n");
  driver.gap(S, 100);
  EXPECT_EQ(driver.lines().size(), 2u);
  driver.feed(S, "the rest of a line\r\n");
  driver.feed(C, "PWD\r\n");
  driver.feed(S, "257 \"/b\"\r\n");
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("command":"PWD")"));
}

TEST(Ftp, NobodyWritesHimselfOutOfTheLog) {
  const auto all =
      lines({{C, "RETR " + std::string(8000, '\x01') + "\r\n"}, {S, "550 " + std::string(8000, '\x01') + "\r\n"}});
  EXPECT_LT(all.back().size(), 48u * 1024);
}

// ---- data

TEST(FtpData, AFileIsToldWithItsName) {
  SessionDriver driver{data_protocol};
  driver.introduce("", C);  // the client connected before it said what for
  driver.introduce("STOR dir/a b.txt", C);
  driver.feed(C, "one ");
  driver.feed(C, "two");
  driver.finish();
  EXPECT_EQ(driver.file(0), "one two");
  EXPECT_THAT(driver.lines().front(), "file 0 open to_server dir/a b.txt");
  EXPECT_THAT(driver.lines().back(), R"(log ftp_data {"ftp_data":{"command":"STOR","filename":"dir/a b.txt"}})");
  EXPECT_THAT(driver.fields().at("ftpdata_command"), ElementsAre("STOR"));
  EXPECT_THAT(driver.fields().at("ftp_data.filename"), ElementsAre("dir/a b.txt"));
}

TEST(FtpData, AHoleIsAHoleInTheFile) {
  SessionDriver driver{data_protocol};
  driver.introduce("RETR a", S);
  driver.feed(C, "x");
  driver.gap(C, 7);
  driver.feed(C, "y");
  driver.finish();
  EXPECT_EQ(driver.file(0), "x[gap 7]y");
}

TEST(FtpData, AListingIsNamedAndNotRead) {
  SessionDriver driver{data_protocol};
  driver.introduce("NLST", C);
  driver.feed(S, "a\r\nb\r\n");
  EXPECT_EQ(driver.last_status(), Status::finished);
  driver.finish();
  driver.finish();  // as the engine does when it takes the session down
  EXPECT_THAT(driver.lines(), ElementsAre(R"(log ftp_data {"ftp_data":{"command":"NLST"}})"));
}

TEST(FtpData, WhatNobodyAskedForIsNoRecord) {
  SessionDriver driver{data_protocol};
  driver.introduce("", C);
  driver.finish();
  EXPECT_TRUE(driver.lines().empty());
}

// ---- recognition

Probe looks(Direction direction, std::string_view text, std::uint16_t port = 12345) {
  return protocol.detector.probe(direction, as_bytes(text), port);
}

TEST(FtpProbe, ByTheGreeting) {
  EXPECT_EQ(looks(S, "220 (vsFTPd 3.0.3)\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "220-FileZilla Server\r\n220 hi\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "220 ready\r\n"), Probe::need_more);
  EXPECT_EQ(looks(S, "220 ready\r\n331 password\r\n"), Probe::yes);
  EXPECT_EQ(looks(S, "220 ready\r\n250 ok\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "220 ready\r\n", 21), Probe::yes);
  EXPECT_EQ(looks(S, "220 mx ESMTP\r\n", 21), Probe::no);
  EXPECT_EQ(looks(S, "22"), Probe::need_more);
  EXPECT_EQ(looks(S, "2200\r\n"), Probe::no);
  EXPECT_EQ(looks(S, "200 news server ready\r\n"), Probe::no);
}

TEST(FtpProbe, ByWhatOnlyItsClientsSay) {
  EXPECT_EQ(looks(C, "USER anonymous\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "USER me\r\n"), Probe::need_more);
  EXPECT_EQ(looks(C, "USER me\r\n", 21), Probe::yes);
  EXPECT_EQ(looks(C, "USER me\r\nPASS x\r\nSYST\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "USER me\r\nPASS x\r\nSTAT\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "USER a 0 * :A B\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "PORT 10,0,0,1,4,5\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "PORT 10\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "AUTH TLS\r\n"), Probe::yes);
  EXPECT_EQ(looks(C, "AUTH PLAIN\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "EHLO x\r\n"), Probe::no);
  EXPECT_EQ(looks(C, "STO"), Probe::need_more);
  EXPECT_EQ(looks(C, "PASSENGERS without an end of line"), Probe::no);
  EXPECT_EQ(looks(C, "POST / HTTP/1.1\r\n"), Probe::no);
  EXPECT_EQ(looks(C, std::string_view{"US\0\0", 4}), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::ftp
