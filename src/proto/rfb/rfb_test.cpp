// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rfb/rfb.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/rfb/transaction.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::rfb {
namespace {

using test::from_hex;
using test::SessionDriver;
using test::Turn;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

const std::string k33 = "RFB 003.003\n", k37 = "RFB 003.007\n", k38 = "RFB 003.008\n";
const std::string kChallenge = from_hex("00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f");
const std::string kResponse(16, 'r');
const std::string kOk(4, '\0'), kFailed = from_hex("00 00 00 01");

std::string text(std::string_view s) {
  return from_hex("00 00") + std::string{static_cast<char>(s.size() >> 8), static_cast<char>(s.size())} +
         std::string(s);
}
// RFC 6143, 7.3.2: 800 × 600, 32 bits of which 24 count, and its name.
std::string screen(std::string_view name) {
  return from_hex("03 20 02 58  20 18 00 01 00 ff 00 ff 00 ff 10 08 00 00 00 00") + text(name);
}

std::vector<std::string> lines_of(const std::vector<Turn>& turns) {
  SessionDriver driver{protocol};
  for (const Turn& turn : turns) driver.feed(turn.direction, turn.bytes);
  driver.finish();
  return driver.lines();
}

const std::vector<Turn> kLogin{{kDown, k38},  {kUp, k38},          {kDown, "\x02\x01\x02"},
                               {kUp, "\x02"}, {kDown, kChallenge}, {kUp, kResponse},
                               {kDown, kOk},  {kUp, "\x01"},       {kDown, screen("panel 3")}};

TEST(Rfb, ALoginToAScreen) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kLogin) driver.feed(turn.direction, turn.bytes);
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          R"(log rfb {"rfb":{"server_protocol_version":{"major":"003","minor":"008"},"client_protocol_version":)"
          R"({"major":"003","minor":"008"},"authentication":{"security_type":2,"vnc":{"challenge":)"
          R"("000102030405060708090a0b0c0d0e0f","response":"72727272727272727272727272727272"},"security_result":"OK"},)"
          R"("screen_shared":true,"framebuffer":{"width":800,"height":600,"name":"panel 3","pixel_format":)"
          R"({"bits_per_pixel":32,"depth":24,"big_endian":false,"true_color":true,"red_max":255,"green_max":255,)"
          R"("blue_max":255,"red_shift":16,"green_shift":8,"blue_shift":0}}}})"));
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.fields().at("rfb.name"), ElementsAre("panel 3"));
  EXPECT_THAT(driver.fields().at("rfb.sectype"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("rfb.secresult"), ElementsAre("0"));
  EXPECT_THAT(driver.fields().at("rfb.width"), ElementsAre("800"));
  EXPECT_THAT(driver.fields().at("rfb.height"), ElementsAre("600"));
}

TEST(Rfb, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, kLogin);
  test::expect_prefixes_need_more(protocol, kDown, k38);
}

TEST(Rfb, Version33LetsTheServerDecide) {
  EXPECT_THAT(lines_of({{kDown, k38},
                        {kUp, k33},
                        {kDown, from_hex("00 00 00 01")},
                        {kUp, std::string(1, '\0')},
                        {kDown, screen("x")}}),
              ElementsAre(AllOf(HasSubstr(R"("authentication":{"security_type":1},"screen_shared":false)"),
                                HasSubstr(R"("name":"x")"))));
}

TEST(Rfb, Version37HasNoResultWithoutAuthentication) {
  EXPECT_THAT(lines_of({{kDown, k37}, {kUp, k37}, {kDown, "\x01\x01"}, {kUp, "\x01\x01"}, {kDown, screen("x")}}),
              ElementsAre(HasSubstr(R"("name":"x")")));
}

TEST(Rfb, VersionsOfOthersSpeakAs38) {
  EXPECT_THAT(lines_of({{kDown, "RFB 003.889\n"},
                        {kUp, "RFB 003.889\n"},
                        {kDown, "\x01\x01"},
                        {kUp, "\x01\x01"},
                        {kDown, kOk + screen("mac")}}),
              ElementsAre(HasSubstr(R"("name":"mac")")));
}

