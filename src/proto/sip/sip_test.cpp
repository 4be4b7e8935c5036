// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sip/sip.hpp"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/headerlines/headerlines.hpp"
#include "proto/sdp/sdp.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::sip {
namespace {

using test::SessionDriver;
using test::Turn;
using testing::ElementsAre;
using testing::HasSubstr;
constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;

// `start` and `fields` with line ends, then a length and the body.
std::string message(const std::string& start, const std::string& fields, const std::string& body = {}) {
  return start + "\r\n" + fields + "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

const std::string kOffer =
    "v=0\r\n"
    "o=bell 1 1 IN IP4 192.0.2.10\r\n"
    "s=ring\r\n"
    "c=IN IP4 192.0.2.10\r\n"
    "t=0 0\r\n"
    "a=sendrecv\r\n"
    "m=audio 30000 RTP/AVP 0\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "m=video 0 RTP/AVP 96\r\n";
const std::string kAnswer =
    "v=0\r\n"
    "o=house 7 7 IN IP4 192.0.2.20\r\n"
    "s=-\r\n"
    "t=0 0\r\n"
    "m=audio 40000 RTP/AVP 0\r\n"
    "c=IN IP4 192.0.2.20\r\n"
    "a=rtcp-mux\r\n";

// RFC 3261, 10 and 13: a door bell registers and rings.
const std::string kRegister =
    message("REGISTER sip:things.example SIP/2.0",
            "Via: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK1\r\n"
            "From: <sip:bell@things.example>;tag=1\r\n"
            "To: <sip:bell@things.example>\r\n"
            "Call-ID: r1@192.0.2.10\r\n"
            "CSeq: 2 REGISTER\r\n"
            "Contact: <sip:bell@192.0.2.10>\r\n"
            "User-Agent: Bell/1.4\r\n"
            "Authorization: Digest username=\"bell\", realm=\"things\", nonce=\"n\", response=\"0\"\r\n");
const std::string kRegistered = message("SIP/2.0 200 OK", "CSeq: 2 REGISTER\r\nServer: House/2.0\r\n");
const std::string kInvite = message("INVITE sip:house@things.example SIP/2.0",
                                    "v: SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK2\r\n"
                                    "v: SIP/2.0/UDP 192.0.2.11\r\n"
                                    "f: <sip:bell@things.example>;tag=2\r\n"
                                    "t: <sip:house@things.example>\r\n"
                                    "i: c1@192.0.2.10\r\n"
                                    "c: application/sdp\r\n",
                                    kOffer);
const std::string kAccepted = message("SIP/2.0 200 OK", "Content-Type: application/sdp; charset=utf-8\r\n", kAnswer);

TEST(Sip, ARegistrationIsTwoRecords) {
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(kRegister));
  driver.datagram(kToClient, as_bytes(kRegistered));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log sip {"sip":{"method":"REGISTER","uri":"sip:things.example","version":"SIP/2.0",)"
                          R"("request_line":"REGISTER sip:things.example SIP/2.0"}})",
                          R"(log sip {"sip":{"version":"SIP/2.0","code":"200","reason":"OK",)"
                          R"("response_line":"SIP/2.0 200 OK"}})"));
}

TEST(Sip, FieldsOfHeads) {
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(kRegister));
  driver.datagram(kToClient, as_bytes(kRegistered));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("sip.method"), ElementsAre("REGISTER"));
  EXPECT_THAT(fields.at("sip.uri"), ElementsAre("sip:things.example"));
  EXPECT_THAT(fields.at("sip.request_line"), ElementsAre("REGISTER sip:things.example SIP/2.0"));
  EXPECT_THAT(fields.at("sip.protocol"), ElementsAre("SIP/2.0"));
  EXPECT_THAT(fields.at("sip.stat_code"), ElementsAre("200"));
  EXPECT_THAT(fields.at("sip.stat_msg"), ElementsAre("OK"));
  EXPECT_THAT(fields.at("sip.response_line"), ElementsAre("SIP/2.0 200 OK"));
  EXPECT_THAT(fields.at("sip.from"), ElementsAre("<sip:bell@things.example>;tag=1"));
  EXPECT_THAT(fields.at("sip.to"), ElementsAre("<sip:bell@things.example>"));
  EXPECT_THAT(fields.at("sip.user_agent"), ElementsAre("Bell/1.4"));
  EXPECT_THAT(fields.at("sip.server"), ElementsAre("House/2.0"));
  EXPECT_THAT(fields.at("sip.domain"), ElementsAre("things.example"));
  EXPECT_THAT(fields.at("sip.contact"), ElementsAre("<sip:bell@192.0.2.10>"));
  EXPECT_THAT(fields.at("sip.call_id"), ElementsAre("r1@192.0.2.10"));
  EXPECT_THAT(fields.at("sip.cseq"), ElementsAre("2 REGISTER"));
  EXPECT_THAT(fields.at("sip.auth_user"), ElementsAre("bell"));
  EXPECT_THAT(fields.at("sip.auth_realm"), ElementsAre("things"));
  EXPECT_THAT(fields.at("sip.content_length"), ElementsAre("0"));
}

