// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ssh/session.hpp"

#include <gmock/gmock.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::ssh {
namespace {

using test::SessionDriver;
using test::Turn;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr auto kServer = Direction::to_server, kClient = Direction::to_client;

std::string number(std::uint64_t value) {
  std::string bytes;
  for (int i = 3; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}
std::string list(std::string_view names) {
  return number(names.size()) + std::string(names);
}

// RFC 4253, 6: with 4 to 11 octets of padding, so that the whole is a multiple of 8.
std::string packet(int message, std::string_view payload) {
  const std::size_t padding = 4 + (8 - (4 + 1 + 1 + payload.size() + 4) % 8) % 8;
  return number(2 + payload.size() + padding) + static_cast<char>(padding) + static_cast<char>(message) +
         std::string(payload) + std::string(padding, 'p');
}

std::string kex_init(std::string_view kex = "curve25519-sha256", std::string_view own = "1",
                     std::string_view other = "2") {
  const auto pair = [&](std::string_view what) {
    return list(std::string(what) + std::string(own)) + list(std::string(what) + std::string(other));
  };
  return packet(20, std::string(16, 'c') + list(kex) + list("ssh-ed25519") + pair("aes") + pair("hmac") + pair("zlib") +
                        list("") + list("") + std::string(1, '\0') + number(0));
}
const std::string kNewKeys = packet(21, "");

std::string told(const std::vector<Turn>& turns) {
  return test::expect_same_in_any_chunks(protocol, turns, 500);
}
std::string told(const std::string& from_client) {
  return told({Turn{kServer, from_client}});
}

std::vector<Turn> conversation() {
  return {{kServer, "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"},
          {kClient, "SSH-2.0-dropbear_2022.83\r\n"},
          {kServer, kex_init()},
          {kClient, kex_init("curve25519-sha256", "2", "1")},
          {kServer, packet(30, std::string(36, 'e'))},
          {kClient, packet(31, std::string(200, 'e')) + kNewKeys},
          {kServer, kNewKeys + std::string(64, '\xee')},
          {kClient, std::string(64, '\xdd')}};
}

TEST(Ssh, Conversation) {
  SessionDriver driver{protocol};
  for (const Turn& turn : conversation()) driver.feed(turn.direction, turn.bytes);
  EXPECT_EQ(driver.last_status(), Status::finished);
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("ssh.proto"), ElementsAre("2.0"));
  EXPECT_THAT(fields.at("ssh.software"), ElementsAre("OpenSSH_9.2p1", "dropbear_2022.83"));
  EXPECT_THAT(fields.at("ssh.hassh.string"), ElementsAre("curve25519-sha256;aes1;hmac1;zlib1"));
  EXPECT_THAT(fields.at("ssh.hassh.server.string"), ElementsAre("curve25519-sha256;aes1;hmac1;zlib1"))
      << "the server's own direction is the second of each pair";
  EXPECT_THAT(fields.at("ssh.hassh"), ElementsAre("9af004798e58a5fd5ca8d19048d121ac"));
  EXPECT_THAT(fields.at("ssh.ciphers"), ElementsAre("aes1"));
  const std::string text = told(conversation());
  EXPECT_THAT(text, HasSubstr("{\"ssh\":{\"client\":{\"proto_version\":\"2.0\",\"software_version\":\"OpenSSH_9.2p1\","
                              "\"hassh\":{\"hash\":"));
  EXPECT_THAT(text, HasSubstr("\"server\":{\"proto_version\":\"2.0\",\"software_version\":\"dropbear_2022.83\""));
  EXPECT_THAT(text, Not(HasSubstr("event")));
}

TEST(Ssh, LoggedOnceWhenBothOffersAreKnown) {
  SessionDriver driver{protocol};
  const auto turns = conversation();
  for (std::size_t i = 0; i < 3; ++i) driver.feed(turns[i].direction, turns[i].bytes);
  EXPECT_EQ(driver.text(), "");
  for (std::size_t i = 3; i < turns.size(); ++i) driver.feed(turns[i].direction, turns[i].bytes);
  driver.finish();
  EXPECT_EQ(driver.lines().size(), 1u);
}

TEST(Ssh, OneBannerIsEnoughForALine) {
  EXPECT_EQ(told({{kClient, "SSH-1.99-Cisco-1.25\n"}}),
            "log ssh {\"ssh\":{\"server\":{\"proto_version\":\"1.99\",\"software_version\":\"Cisco-1.25\"}}}\n");
}

TEST(Ssh, LinesBeforeTheServersBanner) {
  const std::string text =
      told({{kServer, "SSH-2.0-a\r\n"}, {kClient, "Welcome\r\nSSH is\r\n\r\nSSH-2.0-b\r\n" + kex_init()}});
  EXPECT_THAT(text, HasSubstr("\"server\":{\"proto_version\":\"2.0\",\"software_version\":\"b\",\"hassh\""));
  EXPECT_THAT(text, Not(HasSubstr("event")));
}

TEST(Ssh, Version1IsOverAfterItsBanners) {
  SessionDriver driver{protocol};
  driver.feed(kServer, "SSH-1.5-old\n");
  driver.feed(kClient, "SSH-1.5-older\n");
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.text(), HasSubstr("older"));
}

