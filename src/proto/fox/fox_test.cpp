// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fox/fox.hpp"

#include <gtest/gtest.h>

#include "proto/fox/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::fox {
namespace {

constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

const std::string kHello =
    "fox a 1 -1 fox hello\n{\nfox.version=s:1.0.1\nid=i:1\nhostName=s:panel\napp.name=s:Workbench\n"
    "app.version=s:3.8.38\n};;\n";
const std::string kAnswer =
    "fox a 0 -1 fox hello\n{\nfox.version=s:1.0.1\nid=i:20\nhostName=s:jace7\nhostAddress=s:192.0.2.7\n"
    "app.name=s:Station\napp.version=s:3.8.38\nvm.name=s:Java HotSpot\nvm.version=s:1.5.0\nos.name=s:QNX\n"
    "os.version=s:6.4.1\nstation.name=s:School\nhostId=s:Qnx-NPM6-0000-0001\nbrandId=s:vykon\n};;\n";
const std::string kRead = "fox s 12 -1 station read\n{\nord=s:h:1\n};;\n";
const std::string kLong = "fox r 13 12 file data\n{\nblob=b:9000[" + std::string(9000, 'x') + "]\n};;\n";

TEST(Fox, BothEndsSayWhatTheyAre) {
  test::SessionDriver driver{protocol};
  driver.feed(to_client, kAnswer);
  EXPECT_EQ(driver.text(),
            "log fox {\"fox\":{\"kind\":\"a\",\"channel\":\"fox\",\"command\":\"hello\",\"version\":\"1.0.1\","
            "\"host_name\":\"jace7\",\"host_address\":\"192.0.2.7\",\"host_id\":\"Qnx-NPM6-0000-0001\","
            "\"application\":\"Station 3.8.38\",\"vm\":\"Java HotSpot\",\"vm_version\":\"1.5.0\","
            "\"system\":\"QNX 6.4.1\",\"brand\":\"vykon\",\"station\":\"School\"}}\n");
  const std::pair<const char*, const char*> expected[] = {
      {"fox.kind", "a"},           {"fox.channel", "fox"},          {"fox.command", "hello"},
      {"fox.version", "1.0.1"},    {"fox.host_name", "jace7"},      {"fox.host_address", "192.0.2.7"},
      {"fox.app_name", "Station"}, {"fox.app_version", "3.8.38"},   {"fox.application", "Station 3.8.38"},
      {"fox.system", "QNX 6.4.1"}, {"fox.vm_name", "Java HotSpot"}, {"fox.vm_version", "1.5.0"},
      {"fox.brand", "vykon"},      {"fox.station", "School"},       {"fox.host_id", "Qnx-NPM6-0000-0001"},
  };
  for (const auto& [name, value] : expected) EXPECT_EQ(driver.fields().at(name).front(), value) << name;
}

TEST(Fox, AStreamGivesTheSameInAnyChunks) {
  const auto text = test::expect_same_in_any_chunks(
      protocol, {{to_server, kHello}, {to_client, kAnswer}, {to_server, kRead}, {to_client, kLong + kAnswer}}, 300);
  EXPECT_EQ(text.find("event"), std::string::npos) << text;
  EXPECT_NE(text.find("\"command\":\"data\""), std::string::npos) << text;
  test::expect_prefixes_need_more(protocol, to_server, kHello);
}

// The end of a long frame may lie across the place where reading stops.
TEST(Fox, TheEndOfALongFrameIsFoundWhereverItIs) {
  const std::string head = "fox r 13 12 file data\n{\nb=b:1[";
  for (std::size_t over = 0; over < 8; ++over) {
    const std::string frame = head + std::string(kLongestFrame - head.size() - over, 'x') + "};;\n";
    test::SessionDriver driver{protocol};
    driver.feed(to_client, frame + kAnswer);
    EXPECT_EQ(driver.lines().size(), 2u) << over << driver.text();
  }
}

TEST(Fox, BehindAGapTheNextFrameIsFound) {
  test::SessionDriver driver{protocol};
  driver.gap(to_server, 100);
  driver.feed(to_server, "ame=s:x\n};;\n" + kRead);
  EXPECT_EQ(driver.lines().size(), 1u) << driver.text();
}

TEST(Fox, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_frame", "fix a 1 -1 fox hello\n{\n};;\n"},
      {"malformed_frame", "fox a one -1 fox hello\n{\n};;\n"},
      {"malformed_frame", "fox " + std::string(200, 'a')},
      {"name_too_long", "fox a 1 -1 fox hello\n{\napp.name=s:" + std::string(100, 'a') + "\n};;\n"},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event", 6), std::string::npos) << driver.text();
  }
}

TEST(Fox, IsRecognisedByItsFirstLine) {
  const auto probe = protocol.detector.probe;
  for (const auto& bytes : {kHello, kAnswer, kRead, kLong})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4000), Probe::yes);
  for (const auto& bytes : {std::string("f"), kHello.substr(0, 12), std::string("fox a 1 -1 fox hello\n")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 1911), Probe::need_more);
  for (const auto& bytes : {std::string("fox trot is a dance\n{"), std::string("fox a 1 -1 fox hello\nno"),
                            std::string("fox a 1 -1 fox hello now\n{"), std::string("foo")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 1911), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::fox
