// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/nfs/nfs.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/nfs/session.hpp"
#include "proto/nfs/test_calls.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::nfs {
namespace {

using namespace test_calls;
using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

constexpr std::string_view kDesk = R"("auth_type":"UNIX","creds":{"machine_name":"desk","uid":7,"gid":8}})";

TEST(Nfs3, AFileIsLookedUpAndRead) {
  const std::vector<test::Turn> talk{
      {kUp, record(lookup3(1, "plan.txt"))},
      {kDown, record(found3(1, "h1"))},
      {kUp, record(read3(2, "h1", 0, 6)) + record(read3(3, "h1", 6, 6))},
      {kDown, record(data3(2, "first ", false)) + record(data3(3, "last.", true))},
  };
  const std::string told = test::expect_same_in_any_chunks(protocol, talk);
  EXPECT_THAT(told, HasSubstr(R"(log nfs {"rpc":{"xid":1,"status":"ACCEPTED",)" + std::string(kDesk) +
                              R"(,"nfs":{"version":3,"procedure":"LOOKUP","filename":"plan.txt","hhash":"16f4f95b",)"
                              R"("id":1,"file_tx":false,"type":"response","status":"OK"}})"));
  EXPECT_THAT(told, HasSubstr("file 0 open to_client plan.txt\nfile 0 close 11 bytes"));
  EXPECT_THAT(told, HasSubstr(R"("procedure":"READ","filename":"plan.txt",)"));
  EXPECT_THAT(told, HasSubstr(R"("read":{"first":true,"last":true,"last_xid":3,"chunks":2})"));
}

TEST(Nfs3, RepliesInAnotherOrderAreOneFile) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(read3(1, "h", 0, 2)) + record(read3(2, "h", 2, 2)) + record(read3(3, "h", 4, 2)));
  driver.feed(kDown, record(data3(3, "ef", true)) + record(data3(2, "cd", false)) + record(data3(1, "ab", false)));
  EXPECT_EQ(driver.file(0), "abcdef");
  EXPECT_THAT(driver.lines(),
              ElementsAre("file 0 open to_client ", HasSubstr("close 6 bytes"), HasSubstr(R"("procedure":"READ")")));
}

TEST(Nfs3, WritesAreOneFileUpToCommit) {
  const std::vector<test::Turn> talk{
      {kUp, record(write3(1, "h", 0, "abcd", 0))},
      {kUp, record(write3(3, "h", 7, "h", 0)) + record(write3(2, "h", 4, "efg", 0))},
      {kDown, record(written3(1)) + record(written3(2)) + record(written3(3))},
      {kUp, record(call(4, 3, 21, opaque("h") + u64(0) + u32(0)))},
  };
  const std::string told = test::expect_same_in_any_chunks(protocol, talk);
  EXPECT_THAT(told, HasSubstr("file 0 open to_server \nfile 0 close 8 bytes"));
  EXPECT_THAT(told, HasSubstr(R"("auth_type":"NULL"},"nfs":{"version":3,"procedure":"WRITE")"));
  EXPECT_THAT(told, HasSubstr(R"("write":{"first":true,"last":true,"last_xid":4,"chunks":3})"));
}

TEST(Nfs3, AStableWriteIsAWholeFile) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(write3(1, "h", 0, "all of it", 2)));
  EXPECT_THAT(driver.lines(), Contains(HasSubstr("file 0 close 9 bytes")));
  driver.feed(kDown, record(written3(1)));
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("status":"OK","write":{"first":true,"last":true)"));
}