TEST(Sip, CompactFormsAreTheSameFields) {
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(kInvite));
  const auto& fields = driver.fields();
  EXPECT_THAT(fields.at("sip.via"), ElementsAre("SIP/2.0/UDP 192.0.2.10;branch=z9hG4bK2", "SIP/2.0/UDP 192.0.2.11"));
  EXPECT_THAT(fields.at("sip.from"), ElementsAre("<sip:bell@things.example>;tag=2"));
  EXPECT_THAT(fields.at("sip.to"), ElementsAre("<sip:house@things.example>"));
  EXPECT_THAT(fields.at("sip.content_type"), ElementsAre("application/sdp"));
  EXPECT_THAT(fields.at("sip.call_id"), ElementsAre("c1@192.0.2.10"));
}

TEST(Sip, FieldsOfDescriptions) {
  const std::string body =
      "v=0\r\no=bell 1 1 IN IP4 192.0.2.10\r\ns=ring\r\ni=front\r\nu=u:1\r\ne=e@x\r\np=+1\r\nc=IN IP4 192.0.2.10\r\n"
      "b=AS:64\r\nb=CT:128\r\nt=0 0\r\nr=7d 1h 0 25h\r\nz=1 -1h\r\nk=prompt\r\na=tool:x\r\n"
      "m=audio 30000 RTP/AVP 0\r\ni=voice\r\nc=IN IP4 192.0.2.11\r\nb=AS:8\r\nk=clear:y\r\nm=video 0 RTP/AVP 96\r\n";
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(message("INVITE sip:a SIP/2.0", "c: application/sdp\r\n", body)));
  const std::map<std::string, std::vector<std::string>> expected{
      {"sdp.origin", {"bell 1 1 IN IP4 192.0.2.10"}},
      {"sdp.session_name", {"ring"}},
      {"sdp.session_info", {"front"}},
      {"sdp.uri", {"u:1"}},
      {"sdp.email", {"e@x"}},
      {"sdp.phone_number", {"+1"}},
      {"sdp.connection_data", {"IN IP4 192.0.2.10"}},
      {"sdp.bandwidth", {"AS:64", "CT:128"}},
      {"sdp.time", {"0 0"}},
      {"sdp.repeat_time", {"7d 1h 0 25h"}},
      {"sdp.timezone", {"1 -1h"}},
      {"sdp.encryption_key", {"prompt"}},
      {"sdp.attribute", {"tool:x"}},
      {"sdp.media.media", {"audio 30000 RTP/AVP 0", "video 0 RTP/AVP 96"}},
      {"sdp.media.media_info", {"voice"}},
      {"sdp.media.connection_data", {"IN IP4 192.0.2.11"}},
      {"sdp.media.encryption_key", {"clear:y"}},
      {"sdp.media.bandwidth", {"AS:8"}},
  };
  for (const auto& [name, values] : expected) EXPECT_EQ(driver.fields().at(name), values) << name;
}

TEST(Sip, ACallArrangesItsMedia) {
  SessionDriver driver{protocol, true};
  driver.datagram(kToServer, as_bytes(kInvite));
  driver.datagram(kToClient, as_bytes(kAccepted));
  ASSERT_EQ(driver.lines().size(), 5u);
  EXPECT_THAT(driver.lines()[0], HasSubstr(R"("sdp":{"version":0,"origin":"bell 1 1 IN IP4 192.0.2.10")"));
  EXPECT_EQ(driver.lines()[1], "expect rtp over udp at client 192.0.2.10:30000 audio");
  EXPECT_EQ(driver.lines()[2], "expect rtcp over udp at client 192.0.2.10:30001 audio");
  EXPECT_THAT(driver.lines()[3], HasSubstr(R"("origin":"house 7 7 IN IP4 192.0.2.20")"));
  EXPECT_EQ(driver.lines()[4], "expect rtp over udp at server 192.0.2.20:40000 audio") << "RTCP shares the port";
}

TEST(Sip, AStreamGivesTheSameInAnyChunks) {
  const std::string said = message("MESSAGE sip:a SIP/2.0", "Content-Type: text/plain\r\n", std::string(300, 'x'));
  const std::string text = test::expect_same_in_any_chunks(
      protocol, {{kToServer, kRegister + "\r\n\r\n" + said + kInvite}, {kToClient, kRegistered + kAccepted}});
  EXPECT_EQ(std::ranges::count(text, '\n'), 8) << text;
  test::expect_prefixes_need_more(protocol, kToServer, kInvite);
}

