// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/gesrtp/gesrtp.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::gesrtp {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

const std::string kInitiate(56, '\0');
const std::string kInitiated = '\1' + std::string(55, '\0');

// A request whose mailbox, number 6, is within the header.
std::string request(const std::string& mailbox) {
  return from_hex(
             "02 00 06 00 0000 000000 01 00000000000000 01 0000000000000000 000000 00 06 c0 00000000 100e0000 01 01") +
         mailbox + std::string(14 - mailbox.size(), '\0');
}
std::string response(std::uint8_t type, std::uint8_t major, const std::string& text) {
  return from_hex("03 00 06 00") + static_cast<char>(text.size()) +
         from_hex("00 000000 01 00000000000000 01 0000000000000000 000000 00 06") + static_cast<char>(type) +
         from_hex("100e0000 00000000 01 01") + static_cast<char>(major) + from_hex("00 010002000000 00 02 1400 0000") +
         text;
}
// Ten words from %R100 on (counted from 0: 99).
const std::string kRead = request(from_hex("04 08 6300 0a00"));
// Two words to %R1, as data behind the header.
const std::string kWrite =
    from_hex(
        "02 00 07 00 0400 000000 02 00000000000000 02 0000000000000000 000000 00 09 80 00000000 100e0000 01 01"
        "02 0000000000  01 01  07 08 0000 0200") +
    "abcd";
const std::string kSetState = request(from_hex("23 01"));
const std::string kDone = response(0xd4, 0, ""), kDoneWithData = response(0x94, 0, std::string(20, 'x'));
const std::string kRefused = response(0xd1, 5, "");

std::map<std::string, std::vector<std::string>> fields_of(Direction direction, const std::string& bytes) {
  test::SessionDriver driver{protocol};
  driver.feed(direction, bytes);
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  return driver.fields();
}

TEST(GeSrtp, MemoryIsRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  EXPECT_EQ(driver.text(),
            "log gesrtp {\"gesrtp\":{\"type\":\"request\",\"sequence\":6,\"service\":\"read_system_memory\",\"access\":"
            "\"read\",\"area\":\"r_word\",\"address\":99,\"count\":10}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("gesrtp.type").front(), "2");
  EXPECT_EQ(fields.at("gesrtp.function").front(), "4");
  EXPECT_EQ(fields.at("gesrtp.access").front(), "1");
  EXPECT_EQ(fields.at("gesrtp.unit").front(), std::to_string(0x100e0000));
  EXPECT_EQ(fields.at("gesrtp.area").front(), "8");
  EXPECT_EQ(fields.at("gesrtp.address").front(), "99");
  EXPECT_EQ(fields.at("gesrtp.count").front(), "10");
}

TEST(GeSrtp, WritesHaveTheirMailboxFurtherBehind) {
  const auto fields = fields_of(to_server, kWrite);
  EXPECT_EQ(fields.at("gesrtp.access").front(), "2");
  EXPECT_EQ(fields.at("gesrtp.address").front(), "0");
  EXPECT_EQ(fields.at("gesrtp.count").front(), "2");
  const auto state = fields_of(to_server, kSetState);
  EXPECT_EQ(state.at("gesrtp.access").front(), "3");
  EXPECT_FALSE(state.contains("gesrtp.address"));
}

TEST(GeSrtp, AResponseIsNamedByItsRequest) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  driver.feed(to_client, kDoneWithData);
  driver.feed(to_client, kDone);
  ASSERT_EQ(driver.lines().size(), 3u) << driver.text();
  EXPECT_NE(driver.lines()[1].find("\"service\":\"read_system_memory\",\"access\":\"read\",\"refused\":false"),
            std::string::npos)
      << driver.text();
  EXPECT_EQ(driver.lines()[2].find("service"), std::string::npos);  // it was answered already
  EXPECT_EQ(driver.fields().at("gesrtp.privilege").front(), "2");
  const auto refused = fields_of(to_client, kRefused);
  EXPECT_EQ(refused.at("gesrtp.refused").front(), "1");
  EXPECT_EQ(refused.at("gesrtp.status").front(), "1280");
}

TEST(GeSrtp, AStreamGivesTheSameInAnyChunks) {
  const auto text = test::expect_same_in_any_chunks(protocol, {{to_server, kInitiate},
                                                               {to_client, kInitiated},
                                                               {to_server, kRead},
                                                               {to_client, kDoneWithData},
                                                               {to_server, kWrite + kSetState},
                                                               {to_client, kRefused}});
  EXPECT_EQ(text.find("event"), std::string::npos) << text;
  test::expect_prefixes_need_more(protocol, to_server, kRead);
}

TEST(GeSrtp, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_packet", std::string(56, '\4')},
      {"malformed_packet", '\1' + std::string(54, '\0') + '\1'},
      {"malformed_packet", '\2' + std::string(55, '\0')},
      {"unknown_service", request(from_hex("77"))},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
}

TEST(GeSrtp, IsRecognisedByTheFirstMailbox) {
  const auto probe = protocol.detector.probe;
  for (const auto& bytes : {kInitiate + kRead, kRead, kWrite, kSetState, kDone, kInitiated + kDoneWithData, kRefused})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4000), Probe::yes);
  for (const auto& bytes : {kInitiate, kInitiated, kRead.substr(0, 55)})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 18245), Probe::need_more);
  for (const auto& bytes : {request(from_hex("77")), std::string("\3\0\0\x13", 4) + std::string(52, '\1'),
                            std::string("\2\1"), kInitiate + std::string(56, '\3')})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 18245), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::gesrtp