TEST(Nfs3, LongDataPassesWithoutBeingKept) {
  const std::string data(300'000, 'd');
  const std::string message = record(write3(1, "h", 0, data, 2));
  SessionDriver driver{protocol};
  for (std::size_t at = 0; at < message.size(); at += 1448) {
    driver.feed(kUp, std::string_view(message).substr(at, 1448));
    EXPECT_EQ(driver.pending(kUp), 0u);
  }
  EXPECT_EQ(driver.file(0), data);
}

TEST(Nfs3, MessagesComeInFragments) {
  const std::string message = write3(1, "h", 0, "fragmented", 2);
  const auto part = [&](std::size_t from, std::size_t size) {
    return u32(static_cast<std::uint32_t>(size)) + message.substr(from, size);
  };
  const std::string last = message.substr(80);
  const std::vector<test::Turn> talk{{kUp, part(0, 10) + part(10, 70) + record(last)}, {kDown, record(written3(1))}};
  EXPECT_THAT(test::expect_same_in_any_chunks(protocol, talk), HasSubstr("file 0 close 10 bytes"));
}

TEST(Nfs3, ALostPieceOfDataIsAGap) {
  SessionDriver driver{protocol};
  const std::string message = record(write3(1, "h", 0, std::string(1000, 'x'), 2));
  driver.feed(kUp, std::string_view(message).substr(0, message.size() - 600));
  driver.gap(kUp, 500);
  driver.feed(kUp, std::string_view(message).substr(message.size() - 100));
  driver.feed(kUp, record(lookup3(2, "next")));
  EXPECT_EQ(driver.file(0), std::string(400, 'x') + "[gap 500]" + std::string(100, 'x'));
  EXPECT_THAT(driver.fields().at("nfs.filename"), Contains("next"));
}

TEST(Nfs3, ALostPieceOfAMessageCostsThatMessage) {
  SessionDriver driver{protocol};
  const std::string message = record(lookup3(1, "lost"));
  driver.feed(kUp, std::string_view(message).substr(0, 20));
  driver.gap(kUp, 30);
  driver.feed(kUp, std::string_view(message).substr(50));
  driver.feed(kUp, record(lookup3(2, "seen")));
  EXPECT_THAT(driver.fields().at("nfs.filename"), ElementsAre("seen"));
  EXPECT_EQ(driver.text(), "");
  driver.gap(kUp, 1);
  EXPECT_TRUE(driver.stopped());
}

TEST(Nfs3, RenameTellsBothNames) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(call(1, 3, 14, opaque("d1") + opaque("old") + opaque("d2") + opaque("new"))));
  driver.feed(kDown, record(reply(1, u32(13) + u32(0) + u32(0) + u32(0) + u32(0))));
  EXPECT_THAT(driver.text(), HasSubstr(R"("status":"ERR_ACCES","rename":{"from":"old","to":"new"}})"));
  EXPECT_THAT(driver.fields().at("nfs.to_filename"), ElementsAre("new"));
  EXPECT_THAT(driver.fields().at("nfs.status"), ElementsAre("13"));
}

TEST(Nfs3, ListedFilesHaveTheirNames) {
  const auto entry = [](std::string_view name, std::string_view handle) {
    return u32(1) + u64(9) + opaque(name) + u64(1) + kNoAttributes + u32(1) + opaque(handle);
  };
  SessionDriver driver{protocol};
  driver.feed(kUp, record(call(1, 3, 17, opaque("root") + u64(0) + u64(0) + u32(512) + u32(4096))));
  driver.feed(kDown,
              record(reply(1, kOk + kNoAttributes + u64(0) + entry("a", "ha") + entry("b", "hb") + u32(0) + u32(1))));
  driver.feed(kUp, record(call(2, 3, 4, opaque("hb") + u32(31))));
  driver.feed(kDown, record(reply(2, kOk + kNoAttributes + u32(31))));
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("procedure":"ACCESS","filename":"b")"));
}

TEST(Nfs3, AttributesAreAskedTooOftenToBeLogged) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(call(1, 3, 1, opaque("h"))));
  driver.feed(kDown, record(reply(1, kOk + std::string(84, '\0'))));
  EXPECT_EQ(driver.text(), "");
  EXPECT_THAT(driver.fields().at("nfs.procedure"), ElementsAre("GETATTR"));
}

