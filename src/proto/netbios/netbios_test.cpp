// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/netbios/netbios.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::netbios {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;

constexpr auto kUp = Direction::to_server;
constexpr auto kDown = Direction::to_client;

// RFC 1001, 14.1: each octet as two letters.
std::string encoded(std::string name, char kind) {
  name.resize(15, ' ');
  name += kind;
  std::string out = " ";
  for (const char c : name) {
    out += static_cast<char>('A' + (static_cast<unsigned char>(c) >> 4));
    out += static_cast<char>('A' + (c & 15));
  }
  return out + '\0';
}

const std::string kQuery =
    from_hex("12 34 01 10 00 01 00 00 00 00 00 00") + encoded("NAS", ' ') + from_hex("00 20 00 01");
// RFC 1002, 4.2.2: a registration with the name's address in an additional record that points to the question.
const std::string kRegistration = from_hex("12 35 29 10 00 01 00 00 00 00 00 01") + encoded("NAS", ' ') +
                                  from_hex("00 20 00 01  c0 0c 00 20 00 01 00 04 93 e0 00 06 00 00 0a 4d 01 05");
// 4.2.18: a status answer with two names and the address of the unit.
const std::string kStatus = from_hex("12 36 84 00 00 00 00 01 00 00 00 00") + encoded("*", '\0') +
                            from_hex("00 21 00 01 00 00 00 00 00 2b  02") + "NAS            " + from_hex("00 04 00") +
                            "LAB            " + from_hex("00 84 00  00 11 22 33 44 55");

std::string datagram(const std::string& data) {
  const std::string body = encoded("NAS", '\0') + encoded("LAB", '\x1d') + data;
  const std::string head = from_hex("11 0a 00 01 0a 4d 01 05 00 8a");
  const auto size = static_cast<unsigned>(body.size());
  return head + static_cast<char>(size >> 8) + static_cast<char>(size) + std::string(2, '\0') + body;
}
// MS-CIFS 2.2.4.33 with three setup words, as MS-MAIL 2.2.1 has it.
std::string mailslot(std::string_view name, const std::string& content) {
  const std::size_t at = 32 + 1 + 34 + 2 + name.size() + 1;
  const auto le = [](std::size_t n) { return std::string{static_cast<char>(n), static_cast<char>(n >> 8)}; };
  return "\xffSMB\x25" + std::string(27, '\0') + '\x11' + le(0) + le(content.size()) + std::string(14, '\0') + le(0) +
         le(0) + le(content.size()) + le(at) + std::string("\x03\0", 2) + le(1) + le(1) + le(2) + le(name.size() + 1) +
         std::string(name) + '\0' + content;
}
const std::string kAnnouncement = from_hex("01 00 80 a9 03 00") + "NAS" + std::string(13, '\0') +
                                  from_hex("06 01 03 9a 81 00 0f 01 55 aa") + "Storage box" + '\0';

TEST(Netbios, AQueryTellsWhatIsAskedFor) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kQuery));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log netbios {"netbios":{"service":"name","type":"request","operation":"query",)"
                          R"("transaction_id":4660,"name":"NAS","kind":32}})"));
  EXPECT_THAT(driver.fields().at("netbios.query"), ElementsAre("NAS"));
  EXPECT_THAT(driver.fields().at("netbios.kind"), ElementsAre("32"));
  EXPECT_EQ(driver.fields().count("netbios.host"), 0u);
}

TEST(Netbios, ARegistrationTellsWhoIsWhere) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kRegistration));
  EXPECT_THAT(driver.fields().at("netbios.operation"), ElementsAre("5"));
  EXPECT_THAT(driver.fields().at("netbios.registered"), ElementsAre("NAS"));
  EXPECT_THAT(driver.fields().at("netbios.host"), ElementsAre("NAS"));
  EXPECT_THAT(driver.fields().at("netbios.address"), ElementsAre("10.77.1.5"));
}

TEST(Netbios, AStatusAnswerTellsAllNames) {
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(kStatus));
  EXPECT_THAT(driver.fields().at("netbios.names"), ElementsAre("NAS", "LAB"));
  EXPECT_THAT(driver.fields().at("netbios.unit"), ElementsAre("00:11:22:33:44:55"));
}

TEST(Netbios, AMachineAnnouncesItself) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(datagram(mailslot("\\MAILSLOT\\BROWSE", kAnnouncement))));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(R"(log netbios {"netbios":{"service":"datagram","source":"NAS","destination":"LAB","kind":29,)"
                  R"("mailslot":"\\MAILSLOT\\BROWSE","browser":"host_announcement","host":"NAS",)"
                  R"("os_version":"6.1","comment":"Storage box"}})"));
  EXPECT_THAT(driver.fields().at("netbios.host"), ElementsAre("NAS"));
  EXPECT_THAT(driver.fields().at("netbios.os_version"), ElementsAre("6.1"));
  EXPECT_THAT(driver.fields().at("netbios.comment"), ElementsAre("Storage box"));
  EXPECT_THAT(driver.fields().at("netbios.browser"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("netbios.mailslot"), ElementsAre("\\MAILSLOT\\BROWSE"));
  EXPECT_THAT(driver.fields().at("netbios.source"), ElementsAre("NAS"));
  EXPECT_THAT(driver.fields().at("netbios.destination"), ElementsAre("LAB"));
}

TEST(Netbios, EachEventIsRaisedOnce) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kQuery).first(40));
  EXPECT_EQ(driver.text(), "event to_server malformed_message\n");
  SessionDriver other{protocol, true};
  other.datagram(kUp, as_bytes(datagram(mailslot("\\MAILSLOT\\BROWSE", kAnnouncement.substr(0, 20)))));
  EXPECT_EQ(other.lines().front(), "event to_server malformed_announcement");
}

TEST(Netbios, IsRecognisedByContentAlone) {
  const auto probe = protocol.detector.probe;
  for (const std::string& own : {kQuery, kRegistration, kStatus, datagram("anything")}) {
    EXPECT_EQ(probe(kUp, as_bytes(own), 4000), Probe::yes);
    for (std::size_t size = 1; size < 50; ++size)
      EXPECT_EQ(probe(kUp, as_bytes(own).first(size), 137), Probe::no) << size;
  }
  // A question of the DNS for example.com.
  const std::string dns = from_hex("12 34 01 00 00 01 00 00 00 00 00 00 07") + "example" + from_hex("03") + "com" +
                          from_hex("00 00 01 00 01");
  for (const std::string& other : {dns, std::string(80, '\0'), std::string(80, 'A'), std::string(80, '\x11')})
    EXPECT_EQ(probe(kUp, as_bytes(other), 137), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::netbios
