// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/syslog/syslog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::syslog {
namespace {

using test::SessionDriver;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr auto C = Direction::to_server;

// As RFC 5424, 6.5 has examples, and RFC 3164, 5.4.
const std::string kNew =
    "<165>1 2026-10-11T22:14:15.003Z cam-3.example fw 812 ID47 [e@32473 a=\"x\\\"]\"][f b=\"1\"] \xef\xbb\xbfport "
    "opened";
const std::string kOld = "<34>Oct  1 22:14:15 door-7 sshd[230]: login failed for root";

std::string record(const std::string& datagram) {
  SessionDriver driver{protocol, true};
  driver.datagram(C, as_bytes(datagram));
  return driver.text();
}

TEST(Syslog, TheNewFormIsRead) {
  EXPECT_EQ(record(kNew),
            R"(log syslog {"syslog":{"facility":"local4","severity":"notice","timestamp":"2026-10-11T22:14:15.003Z",)"
            R"("hostname":"cam-3.example","application":"fw","process":"812","message_id":"ID47",)"
            R"("structured_data":"[e@32473 a=\"x\\\"]\"][f b=\"1\"]","message":"port opened"}})"
            "\n");
  EXPECT_EQ(record("<0>1 - - - - - -"), "log syslog {\"syslog\":{\"facility\":\"kern\",\"severity\":\"emergency\"}}\n");
}

TEST(Syslog, TheOldFormIsRead) {
  EXPECT_EQ(record(kOld),
            R"(log syslog {"syslog":{"facility":"auth","severity":"critical","timestamp":"Oct  1 22:14:15",)"
            R"("hostname":"door-7","application":"sshd","process":"230","message":"login failed for root"}})"
            "\n");
  EXPECT_THAT(record("<13>Feb 11 10:00:00 kernel: eth0 up"),
              HasSubstr(R"("application":"kernel","message":"eth0 up")"));
  EXPECT_THAT(record("<13>anything"), HasSubstr(R"("severity":"notice","message":"anything")"));
}

TEST(Syslog, FieldsHaveTheirValues) {
  SessionDriver driver{protocol, true};
  driver.datagram(C, as_bytes(kNew));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("syslog.facility"), ElementsAre("20"));
  EXPECT_THAT(fields.at("syslog.severity"), ElementsAre("5"));
  EXPECT_THAT(fields.at("syslog.hostname"), ElementsAre("cam-3.example"));
  EXPECT_THAT(fields.at("syslog.application"), ElementsAre("fw"));
  EXPECT_THAT(fields.at("syslog.message_id"), ElementsAre("ID47"));
  EXPECT_THAT(fields.at("syslog.message"), ElementsAre("port opened"));
}

TEST(Syslog, AStreamIsCountedOrInLines) {
  const std::string counted = std::to_string(kNew.size()) + " " + kNew;
  const std::string text =
      test::expect_same_in_any_chunks(protocol, {{C, counted + counted + kOld + "\n" + kOld + "\r\n"}});
  EXPECT_EQ(std::ranges::count(text, '\n'), 4);
  test::expect_prefixes_need_more(protocol, C, counted);
}

TEST(Syslog, EachEventIsTold) {
  EXPECT_EQ(record("no priority"), "event to_server malformed_message\n");
  EXPECT_EQ(record("<192>1 - - - - - -"), "event to_server malformed_message\n");
  for (const std::string& framed :
       {"9000 " + kOld + std::string(9000 - kOld.size(), 'x'), kOld + std::string(9000, 'x') + "\n"}) {
    SessionDriver driver{protocol};
    driver.feed(C, framed);
    driver.feed(C, kOld + "\n");
    EXPECT_THAT(driver.lines(), Contains("event to_server message_too_long"));
    EXPECT_THAT(driver.lines().back(), HasSubstr("login failed for root\"")) << "the next message is read";
  }
}

TEST(SyslogProbe, WantsMoreThanAPriority) {
  const auto looks = [](std::string_view text, std::uint16_t port = 12345) {
    return protocol.detector.probe_datagram(C, as_bytes(text), port);
  };
  EXPECT_EQ(looks(kNew), Probe::yes);
  EXPECT_EQ(looks(kOld), Probe::yes);
  EXPECT_EQ(looks("<13>anything"), Probe::no);
  EXPECT_EQ(looks("<13>anything", 514), Probe::yes);
  EXPECT_EQ(looks("<13>\x01\x02", 514), Probe::no);
  EXPECT_EQ(looks("<192>Oct 11 22:14:15 a b"), Probe::no);
  EXPECT_EQ(looks("<034>Oct 11 22:14:15 a b"), Probe::no);
  EXPECT_EQ(looks("<?xml version=\"1.0\"?>"), Probe::no);
  EXPECT_EQ(looks("<34>1 yesterday a b c d -"), Probe::no);
}

TEST(SyslogProbe, OfAStream) {
  const auto looks = [](std::string_view text) { return protocol.detector.probe(C, as_bytes(text), 12345); };
  EXPECT_EQ(looks(kOld), Probe::yes);
  EXPECT_EQ(looks(std::to_string(kNew.size()) + " " + kNew), Probe::yes);
  EXPECT_EQ(looks("11"), Probe::need_more);
  EXPECT_EQ(looks("<34>Oct"), Probe::need_more);
  EXPECT_EQ(looks("<stream>\n"), Probe::no);
  EXPECT_EQ(looks("220 ready\r\n"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::syslog