TEST(Ssh, BannersThatAreNone) {
  EXPECT_THAT(told("GET / HTTP/1.1\r\n"), HasSubstr("event to_server invalid_banner"));
  EXPECT_THAT(told("SSH-2.0\r\n"), HasSubstr("event to_server invalid_banner"));
  EXPECT_THAT(told("SSH--x\r\n"), HasSubstr("event to_server invalid_banner"));
  std::string lines;
  for (unsigned i = 0; i <= kMaxLinesBefore; ++i) lines += "x\n";
  EXPECT_THAT(told({{kClient, lines + "SSH-2.0-x\n"}}), HasSubstr("event to_client invalid_banner"));
}

TEST(Ssh, LongBanners) {
  EXPECT_THAT(told("SSH-2.0-" + std::string(kMaxBanner - 8, 'x') + "\n"), Not(HasSubstr("event")));
  const std::string text = told("SSH-2.0-x " + std::string(kMaxBanner, 'y') + "\r\n" + kex_init());
  EXPECT_THAT(text, HasSubstr("event to_server long_banner"));
  EXPECT_THAT(text, HasSubstr("\"software_version\":\"x\",\"hassh\""));
  const std::string endless = told("SSH-2.0-x " + std::string(2 * kMaxLine, 'y') + "\n" + kex_init());
  EXPECT_THAT(endless, HasSubstr("\"software_version\":\"x\",\"hassh\"")) << "the line's end is found all the same";
}

TEST(Ssh, Records) {
  EXPECT_THAT(told("SSH-2.0-x\r\n" + number(1) + "xx"), HasSubstr("event to_server invalid_record"));
  EXPECT_THAT(told("SSH-2.0-x\r\n" + number(kMaxRecord + 1) + "xx"), HasSubstr("event to_server invalid_record"));
  EXPECT_THAT(told("SSH-2.0-x\r\n" + packet(20, std::string(16, 'c') + number(99) + "short")),
              HasSubstr("event to_server invalid_record"));
  EXPECT_THAT(told("SSH-2.0-x\r\n" + packet(20, std::string(kMaxKexInit, 'k')) + kex_init()),
              testing::AllOf(HasSubstr("event to_server long_kex_record"), HasSubstr("hassh")))
      << "the one that is too long is passed over, the next is read";
  EXPECT_THAT(told("SSH-2.0-x\r\n" + kex_init(std::string(kMaxHassh, 'k'))),
              testing::AllOf(HasSubstr("event to_server long_kex_record"), Not(HasSubstr("hassh"))));
}

TEST(Ssh, GapInsideOfWhatNobodyReadsIsNothing) {
  SessionDriver driver{protocol};
  driver.feed(kServer, "SSH-2.0-x\r\n" + packet(30, std::string(1000, 'e')).substr(0, 100));
  driver.gap(kServer, 500);
  EXPECT_FALSE(driver.stopped());
  driver.gap(kServer, 5000);
  EXPECT_TRUE(driver.stopped());
}

TEST(Ssh, PrefixesWantMore) {
  test::expect_prefixes_need_more(protocol, kServer, "SSH-2.0-x\r\n" + kex_init());
  test::expect_prefixes_need_more(protocol, kClient, "SSH-2.0-x\r\n" + kex_init());
}

TEST(Ssh, Probe) {
  EXPECT_EQ(probe(kServer, as_bytes("SSH-2.0-x"), 4711), Probe::yes);
  EXPECT_EQ(probe(kClient, as_bytes("SSH-1.99-x"), 4711), Probe::yes);
  EXPECT_EQ(probe(kServer, as_bytes("SSH-"), 22), Probe::need_more);
  EXPECT_EQ(probe(kServer, as_bytes("SSH-x"), 22), Probe::no);
  EXPECT_EQ(probe(kServer, as_bytes("SMTP"), 22), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::ssh