TEST(Nfs3, ADeniedCallIsLoggedSo) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(lookup3(1, "x")));
  driver.feed(kDown, record(u32(1) + u32(1) + u32(1) + u32(1) + u32(5)));
  EXPECT_THAT(driver.text(), HasSubstr(R"({"rpc":{"xid":1,"status":"DENIED")"));
}

TEST(Nfs3, AFailedReadIsNoFile) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(read3(1, "h", 0, 9)));
  driver.feed(kDown, record(reply(1, u32(70) + kNoAttributes)));
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("status":"ERR_STALE")"));
}

TEST(Nfs2, OverDatagrams) {
  SessionDriver driver{protocol, true};
  const auto up = [&](const std::string& m) { driver.datagram(kUp, as_bytes(m)); };
  const auto down = [&](const std::string& m) { driver.datagram(kDown, as_bytes(m)); };
  up(call(1, 2, 4, handle2("root") + opaque("log")));
  up(call(1, 2, 4, handle2("root") + opaque("log")));  // again: no reply had come
  down(reply(1, kOk + handle2("h") + std::string(68, '\0')));
  up(call(2, 2, 6, handle2("h") + u32(0) + u32(100) + u32(0)));
  down(reply(2, kOk + std::string(20, '\0') + u32(5) + std::string(44, '\0') + opaque("lines")));
  up(call(3, 2, 8, handle2("h") + u32(0) + u32(0) + u32(3) + opaque("new")));
  down(reply(3, kOk + std::string(68, '\0')));
  up(call(4, 2, 17, handle2("root")));
  down(reply(4, kOk + std::string(20, '\0')));
  driver.finish();
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("version":2,"procedure":"LOOKUP","filename":"log")"),
                                          "file 0 open to_client log", HasSubstr("file 0 close 5 bytes"),
                                          HasSubstr(R"("procedure":"READ")"), "file 1 open to_server log",
                                          HasSubstr(R"("procedure":"STATFS")"), HasSubstr("file 1 close 3 bytes"),
                                          HasSubstr(R"("procedure":"WRITE")")));
}

TEST(Nfs4, AFileIsOpenedWrittenAndClosed) {
  const std::vector<test::Turn> talk{
      {kUp, record(compound(1, 4, sequence() + putfh("root") + open4("cfg") + u32(10)))},
      {kDown, record(results(1, 4, sequence_result() + done(22) + opened4() + done(10, opaque("h"))))},
      {kUp, record(compound(2, 4, sequence() + putfh("h") + write4(0, "key=1", 0) + u32(9) + u32(1) + u32(16)))},
      {kDown, record(results(2, 4,
                             sequence_result() + done(22) + done(38, u32(5) + u32(0) + u64(1)) +
                                 done(9, u32(1) + u32(16) + opaque("12345678"))))},
      {kUp, record(compound(3, 3, sequence() + putfh("h") + u32(4) + u32(0) + kStateId))},
      {kDown, record(results(3, 3, sequence_result() + done(22) + done(4, kStateId)))},
  };
  const std::string told = test::expect_same_in_any_chunks(protocol, talk);
  EXPECT_THAT(told, HasSubstr("file 0 open to_server cfg\nfile 0 close 5 bytes"));
  EXPECT_THAT(told, HasSubstr(R"("nfs":{"version":4,"procedure":"WRITE","filename":"cfg","hhash":)"));
}

TEST(Nfs4, AFileIsRead) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(compound(1, 2, putfh("h") + u32(25) + kStateId + u64(0) + u32(100))));
  driver.feed(kDown, record(results(1, 2, done(22) + done(25, u32(1) + opaque("content")))));
  EXPECT_EQ(driver.file(0), "content");
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("procedure":"READ")"));
}

TEST(Nfs4, SeveralWritesInOneCompound) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(compound(1, 4, putfh("a") + write4(0, "one", 2) + putfh("b") + write4(0, "three", 2))));
  EXPECT_EQ(driver.file(0), "one");
  EXPECT_EQ(driver.file(1), "three");
}

