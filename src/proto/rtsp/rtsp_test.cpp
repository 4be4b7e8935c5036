// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rtsp/rtsp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/headerlines/headerlines.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::rtsp {
namespace {

using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

// RFC 2326, 14: a viewer asks what there is, is asked who it is, sets up a stream and plays it.
const std::string kDescribe =
    "DESCRIBE rtsp://camera.example:554/live RTSP/1.0\r\n"
    "CSeq: 2\r\n"
    "User-Agent: Viewer/3.0\r\n"
    "Authorization: Basic YWRtaW46MTIzNDU=\r\n\r\n";
const std::string kRefused =
    "RTSP/1.0 401 Unauthorized\r\n"
    "CSeq: 1\r\n"
    "WWW-Authenticate: Digest realm=\"IPC-1000\", nonce=\"n\"\r\n\r\n";
const std::string kDescription =
    "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=Front door\r\na=tool:Streamer 2020\r\nt=0 0\r\n"
    "m=video 0 RTP/AVP 96\r\na=control:track1\r\nm=audio 0 RTP/AVP 0\r\n";
const std::string kDescribed =
    "RTSP/1.0 200 OK\r\nCSeq: 2\r\nServer: Camera/1.0\r\nContent-Type: application/sdp\r\n"
    "Content-Length: " +
    std::to_string(kDescription.size()) + "\r\n\r\n" + kDescription;
const std::string kSetup =
    "SETUP rtsp://camera.example/live/track1 RTSP/1.0\r\n"
    "CSeq: 3\r\n"
    "Transport: RTP/AVP;unicast;client_port=8000-8001\r\n\r\n";
const std::string kSetUp =
    "RTSP/1.0 200 OK\r\n"
    "CSeq: 3\r\n"
    "Session: 12345678;timeout=60\r\n"
    "Transport: RTP/AVP;unicast;client_port=8000-8001;server_port=9000-9001;source=192.0.2.9\r\n\r\n";
const std::string kPlay =
    "PLAY rtsp://camera.example/live RTSP/1.0\r\nCSeq: 4\r\nSession: 12345678\r\nRange: npt=0.000-\r\n\r\n";
const std::string kOptions = "RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, DESCRIBE\r\n\r\n";

// RFC 2326, 10.12: a packet of `size` bytes on channel 0.
std::string frame(std::size_t size) {
  return std::string("$\0", 2) + static_cast<char>(size >> 8) + static_cast<char>(size) + std::string(size, '\x80');
}

SessionDriver& talk(SessionDriver& driver) {
  driver.feed(kToClient, kRefused);
  driver.feed(kToServer, kDescribe);
  driver.feed(kToClient, kDescribed);
  driver.feed(kToServer, kSetup);
  driver.feed(kToClient, kSetUp);
  driver.feed(kToServer, kPlay);
  driver.feed(kToClient, kOptions);
  return driver;
}

TEST(Rtsp, Fields) {
  SessionDriver driver{protocol};
  talk(driver);
  const std::map<std::string, std::vector<std::string>> expected{
      {"rtsp.method", {"DESCRIBE", "SETUP", "PLAY"}},
      {"rtsp.uri",
       {"rtsp://camera.example:554/live", "rtsp://camera.example/live/track1", "rtsp://camera.example/live"}},
      {"rtsp.domain", {"camera.example"}},
      {"rtsp.version", {"RTSP/1.0"}},
      {"rtsp.status", {"401", "200"}},
      {"rtsp.reason", {"Unauthorized", "OK"}},
      {"rtsp.cseq", {"1", "2", "3", "4"}},
      {"rtsp.session", {"12345678"}},
      {"rtsp.transport",
       {"RTP/AVP;unicast;client_port=8000-8001",
        "RTP/AVP;unicast;client_port=8000-8001;server_port=9000-9001;source=192.0.2.9"}},
      {"rtsp.user_agent", {"Viewer/3.0"}},
      {"rtsp.server", {"Camera/1.0"}},
      {"rtsp.content_type", {"application/sdp"}},
      {"rtsp.range", {"npt=0.000-"}},
      {"rtsp.methods", {"OPTIONS, DESCRIBE"}},
      {"rtsp.auth_scheme", {"Basic"}},
      {"rtsp.auth_user", {"admin"}},
      {"rtsp.auth_realm", {"IPC-1000"}},
      {"rtsp.stream_name", {"Front door"}},
      {"rtsp.stream_tool", {"Streamer 2020"}},
      {"rtsp.media", {"video 0 RTP/AVP 96", "audio 0 RTP/AVP 0"}},
  };
  EXPECT_EQ(driver.fields(), expected);
}

TEST(Rtsp, TheAnswerToSetupArrangesMediaAtBothEnds) {
  SessionDriver driver{protocol};
  driver.feed(kToServer, kSetup);
  driver.feed(kToClient, kSetUp);
  ASSERT_EQ(driver.lines().size(), 6u);
  EXPECT_EQ(driver.lines()[2], "expect rtp over udp at client itself:8000 ");
  EXPECT_EQ(driver.lines()[3], "expect rtcp over udp at client itself:8001 ");
  EXPECT_EQ(driver.lines()[4], "expect rtp over udp at server 192.0.2.9:9000 ");
  EXPECT_EQ(driver.lines()[5], "expect rtcp over udp at server 192.0.2.9:9001 ");
}

TEST(Rtsp, Records) {
  SessionDriver driver{protocol};
  driver.feed(kToServer, kDescribe);
  driver.feed(kToClient, kDescribed);
  EXPECT_THAT(driver.lines(),
              ElementsAre("event to_server clear_text_password",
                          R"(log rtsp {"rtsp":{"method":"DESCRIBE","uri":"rtsp://camera.example:554/live",)"
                          R"("version":"RTSP/1.0","cseq":"2","user_agent":"Viewer/3.0","auth_scheme":"Basic",)"
                          R"("auth_user":"admin"}})",
                          testing::StartsWith(R"(log rtsp {"rtsp":{"status":200,"reason":"OK","version":"RTSP/1.0",)"
                                              R"("cseq":"2","server":"Camera/1.0","content_type":"application/sdp",)"
                                              R"("sdp":{"version":0,"origin":"- 1 1 IN IP4 192.0.2.9",)")));
}

TEST(Rtsp, PacketsBetweenMessagesAreSteppedOver) {
  const std::string text = test::expect_same_in_any_chunks(
      protocol, {{kToServer, kDescribe + kSetup + kPlay + frame(20)},
                 {kToClient, kDescribed + frame(300) + frame(0) + kSetUp + frame(7) + "\r\n" + frame(9) + kOptions}});
  EXPECT_EQ(std::ranges::count(text, '\n'), 3 + 1 + 3 + 4) << text;
  test::expect_prefixes_need_more(protocol, kToServer, kSetup);
}

TEST(Rtsp, AGapInAPacketOrElsewhere) {
  SessionDriver driver{protocol};
  driver.feed(kToClient, frame(1000).substr(0, 100));
  driver.gap(kToClient, 800);
  driver.feed(kToClient, std::string(104, 'x') + kOptions);
  EXPECT_EQ(driver.lines().size(), 1u);
  driver.feed(kToClient, kSetUp.substr(0, 30));
  driver.gap(kToClient, 10);
  driver.feed(kToClient, kSetUp.substr(40));
  driver.feed(kToClient, kOptions);
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(Rtsp, FaultsAreEvents) {
  const auto text_of = [](const std::string& bytes) {
    SessionDriver driver{protocol};
    driver.feed(kToServer, bytes);
    return driver.text();
  };
  EXPECT_EQ(text_of("hello\r\n"), "event to_server invalid_data\n");
  EXPECT_EQ(text_of("PLAY * RTSP/1.0\r\nContent-Length: x\r\n\r\n"), "event to_server invalid_data\n");
  EXPECT_THAT(text_of("PLAY * RTSP/1.0\r\nnonsense\r\n\r\n"), testing::StartsWith("event to_server invalid_data\nlog"));
  EXPECT_EQ(text_of("PLAY * RTSP/1.0\r\na: " + std::string(headerlines::kLongestHead, 'x')),
            "event to_server message_too_long\n");
  EXPECT_THAT(text_of("ANNOUNCE rtsp://a/ RTSP/1.0\r\nContent-Type: application/sdp\r\nContent-Length: 16385\r\n\r\n"),
              testing::StartsWith("event to_server body_too_long\nlog"));
}

TEST(Rtsp, IsRecognisedByContentAlone) {
  const auto probed = [](std::string_view bytes) {
    return protocol.probe_for(false, kToServer, as_bytes(bytes), 4000);
  };
  EXPECT_EQ(probed(kDescribe), Probe::yes);
  EXPECT_EQ(probed(kRefused), Probe::yes);
  for (const std::string_view other : {"GET /live HTTP/1.1\r\n", "OPTIONS sip:a SIP/2.0\r\n", "SIP/2.0 200 OK\r\n",
                                       "RTSP/x 200 OK\r\n", "SSH-2.0-x\r\n"})
    EXPECT_EQ(probed(other), Probe::no) << other;
}

}  // namespace
}  // namespace gatehouse::proto::rtsp