TEST(Sip, AGapInABodyIsSteppedOver) {
  SessionDriver driver{protocol};
  driver.feed(kToServer, "MESSAGE sip:a SIP/2.0\r\nl: 100\r\n\r\nhello");
  driver.gap(kToServer, 90);
  driver.feed(kToServer, "world" + kRegister);
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(Sip, BehindAGapTheNextStartLineIsFound) {
  SessionDriver driver{protocol};
  driver.feed(kToServer, kRegister.substr(0, 60));
  driver.gap(kToServer, 100);
  driver.feed(kToServer, kRegister.substr(160));
  EXPECT_EQ(driver.text(), "");
  driver.feed(kToServer, kInvite);
  EXPECT_THAT(driver.lines().front(), HasSubstr("INVITE"));
}

TEST(Sip, FaultsOfAStreamAreEvents) {
  const auto text_of = [](const std::string& bytes) {
    SessionDriver driver{protocol};
    driver.feed(kToServer, bytes);
    return driver.text();
  };
  EXPECT_EQ(text_of(kRegistered + "no start line\r\n").substr(text_of(kRegistered).size()),
            "event to_server invalid_data\n");
  EXPECT_EQ(text_of("BYE sip:a SIP/2.0\r\nl: -1\r\n\r\n"), "event to_server invalid_data\n");
  EXPECT_THAT(text_of("BYE sip:a SIP/2.0\r\nnonsense\r\n\r\n"), testing::StartsWith("event to_server invalid_data\n"));
  EXPECT_EQ(text_of("BYE sip:a SIP/2.0\r\na: " + std::string(headerlines::kLongestHead, 'x')),
            "event to_server message_too_long\n");
  EXPECT_THAT(text_of(message("INVITE sip:a SIP/2.0", "c: application/sdp\r\n", "x=1\r\n")),
              testing::StartsWith("event to_server invalid_data\n"));
  EXPECT_THAT(text_of("INVITE sip:a SIP/2.0\r\nc: application/sdp\r\nl: 16385\r\n\r\n"),
              testing::StartsWith("event to_server body_too_long\n"));
  std::string many = "v=0\r\no=a\r\n";
  for (unsigned i = 0; i <= sdp::kMaxMedia; ++i) many += "m=audio 0 RTP/AVP 0\r\n";
  EXPECT_THAT(text_of(message("INVITE sip:a SIP/2.0", "c: application/sdp\r\n", many)),
              testing::StartsWith("event to_server too_many_media\n"));
}

TEST(Sip, FaultsOfDatagramsAreEvents) {
  const auto text_of = [](const std::string& bytes) {
    SessionDriver driver{protocol, true};
    driver.datagram(kToServer, as_bytes(bytes));
    return driver.text();
  };
  EXPECT_EQ(text_of("\r\n\r\n"), "") << "keeps the way open";
  EXPECT_EQ(text_of("     "), "");
  EXPECT_EQ(text_of("hello\r\n"), "event to_server invalid_data\n");
  EXPECT_THAT(text_of("BYE sip:a SIP/2.0\r\nl: 5\r\n\r\n"), testing::StartsWith("event to_server incomplete_data\n"));
  EXPECT_THAT(text_of("BYE sip:a SIP/2.0\r\nl: 5\r\n"), testing::StartsWith("event to_server incomplete_data\n"));
  EXPECT_THAT(text_of("BYE sip:a SIP/2.0\r\nl: 0\r\n\r\nmore"), testing::StartsWith("log sip"));
}

TEST(Sip, IsRecognisedByContentAlone) {
  const auto probed = [](std::string_view bytes, Direction direction, bool datagrams) {
    return protocol.probe_for(datagrams, direction, as_bytes(bytes), 4000);
  };
  for (const bool datagrams : {false, true}) {
    EXPECT_EQ(probed(kRegister, kToServer, datagrams), Probe::yes);
    EXPECT_EQ(probed(kRegistered, kToClient, datagrams), Probe::yes);
    EXPECT_EQ(probed(kInvite, kToClient, datagrams), Probe::yes) << "both ends ask";
    for (const std::string_view other : {"GET / HTTP/1.1\r\n", "OPTIONS rtsp://a/ RTSP/1.0\r\n", "RTSP/1.0 200 OK\r\n",
                                         "NOTIFY * HTTP/1.1\r\n", "SIP", "EHLO a\r\n"})
      EXPECT_NE(probed(other, kToServer, datagrams), Probe::yes) << other;
  }
  EXPECT_EQ(probed("SIP", kToServer, false), Probe::need_more);
  EXPECT_EQ(probed("SIP", kToServer, true), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::sip