TEST(Nfs4, NamesThatChangeAreTransactions) {
  SessionDriver driver{protocol};
  const std::string change = u32(1) + u64(1) + u64(2);
  driver.feed(kUp, record(compound(1, 2, putfh("dir") + u32(28) + opaque("gone"))));
  driver.feed(kDown, record(results(1, 2, done(22) + done(28, change))));
  driver.feed(kUp, record(compound(2, 2, putfh("dir") + u32(6) + u32(2) + opaque("new") + u32(0) + opaque(""))));
  driver.feed(kDown, record(results(2, 2, done(22) + done(6, change + u32(0)))));
  driver.feed(kUp, record(compound(3, 4, putfh("d1") + u32(32) + putfh("d2") + u32(29) + opaque("x") + opaque("y"))));
  driver.feed(kDown, record(results(3, 1, u32(22) + u32(70), 70)));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("procedure":"REMOVE","filename":"gone")"),
                                          HasSubstr(R"("procedure":"CREATE","filename":"new")"),
                                          HasSubstr(R"("procedure":"RENAME","filename":"x")")));
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"("status":"ERR_STALE")"));
  EXPECT_THAT(driver.fields().at("nfs_procedure"), ElementsAre("28", "6", "29"));
}

TEST(Nfs4, ArgumentsWithinIntegrityAreRead) {
  const std::string credential = u32(6) + opaque(u32(1) + u32(0) + u32(1) + u32(2) + opaque("ctx"));
  const std::string arguments = opaque("") + u32(1) + u32(2) + putfh("d") + u32(28) + opaque("secret");
  const std::string message = u32(1) + u32(0) + u32(2) + u32(100003) + u32(4) + u32(1) + credential + u32(6) +
                              opaque("mic") + u32(static_cast<std::uint32_t>(arguments.size() + 4)) + u32(1) +
                              arguments + opaque("checksum");
  SessionDriver driver{protocol};
  driver.feed(kUp, record(message));
  EXPECT_THAT(driver.fields().at("nfs.filename"), ElementsAre("secret"));
}

TEST(Nfs, TheServersOwnCallsAndNeighboursAreNotNfs) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(call(1, 3, 1, opaque("h"), 100227)));  // NFSACL
  driver.feed(kDown, record(call(2, 1, 0, "", 0x40000000)));     // a callback
  driver.feed(kUp, record(reply(2, "")));
  driver.finish();
  EXPECT_EQ(driver.text(), "");
}

TEST(Nfs, EachFieldHasItsValue) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(lookup3(1, "n")));
  driver.feed(kDown, record(found3(1, "h")));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("nfs.version"), ElementsAre("3"));
  EXPECT_THAT(fields.at("nfs_procedure"), ElementsAre("3"));
  EXPECT_THAT(fields.at("nfs.procedure"), ElementsAre("LOOKUP"));
  EXPECT_THAT(fields.at("nfs.handle"), ElementsAre("root"));
  EXPECT_THAT(fields.at("nfs.machine"), ElementsAre("desk"));
  EXPECT_THAT(fields.at("nfs.uid"), ElementsAre("7"));
  EXPECT_THAT(fields.at("nfs.gid"), ElementsAre("8"));
  EXPECT_THAT(fields.at("nfs.status"), ElementsAre("0"));
}

