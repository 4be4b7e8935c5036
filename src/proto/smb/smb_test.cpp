// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/smb.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/dcerpc/test_units.hpp"
#include "proto/smb/limits.hpp"
#include "proto/smb/test_messages.hpp"

namespace gatehouse::proto::smb {
namespace {

using namespace test_messages;
using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kUp = Direction::to_server;
constexpr auto kDown = Direction::to_client;
constexpr unsigned kNegotiate = 0, kSetup = 1, kTree = 3, kCreate = 5, kClose = 6, kRead = 8, kWrite = 9, kIoctl = 11,
                   kEcho = 13, kSetInfo = 17;

std::string ask(unsigned command, std::uint64_t id, const std::string& body) {
  return smb2({.command = command, .message_id = id}, body);
}
std::string reply(unsigned command, std::uint64_t id, const std::string& body, std::uint32_t status = 0) {
  return smb2({.command = command, .message_id = id, .response = true, .status = status}, body);
}

const std::string kAuthenticate = from_hex(R"(
  4e 54 4c 4d 53 53 50 00  03 00 00 00
  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
  06 00 06 00 48 00 00 00  06 00 06 00 4e 00 00 00  04 00 04 00 54 00 00 00
  00 00 00 00 00 00 00 00  01 00 00 02  0a 00 63 45 00 00 00 0f
  4c 00 41 00 42 00  62 00 6f 00 62 00  70 00 63 00)");

std::vector<test::Turn> opened(std::string_view share, unsigned type, std::string_view name, std::uint64_t size = 0) {
  return {{kUp, ask(kTree, 1, tree_request(share))},
          {kDown, reply(kTree, 1, tree_response(type))},
          {kUp, ask(kCreate, 2, create_request(name))},
          {kDown, reply(kCreate, 2, create_response(7, size))}};
}

void feed(SessionDriver& driver, const std::vector<test::Turn>& turns) {
  for (const test::Turn& turn : turns) driver.feed(turn.direction, turn.bytes);
}

std::string events_of(const std::vector<test::Turn>& turns) {
  SessionDriver driver{protocol};
  feed(driver, turns);
  driver.finish();
  std::string events;
  for (const std::string& line : driver.lines())
    if (line.starts_with("event")) events += line + "\n";
  return events;
}

TEST(Smb2, ALoginTellsWho) {
  SessionDriver driver{protocol};
  driver.feed(kUp, ask(kNegotiate, 0, negotiate_request()));
  driver.feed(kDown, reply(kNegotiate, 0, negotiate_response()));
  driver.feed(kUp, ask(kSetup, 1, setup_request(kAuthenticate)));
  driver.feed(kDown, reply(kSetup, 1, setup_response()));
  ASSERT_EQ(driver.lines().size(), 2u);
  EXPECT_EQ(
      driver.lines()[0],
      R"(log smb {"smb":{"id":1,"dialect":"3.11","command":"SMB2_COMMAND_NEGOTIATE_PROTOCOL","status":"STATUS_SUCCESS",)"
      R"("status_code":"0x0","session_id":17592186044417,"tree_id":5,"client_dialects":["2.10","3.11"],)"
      R"("client_guid":"63636363-6363-6363-6363-636363636363","server_guid":"73737373-7373-7373-7373-737373737373",)"
      R"("max_read_size":1048576,"max_write_size":1048576}})");
  EXPECT_THAT(driver.lines()[1], HasSubstr(R"("ntlmssp":{"domain":"LAB","user":"bob","host":"pc",)"
                                           R"("version":"10.0 build 17763 rev 15"})"));
  EXPECT_THAT(driver.fields().at("smb.ntlmssp_user"), ElementsAre("bob"));
  EXPECT_THAT(driver.fields().at("smb.ntlmssp_domain"), ElementsAre("LAB"));
  EXPECT_THAT(driver.fields().at("smb.ntlmssp_host"), ElementsAre("pc"));
  EXPECT_THAT(driver.fields().at("smb.version"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("smb.dialect"), ElementsAre("3.11"));
}

TEST(Smb2, AFileThatIsReadIsTold) {
  SessionDriver driver{protocol};
  feed(driver, opened("\\\\nas\\films", 1, "dir\\a.txt", 10));
  driver.feed(kUp, ask(kRead, 3, read_request(file_id(7), 0, 5)) + ask(kRead, 4, read_request(file_id(7), 5, 5)));
  driver.feed(kDown, reply(kRead, 4, read_response("world")));  // the later part first
  driver.feed(kDown, reply(kRead, 3, read_response("hello")));
  driver.feed(kUp, ask(kClose, 5, close_request(file_id(7))));
  driver.feed(kDown, reply(kClose, 5, close_response()));
  EXPECT_EQ(driver.file(0), "helloworld");
  EXPECT_THAT(driver.text(), HasSubstr("file 0 open to_client dir\\a.txt\nfile 0 close 10 bytes"));
  EXPECT_THAT(driver.text(),
              HasSubstr(R"("command":"SMB2_COMMAND_READ","status":"STATUS_SUCCESS","status_code":"0x0",)"
                        R"("session_id":17592186044417,"tree_id":5,"filename":"dir\\a.txt","share":"\\\\nas\\films",)"
                        R"("fuid":"00000007-0000-0000-0007-000000000000"}})"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("disposition":"FILE_OPEN","access":"normal","created":1577836800,)"));
  EXPECT_THAT(driver.fields().at("smb.share"), ElementsAre("\\\\nas\\films"));
  EXPECT_THAT(driver.fields().at("smb.filename"), ElementsAre("dir\\a.txt"));
  EXPECT_THAT(driver.fields().at("smb.status"), ElementsAre("0"));
}

TEST(Smb2, AFileThatIsWrittenIsToldAsItComes) {
  const std::string content(50'000, 'w');
  SessionDriver driver{protocol};
  feed(driver, opened("\\\\nas\\films", 1, "big"));
  const std::string write = ask(kWrite, 3, write_request(file_id(7), 0, content));
  driver.feed(kUp, std::string_view(write).substr(0, 10'000));
  EXPECT_LT(driver.pending(kUp), 100u);  // nothing of the data is gathered
  driver.gap(kUp, 1000);
  driver.feed(kUp, std::string_view(write).substr(11'000));
  driver.feed(kUp, ask(kClose, 4, close_request(file_id(7))));
  EXPECT_EQ(driver.file(0).size(), content.size() - 1000 + std::string_view("[gap 1000]").size());
  EXPECT_THAT(driver.text(), HasSubstr("file 0 close"));
  EXPECT_THAT(driver.text(), Not(HasSubstr("event")));
}

TEST(Smb2, RelatedCommandsSpeakOfTheFileThatIsOpened) {
  const std::string create = create_request("new.txt");  // 56 + 14 octets, with the header a multiple of two
  const std::string padded = create + std::string(8 - (64 + create.size()) % 8, '\0');
  const std::string write = write_request(kRelatedId, 0, "12345678");
  const auto size = [](const std::string& body) { return static_cast<std::uint32_t>(64 + body.size()); };
  SessionDriver driver{protocol};
  driver.feed(kUp, record(message2({.command = kCreate, .message_id = 2}, padded, size(padded)) +
                          message2({.command = kWrite, .message_id = 3, .related = true}, write, size(write)) +
                          message2({.command = kClose, .message_id = 4, .related = true}, close_request(kRelatedId))));
  driver.feed(kDown, reply(kCreate, 2, create_response(7)));
  EXPECT_EQ(driver.file(0), "12345678");
  EXPECT_THAT(driver.text(), HasSubstr("file 0 open to_server new.txt\nfile 0 close 8 bytes"));
}

TEST(Smb2, ReadsThatAreAnsweredAfterTheClosingWasAskedFor) {
  SessionDriver driver{protocol};
  feed(driver, opened("\\\\nas\\films", 1, "a"));
  driver.feed(kUp, ask(kRead, 3, read_request(file_id(7), 0, 5)) + ask(kClose, 4, close_request(file_id(7))));
  driver.feed(kDown, reply(kRead, 3, read_response("hello")) + reply(kClose, 4, close_response()));
  EXPECT_THAT(driver.text(), HasSubstr("file 0 close 5 bytes"));
}

TEST(Smb2, RemoteCallsGoThroughPipes) {
  namespace rpc = dcerpc::test_units;
  SessionDriver driver{protocol};
  feed(driver, opened("\\\\nas\\IPC$", 2, "svcctl"));
  driver.feed(kUp, ask(kWrite, 3, write_request(file_id(7), 0, rpc::bind(1))));
  driver.feed(kDown, reply(kWrite, 3, write_response(72)));
  driver.feed(kUp, ask(kRead, 4, read_request(file_id(7), 0, 1024)));
  driver.feed(kDown, reply(kRead, 4, read_response(rpc::bind_ack(1))));
  driver.feed(kUp, ask(kIoctl, 5, ioctl_request(file_id(7), 0x0011c017, rpc::request(2, 12, "stub"))));
  const std::string answer = rpc::response(2, "results");
  // The answer is longer than what was asked for: the rest is read.
  driver.feed(kDown, reply(kIoctl, 5, ioctl_response(file_id(7), 0x0011c017, answer.substr(0, 20)), 0x80000005));
  driver.feed(kUp, ask(kRead, 6, read_request(file_id(7), 0, 1024)));
  driver.feed(kDown, reply(kRead, 6, read_response(answer.substr(20))));
  EXPECT_THAT(
      driver.text(),
      HasSubstr(R"("dcerpc":{"request":"BIND","response":"BINDACK","interfaces":[{)"
                R"("uuid":"367abb81-9844-35f1-ad32-98f038001003","version":"2.0","ack_result":0,"ack_reason":0}],)"
                R"("call_id":1}})"));
  EXPECT_THAT(
      driver.text(),
      HasSubstr(R"("command":"SMB2_COMMAND_IOCTL","status":"STATUS_SUCCESS","status_code":"0x0",)"
                R"("session_id":17592186044417,"tree_id":5,"dcerpc":{"request":"REQUEST","response":"RESPONSE",)"
                R"("opnum":12,"req":{"frag_cnt":1,"stub_data_size":4},"interfaces":[{)"
                R"("uuid":"367abb81-9844-35f1-ad32-98f038001003","version":"2.0"}],)"
                R"("res":{"frag_cnt":1,"stub_data_size":7},"call_id":2}})"));
  EXPECT_THAT(driver.fields().at("dcerpc.opnum"), ElementsAre("12"));
  EXPECT_THAT(driver.fields().at("dcerpc.stub_data"), ElementsAre("stub", "results"));
  EXPECT_THAT(driver.fields().at("dcerpc.iface_name"), ElementsAre("svcctl"));
  EXPECT_THAT(driver.fields().at("smb.named_pipe"), ElementsAre("\\\\nas\\IPC$"));
}

TEST(Smb2, RenamingAndDeletingAreToldOf) {
  SessionDriver driver{protocol};
  feed(driver, opened("\\\\nas\\films", 1, "old"));
  driver.feed(kUp, ask(kSetInfo, 3, set_info_request(file_id(7), 10, std::string(16, '\0') + le(6, 4) + wide("new"))));
  driver.feed(kDown, reply(kSetInfo, 3, le(2, 2)));
  driver.feed(kUp, ask(kSetInfo, 4, set_info_request(file_id(7), 13, "\x01")));
  driver.feed(kDown, reply(kSetInfo, 4, le(2, 2), 0xc0000022));
  EXPECT_THAT(driver.text(), HasSubstr(R"("set_info":{"class":"FILE_INFO","info_level":"SMB2_FILE_RENAME_INFO"},)"
                                       R"("rename":{"from":"old","to":"new"})"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("status":"STATUS_ACCESS_DENIED","status_code":"0xc0000022")"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("filename":"old","access":"delete on close")"));
  EXPECT_THAT(driver.fields().at("smb.rename_to"), ElementsAre("new"));
  EXPECT_THAT(driver.fields().at("smb.delete"), ElementsAre("1"));
}

TEST(Smb2, AnInterimAnswerIsNoAnswer) {
  SessionDriver driver{protocol};
  driver.feed(kUp, ask(kIoctl, 9, ioctl_request(kRelatedId, 0x001401fc, "")));
  driver.feed(kDown, smb2({.command = kIoctl, .message_id = 9, .response = true, .status = 0x103, .async = true},
                          error_response()));
  EXPECT_TRUE(driver.lines().empty());
  driver.feed(kDown, reply(kIoctl, 9, ioctl_response(kRelatedId, 0x001401fc, "")));
  EXPECT_THAT(driver.text(), HasSubstr(R"("status":"STATUS_SUCCESS")"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("function":"FSCTL_QUERY_NETWORK_INTERFACE_INFO")"));
  EXPECT_THAT(driver.fields().at("smb.function"), ElementsAre("1311228"));
}

TEST(Smb2, WhatIsEncryptedIsToldOnceAndPassedOver) {
  SessionDriver driver{protocol};
  for (int i = 0; i < 2; ++i) driver.feed(kUp, record("\xfdSMB" + std::string(200, 'e')));
  driver.feed(kUp, ask(kEcho, 1, le(4, 4)));
  driver.feed(kDown, reply(kEcho, 1, le(4, 4)));
  EXPECT_THAT(driver.fields().at("smb.encrypted"), ElementsAre("1"));
  ASSERT_EQ(driver.lines().size(), 1u);
  EXPECT_THAT(driver.text(), HasSubstr("SMB2_COMMAND_KEEPALIVE"));
}

TEST(Smb2, AfterAHoleTheNextRecordIsFound) {
  SessionDriver driver{protocol};
  const std::string echo = ask(kEcho, 1, le(4, 4));
  driver.feed(kUp, std::string_view(echo).substr(0, 30));
  driver.gap(kUp, 500);
  driver.feed(kUp, "the end of what was lost" + echo);
  driver.feed(kDown, reply(kEcho, 1, le(4, 4)));
  EXPECT_THAT(driver.text(), HasSubstr("event to_server record_lost"));
  EXPECT_THAT(driver.text(), HasSubstr("SMB2_COMMAND_KEEPALIVE"));
}

TEST(Smb1, AConversationFromDialectsToAFile) {
  const std::string os = std::string(1, '\0') + wide("Unix") + le(0, 2) + wide("Samba") + le(0, 2);
  SessionDriver driver{protocol};
  driver.feed(kUp, smb1(0x72, 1, "", std::string("\x02PC NETWORK\0\x02NT LM 0.12\0", 24)));
  driver.feed(kDown, smb1(0x72, 1, le(1, 2) + std::string(32, '\0'), std::string(16, 'g'), true));
  // Twelve words: extended security, its blob first.
  driver.feed(kUp, smb1(0x73, 2,
                        kNoAndX + le(4356, 2) + le(2, 2) + le(1, 2) + le(0, 4) + le(kAuthenticate.size(), 2) + le(0, 8),
                        kAuthenticate + os));
  driver.feed(kDown, smb1(0x73, 2, kNoAndX + le(0, 2) + le(0, 2), os, true));
  driver.feed(kUp, smb1(0x75, 3, kNoAndX + le(8, 2) + le(1, 2),
                        std::string(1, '\0') + wide("\\\\nas\\c") + le(0, 2) + std::string("?????\0", 6)));
  driver.feed(kDown, smb1(0x75, 3, kNoAndX + le(1, 2), std::string("A:\0", 3) + le(0, 3), true));
  driver.feed(kUp,
              smb1(0xa2, 4, kNoAndX + le(0, 1) + le(10, 2) + le(0, 28) + le(2, 4) + le(0x1000, 4) + le(2, 4) + le(0, 1),
                   std::string(1, '\0') + wide("\\file") + le(0, 2)));
  driver.feed(kDown,
              smb1(0xa2, 4, kNoAndX + le(0, 1) + le(0x4001, 2) + le(2, 4) + le(0, 32) + le(0, 12) + le(0, 8) + le(0, 5),
                   "", true));
  // The data stand 59 octets behind the header's first: 32, count of words, 24 octets of words, count of bytes.
  driver.feed(
      kUp, smb1(0x2f, 5,
                kNoAndX + le(0x4001, 2) + le(0, 4) + le(0, 4) + le(0, 2) + le(0, 2) + le(0, 2) + le(4, 2) + le(59, 2),
                "data"));
  driver.feed(kUp, smb1(0x04, 6, le(0x4001, 2) + le(0, 4), ""));
  driver.feed(kDown, smb1(0x04, 6, "", "", true));
  EXPECT_THAT(driver.text(), HasSubstr(R"("command":"SMB1_COMMAND_NEGOTIATE_PROTOCOL","status":"STATUS_SUCCESS",)"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("client_dialects":["PC NETWORK","NT LM 0.12"],"server_guid":"67676767-)"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("request":{"native_os":"Unix","native_lm":"Samba"},)"
                                       R"("response":{"native_os":"Unix","native_lm":"Samba"}})"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("share":"\\\\nas\\c","service":{"request":"?????","response":"A:"})"));
  EXPECT_THAT(driver.text(),
              HasSubstr(R"("filename":"\\file","disposition":"FILE_CREATE","access":"delete on close")"));
  EXPECT_THAT(driver.text(), HasSubstr("file 0 open to_server \\file\nfile 0 close 4 bytes"));
  EXPECT_THAT(driver.text(), HasSubstr(R"("filename":"\\file","share":"\\\\nas\\c","fuid":"4001")"));
  EXPECT_THAT(driver.fields().at("smb.native_os"), ElementsAre("Unix"));
  EXPECT_THAT(driver.fields().at("smb.server_os"), ElementsAre("Unix"));
  EXPECT_THAT(driver.fields().at("smb.ntlmssp_user"), ElementsAre("bob"));
  EXPECT_THAT(driver.text(), Not(HasSubstr("event")));
}

TEST(Smb, EachEventIsRaisedOnce) {
  const auto file = opened("\\\\nas\\films", 1, "a");
  const auto with = [&](std::vector<test::Turn> more) {
    auto turns = file;
    turns.insert(turns.end(), more.begin(), more.end());
    return turns;
  };
  EXPECT_EQ(events_of({{kUp, record(std::string(40, 'x'))}}), "event to_server malformed_data\n");
  EXPECT_EQ(events_of({{kUp, ask(kCreate, 1, "short")}}), "event to_server malformed_data\n");
  EXPECT_EQ(events_of({{kUp, ask(kSetup, 1, setup_request(std::string("NTLMSSP\0\x03", 9)))}}),
            "event to_server malformed_ntlmssp_request\n");
  std::string strange = kAuthenticate;
  std::swap(strange[32], strange[40]);
  EXPECT_EQ(events_of({{kUp, ask(kSetup, 1, setup_request(strange))}}), "event to_server unusual_ntlmssp_order\n");
  EXPECT_EQ(events_of({{kUp, smb1(0x72, 1, "", "no dialect")}}), "event to_server negotiate_malformed_dialects\n");
  EXPECT_EQ(events_of({{kUp, reply(kEcho, 1, "")}}), "event to_server response_to_server\n");
  EXPECT_EQ(events_of({{kDown, ask(kEcho, 1, "")}}), "event to_client request_to_client\n");
  EXPECT_EQ(events_of({{kUp, ask(kRead, 1, read_request(file_id(7), 0, kMaxTransfer + 1))}}),
            "event to_server read_request_too_large\n");
  EXPECT_EQ(events_of({{kDown, reply(kNegotiate, 0, negotiate_response(kMaxTransfer + 1))}}),
            "event to_client negotiate_max_read_size_too_large\n");
  const std::vector<test::Turn> agreed{{kUp, ask(kNegotiate, 0, negotiate_request())},
                                       {kDown, reply(kNegotiate, 0, negotiate_response(4))}};
  auto small = agreed;
  small.push_back({kUp, ask(kRead, 1, read_request(file_id(7), 0, 4))});
  small.push_back({kDown, reply(kRead, 1, read_response("12345"))});
  EXPECT_EQ(events_of(small), "event to_client read_response_too_large\n");
  const auto write = [](std::uint64_t id, std::uint64_t offset, const std::string& data) {
    return test::Turn{kUp, ask(kWrite, id, write_request(file_id(7), offset, data))};
  };
  auto large = agreed;
  large.push_back(write(1, 0, std::string((1 << 20) + 1, 'w')));
  EXPECT_EQ(events_of(large), "event to_server write_request_too_large\n");
  EXPECT_EQ(events_of(with({write(3, 0, "abcd"), write(4, 2, "cdef")})), "event to_server file_overlap\n");
  std::vector<test::Turn> scattered;
  for (unsigned i = 0; i <= kMaxQueuedPieces; ++i) scattered.push_back(write(3 + i, 10 + 10 * i, "x"));
  EXPECT_EQ(events_of(with(scattered)), "event to_server write_queue_cnt_exceeded\n");
  EXPECT_EQ(events_of(with({write(3, 1, std::string(kMaxQueuedBytes / 2, 'x')),
                            write(4, 1 + kMaxQueuedBytes, std::string(kMaxQueuedBytes / 2 + 1, 'x'))})),
            "event to_server write_queue_size_exceeded\n");
  std::vector<test::Turn> reads;
  for (unsigned i = 0; i <= kMaxQueuedPieces; ++i) {
    reads.push_back({kUp, ask(kRead, 3 + i, read_request(file_id(7), 10 + 10 * i, 1))});
    reads.push_back({kDown, reply(kRead, 3 + i, read_response("x"))});
  }
  EXPECT_EQ(events_of(with(reads)), "event to_client read_queue_cnt_exceeded\n");
  std::vector<test::Turn> echoes;
  for (unsigned i = 0; i <= kMaxTransactions; ++i) echoes.push_back({kUp, ask(kEcho, i, "")});
  EXPECT_EQ(events_of(echoes), "event to_server too_many_transactions\n");
  std::vector<test::Turn> pipes{{kUp, ask(kTree, 1, tree_request("\\\\nas\\IPC$"))},
                                {kDown, reply(kTree, 1, tree_response(2))}};
  for (unsigned i = 0; i <= kMaxPipes; ++i)
    pipes.push_back({kUp, ask(kWrite, 2 + i, write_request(file_id(i), 0, dcerpc::test_units::bind(1)))});
  EXPECT_EQ(events_of(pipes), "event to_server internal_error\n");
  std::vector<test::Turn> many;
  for (unsigned i = 0; i <= kMaxReads; ++i) many.push_back({kUp, ask(kRead, i, read_request(file_id(7), 0, 1))});
  EXPECT_EQ(events_of(many), "event to_server internal_error\n");
}

TEST(Smb, AStreamGivesTheSameInAnyChunks) {
  namespace rpc = dcerpc::test_units;
  auto turns = opened("\\\\nas\\films", 1, "a");
  turns.push_back({kUp, ask(kWrite, 3, write_request(file_id(7), 0, std::string(5000, 'w'))) +
                            ask(kRead, 4, read_request(file_id(7), 0, 6000)) +
                            ask(kRead, 5, read_request(file_id(7), 6000, 9))});
  turns.push_back(
      {kDown, reply(kRead, 5, read_response("123456789")) + reply(kRead, 4, read_response(std::string(6000, 'r')))});
  turns.push_back({kUp, ask(kClose, 6, close_request(file_id(7)))});
  turns.push_back({kDown, std::string("\x85\0\0\0", 4) + reply(kClose, 6, close_response())});
  test::expect_same_in_any_chunks(protocol, turns, 500);
  test::expect_prefixes_need_more(protocol, kUp, ask(kTree, 1, tree_request("\\\\a\\b")));
}

TEST(Smb, IsRecognisedByContentAlone) {
  const auto probe = protocol.detector.probe;
  const std::string session_request = std::string("\x81\0\0\x44 ", 5) + std::string(32, 'C') + std::string("\0 ", 2) +
                                      std::string(32, 'A') + std::string(1, '\0');
  for (const std::string& own : {ask(kEcho, 1, le(4, 4)), smb1(0x72, 1, "", std::string("\x02X\0", 3)),
                                 record("\xfdSMB" + std::string(60, 'e')), session_request}) {
    EXPECT_EQ(probe(kUp, as_bytes(own), 4000), Probe::yes);
    for (std::size_t size = 1; size < 12; ++size)
      EXPECT_EQ(probe(kUp, as_bytes(own).first(size), 4000), Probe::need_more);
  }
  for (const std::string& other :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string(40, '\0'), record("\xfeSMC" + std::string(60, 'x')),
        std::string("\x81\0\0\x44 lower case is no name at all, is it?", 42)})
    EXPECT_EQ(probe(kUp, as_bytes(other), 445), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::smb
