// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rpc/rpc.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/rpc/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::rpc {
namespace {

using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string u32(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}
std::string opaque(std::string_view text) {
  return u32(static_cast<std::uint32_t>(text.size())) + std::string(text) +
         std::string((4 - text.size() % 4) % 4, '\0');
}
// RFC 5531, 9, by user 0 of group 1 at the machine "desk".
std::string call(std::uint32_t xid, std::uint32_t program, std::uint32_t version, std::uint32_t procedure,
                 const std::string& arguments) {
  return u32(xid) + u32(0) + u32(2) + u32(program) + u32(version) + u32(procedure) + u32(1) +
         opaque(u32(0) + opaque("desk") + u32(0) + u32(1) + u32(0)) + u32(0) + u32(0) + arguments;
}
std::string reply(std::uint32_t xid, const std::string& results) {
  return u32(xid) + u32(1) + u32(0) + u32(0) + u32(0) + u32(0) + results;
}
std::string record(const std::string& message) {
  return u32(0x80000000u | static_cast<std::uint32_t>(message.size())) + message;
}

const std::string kGetPort = call(1, 100000, 2, 3, u32(100005) + u32(3) + u32(17) + u32(0));
const std::string kMnt = call(2, 100005, 3, 1, opaque("/srv/films"));

TEST(Portmap, APortIsAskedFor) {
  SessionDriver driver{portmap, true};
  driver.datagram(kUp, as_bytes(kGetPort));
  driver.datagram(kUp, as_bytes(kGetPort));  // again: no reply had come
  driver.datagram(kDown, as_bytes(reply(1, u32(635))));
  EXPECT_EQ(driver.text(),
            R"(log portmap {"portmap":{"version":2,"procedure":"getport","program":100005,"program_name":"mount",)"
            R"("program_version":3,"transport":"udp","port":635,"answered":true,"accepted":true}})"
            "\n");
  EXPECT_THAT(driver.fields().at("portmap.program"), ElementsAre("100005"));
  EXPECT_THAT(driver.fields().at("portmap.transport"), ElementsAre("17"));
  EXPECT_THAT(driver.fields().at("portmap.procedure"), ElementsAre("3"));
  EXPECT_THAT(driver.fields().at("portmap.port"), ElementsAre("635"));
}

TEST(Portmap, AnAddressIsAskedFor) {
  SessionDriver driver{portmap};
  driver.feed(kUp, record(call(1, 100000, 4, 3, u32(100003) + u32(3) + opaque("tcp6") + opaque("") + opaque("me"))));
  driver.feed(kDown, record(reply(1, opaque("::1.8.1"))));
  EXPECT_THAT(driver.text(), testing::HasSubstr(R"("transport":"tcp","port":2049,"address":"::1.8.1")"));
  for (const std::string_view none : {"", "8.1", "1.2.3.4.999.1", ".", "a.b"}) {
    SessionDriver other{portmap};
    other.feed(kUp, record(call(1, 100000, 3, 3, u32(1) + u32(1) + opaque("tcp") + opaque("") + opaque(""))));
    other.feed(kDown, record(reply(1, opaque(none))));
    EXPECT_EQ(other.fields().contains("portmap.port"), none == "8.1") << none;
  }
}

TEST(Mount, ADirectoryIsMounted) {
  const std::vector<test::Turn> talk{{kUp, record(kMnt)}, {kDown, record(reply(2, u32(13)))}};
  EXPECT_EQ(test::expect_same_in_any_chunks(mount, talk),
            R"(log mount {"mount":{"version":3,"procedure":"mnt","machine":"desk","uid":0,"gid":1,"path":"/srv/films",)"
            R"("answered":true,"accepted":true,"status":13}})"
            "\n");
  test::expect_prefixes_need_more(mount, kUp, record(kMnt));
}

TEST(Mount, EachFieldHasItsValue) {
  SessionDriver driver{mount};
  driver.feed(kUp, record(kMnt) + record(call(3, 100005, 3, 5, "")));
  driver.feed(kDown, record(reply(2, u32(0) + opaque("handle") + u32(0))));
  driver.feed(kDown, record(reply(3, u32(1) + opaque("/a") + u32(1) + opaque("*") + u32(0) + u32(1) + opaque("/b") +
                                         u32(0) + u32(0))));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("mount.version"), ElementsAre("3"));
  EXPECT_THAT(fields.at("mount.procedure"), ElementsAre("1", "5"));
  EXPECT_THAT(fields.at("mount.path"), ElementsAre("/srv/films"));
  EXPECT_THAT(fields.at("mount.machine"), ElementsAre("desk"));
  EXPECT_THAT(fields.at("mount.uid"), ElementsAre("0"));
  EXPECT_THAT(fields.at("mount.gid"), ElementsAre("1"));
  EXPECT_THAT(fields.at("mount.status"), ElementsAre("0"));
  EXPECT_THAT(fields.at("mount.export"), ElementsAre("/a", "/b"));
  EXPECT_THAT(driver.lines().back(), testing::HasSubstr(R"("exports":["/a","/b"])"));
}

TEST(Rpc, WhatIsWrongOrTooMuchIsAnEvent) {
  SessionDriver cut{mount, true};
  cut.datagram(kUp, as_bytes(std::string_view(kMnt).substr(0, kMnt.size() - 4)));
  EXPECT_EQ(cut.text(), "event to_server malformed_message\n");
  SessionDriver longer{mount};
  longer.feed(kUp, u32(0x80000000u | 70'000) + std::string(70'000 - 1, 'x'));
  EXPECT_EQ(longer.text(), "event to_server message_too_long\n");
  SessionDriver many{mount, true};
  for (std::uint32_t i = 0; i <= RpcSession::kMaxTransactions; ++i)
    many.datagram(kUp, as_bytes(call(i, 100005, 3, 1, opaque("/x"))));
  EXPECT_THAT(many.lines(), Contains("event to_server too_many_transactions"));
}

TEST(Rpc, IsRecognisedByContentAlone) {
  for (const auto& [protocol, other, message] :
       {std::tuple{&portmap, &mount, kGetPort}, std::tuple{&mount, &portmap, kMnt}}) {
    EXPECT_EQ(protocol->detector.probe_datagram(kUp, as_bytes(message), 9), Probe::yes);
    EXPECT_EQ(protocol->detector.probe(kUp, as_bytes(record(message)), 9), Probe::yes);
    EXPECT_EQ(protocol->detector.probe(kUp, as_bytes(record(message).substr(0, 20)), 9), Probe::need_more);
    EXPECT_EQ(other->detector.probe_datagram(kUp, as_bytes(message), 111), Probe::no);
    EXPECT_EQ(protocol->detector.probe_datagram(kDown, as_bytes(message), 111), Probe::no);
    EXPECT_EQ(protocol->detector.probe(kUp, as_bytes(std::string_view("GET / HTTP/1.1\r\n\r\n, and more text")), 111),
              Probe::no);
  }
}

}  // namespace
}  // namespace gatehouse::proto::rpc