TEST(Nfs, WhatIsWrongIsAnEvent) {
  const struct {
    std::string bytes;
    std::string_view event;
  } cases[] = {{record(call(1, 3, 3, opaque("root") + u32(99))), "event to_server malformed_data\n"},
               {record(call(1, 3, 3, opaque(std::string(129, 'h')) + opaque("n"))), "event to_server malformed_data\n"},
               {record(call(1, 5, 3, "")), "event to_server nonexisting_version\n"},
               {u32(0xffffffff), "event to_server malformed_data\n"},
               {record(std::string("\0\0", 2)), "event to_server malformed_data\n"},
               {record(compound(1, 200,
                                [] {
                                  std::string many;
                                  for (int i = 0; i < 200; ++i) many += u32(10);
                                  return many;
                                }())),
                "event to_server too_many_operations\n"}};
  for (const auto& c : cases) {
    SessionDriver driver{protocol};
    driver.feed(kUp, c.bytes);
    EXPECT_EQ(driver.text(), c.event);
  }
}

TEST(Nfs, MoreIsPromisedThanTheMessageHolds) {
  SessionDriver driver{protocol};
  driver.feed(kUp, record(call(1, 3, 7, opaque("h") + u64(0) + u32(99) + u32(2) + u32(99) + "short")));
  driver.feed(kUp, record(lookup3(2, "next")));
  EXPECT_THAT(driver.lines(), ElementsAre("file 0 open to_server ", "event to_server malformed_data"));
  EXPECT_THAT(driver.fields().at("nfs.filename"), ElementsAre("next"));
}

TEST(Nfs, LimitsAreEvents) {
  SessionDriver many{protocol};
  for (std::uint32_t i = 0; i <= NfsSession::kMaxTransactions; ++i) many.feed(kUp, record(lookup3(i, "n")));
  EXPECT_THAT(many.lines(), Contains("event to_server too_many_transactions"));

  SessionDriver names{protocol};
  for (std::uint32_t i = 0; i <= NfsSession::kMaxNames; ++i) {
    names.feed(kUp, record(lookup3(i, "n")));
    names.feed(kDown, record(found3(i, "h" + std::to_string(i))));
  }
  EXPECT_THAT(names.lines(), Contains("event to_client too_many_names"));

  SessionDriver longer{protocol};
  longer.feed(kUp, record(lookup3(1, "n") + std::string(70'000, 'x')));
  EXPECT_EQ(longer.text(), "event to_server message_too_long\n");
  EXPECT_THAT(longer.fields().at("nfs.filename"), ElementsAre("n"));

  SessionDriver order{protocol};
  for (std::uint32_t i = 0; i <= kMaxHeldPieces; ++i) order.feed(kUp, record(write3(i, "h", 10 + 2 * i, "x", 0)));
  EXPECT_THAT(order.lines(), Contains("event to_server too_much_out_of_order"));
  EXPECT_THAT(order.file(0), testing::StartsWith("[gap 10]x"));
}

TEST(Nfs, PrefixesNeedMore) {
  test::expect_prefixes_need_more(protocol, kUp, record(lookup3(1, "n")));
}

TEST(Nfs, IsRecognisedByContentAlone) {
  const auto stream = [](Direction d, std::string_view bytes) {
    return protocol.detector.probe(d, as_bytes(bytes), 9);
  };
  const auto datagram = [](std::string_view bytes) {
    return protocol.detector.probe_datagram(kUp, as_bytes(bytes), 9);
  };
  const std::string good = record(lookup3(1, "n"));
  EXPECT_EQ(stream(kUp, good), Probe::yes);
  EXPECT_EQ(datagram(good.substr(4)), Probe::yes);
  for (std::size_t size = 1; size < 36; ++size) EXPECT_EQ(stream(kUp, good.substr(0, size)), Probe::need_more) << size;
  EXPECT_EQ(datagram(good.substr(4, 20)), Probe::no);
  EXPECT_EQ(stream(kDown, record(found3(1, "h"))), Probe::no);
  for (const std::string& other :
       {record(call(1, 1, 0, "", 100005)), record(call(1, 5, 0, "")), std::string(64, '\0'), record(found3(1, "h")),
        std::string("GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")}) {
    EXPECT_EQ(stream(kUp, other), Probe::no);
    EXPECT_EQ(datagram(other), Probe::no);
  }
}

}  // namespace
}  // namespace gatehouse::proto::nfs