TEST(Rfb, ARefusalHasAReason) {
  EXPECT_THAT(lines_of({{kDown, k38}, {kUp, k38}, {kDown, std::string(1, '\0') + text("busy")}}),
              ElementsAre(HasSubstr(R"("server_security_failure_reason":"busy")")));
  EXPECT_THAT(lines_of({{kDown, k38}, {kUp, k33}, {kDown, kOk + text("busy")}}),
              ElementsAre(HasSubstr(R"("server_security_failure_reason":"busy")")));
  SessionDriver driver{protocol};
  for (const Turn& turn : std::vector<Turn>{{kDown, k38},
                                            {kUp, k38},
                                            {kDown, "\x01\x02"},
                                            {kUp, "\x02"},
                                            {kDown, kChallenge},
                                            {kUp, kResponse},
                                            {kDown, kFailed + text("wrong")}})
    driver.feed(turn.direction, turn.bytes);
  EXPECT_THAT(driver.lines(), ElementsAre(AllOf(HasSubstr(R"("security_result":"FAIL")"), HasSubstr(R"("wrong")"))));
  EXPECT_THAT(driver.fields().at("rfb.reason"), ElementsAre("wrong"));
  EXPECT_THAT(driver.fields().at("rfb.secresult"), ElementsAre("1"));
}

TEST(Rfb, ARefusalBefore38HasNone) {
  EXPECT_THAT(lines_of({{kDown, k37},
                        {kUp, k37},
                        {kDown, "\x01\x02"},
                        {kUp, "\x02"},
                        {kDown, kChallenge},
                        {kUp, kResponse},
                        {kDown, kFailed}}),
              ElementsAre(HasSubstr(R"("security_result":"FAIL")")));
}

TEST(Rfb, EachEvent) {
  EXPECT_THAT(lines_of({{kDown, "RFB 003.00x\n"}}), testing::Contains("event to_client malformed_message"));
  EXPECT_THAT(lines_of({{kDown, k38}, {kUp, k38}, {kDown, "\x01\x13"}, {kUp, "\x13"}}),
              ElementsAre("event to_server unimplemented_security_type", HasSubstr(R"("security_type":19)")));
  EXPECT_THAT(
      lines_of({{kDown, k38}, {kUp, k38}, {kDown, "\x01\x01"}, {kUp, "\x01"}, {kDown, from_hex("00 00 00 09")}}),
      ElementsAre("event to_client unknown_security_result", HasSubstr(R"x("UNKNOWN (9)")x")));
  EXPECT_THAT(lines_of({{kDown, k38 + "\x01\x01"}}),
              ElementsAre("event to_client confused_state", HasSubstr("log rfb")));
  EXPECT_THAT(lines_of({{kDown, k38}, {kUp, k33 + "\x01"}}),
              ElementsAre("event to_server confused_state", HasSubstr("log rfb")));
  EXPECT_THAT(
      lines_of({{kDown, k38}, {kUp, k38}, {kDown, std::string(1, '\0') + text(std::string(2 * kMaxString, 'x'))}}),
      ElementsAre("event to_client too_long_string", HasSubstr("failure_reason")));
}

TEST(Rfb, AnUnfinishedHandshakeIsLoggedAtTheEnd) {
  EXPECT_THAT(lines_of({{kDown, k38}}), ElementsAre(HasSubstr("server_protocol_version")));
}

TEST(Rfb, IsRecognisedByItsGreeting) {
  const auto probe = [](std::string_view bytes) { return protocol.detector.probe(kDown, as_bytes(bytes), 4000); };
  EXPECT_EQ(probe(k38), Probe::yes);
  EXPECT_EQ(probe("RFB 00"), Probe::need_more);
  EXPECT_EQ(probe("RFB 003.008\r"), Probe::no);
  EXPECT_EQ(probe("RFC 6143"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::rfb
