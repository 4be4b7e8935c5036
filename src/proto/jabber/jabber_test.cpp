// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/jabber/jabber.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::jabber {
namespace {

using test::SessionDriver;
using test::Turn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto C = Direction::to_server;
constexpr auto S = Direction::to_client;

const std::string kOpen =
    "<?xml version='1.0'?><stream:stream from='lamp@home.example' to='home.example' version='1.0' "
    "xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>";
const std::string kAnswer =
    "<stream:stream id='x' from=\"home.example\" xmlns='jabber:client' "
    "xmlns:stream='http://etherx.jabber.org/streams'><stream:features><mechanisms "
    "xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/></stream:features>";

// RFC 6120, 9.1.2: authentication, and a stream anew.
const std::vector<Turn> kTalk{
    {C, kOpen},
    {S, kAnswer},
    {C, "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>AGxhbXAAeA==</auth>"},
    {S, "<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"},
    {C, kOpen},
    {S, kAnswer},
    {C, "<presence/><iq type='get' id='1'><query a='>'/></iq><message to='a@b'><body>on</body></message>"},
    {S, "<message from='a@b'><message/></message></stream:stream>"},
    {C, "</stream:stream>"}};

TEST(Jabber, AStreamIsARecord) {
  EXPECT_EQ(test::expect_same_in_any_chunks(protocol, kTalk),
            R"(log jabber {"jabber":{"to":"home.example","from":"lamp@home.example","server_to_server":false,)"
            R"("mechanism":"PLAIN","authenticated":true,"messages":0,"presences":0,"queries":0}})"
            "\n"
            R"(log jabber {"jabber":{"to":"home.example","from":"lamp@home.example","server_to_server":false,)"
            R"("messages":2,"presences":1,"queries":1}})"
            "\n");
  test::expect_prefixes_need_more(protocol, C, kOpen);
}

TEST(Jabber, FieldsHaveTheirValues) {
  SessionDriver driver{protocol};
  for (const Turn& turn : kTalk) driver.feed(turn.direction, turn.bytes);
  EXPECT_THAT(driver.fields().at("jabber.to"), ElementsAre("home.example"));
  EXPECT_THAT(driver.fields().at("jabber.from"), ElementsAre("lamp@home.example"));
  EXPECT_THAT(driver.fields().at("jabber.mechanism"), ElementsAre("PLAIN"));
}

std::vector<std::string> answered(const std::string& server) {
  SessionDriver driver{protocol};
  driver.feed(C, kOpen);
  driver.feed(S, kAnswer + server);
  return driver.lines();
}

TEST(Jabber, StarttlsChangesTheProtocol) {
  EXPECT_THAT(answered("<proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), Contains("change tls"));
  EXPECT_THAT(answered("<message><proceed xmlns='urn:ietf:params:xml:ns:xmpp-tls'/></message>"),
              Not(Contains("change tls")));
}

TEST(Jabber, EachEventIsTold) {
  EXPECT_THAT(answered("<failure xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>"), Contains("event to_client tls_refused"));
  EXPECT_THAT(answered("<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'/>"),
              Contains("event to_client authentication_failed"));
  EXPECT_THAT(answered("<message a='" + std::string(5000, 'x')), Contains("event to_client tag_too_long"));
  std::string deep;
  for (int i = 0; i < 70; ++i) deep += "<a>";
  EXPECT_THAT(answered(deep), Contains("event to_client too_deep"));
}

TEST(Jabber, WhatIsCompressedIsNotRead) {
  SessionDriver driver{protocol};
  driver.feed(C, kOpen);
  driver.feed(S, kAnswer + "<compressed xmlns='http://jabber.org/protocol/compress'/>");
  EXPECT_EQ(driver.last_status(), Status::finished);
}

TEST(JabberProbe, WantsItsNameSpaces) {
  const auto looks = [](std::string_view text) { return protocol.detector.probe(C, as_bytes(text), 12345); };
  EXPECT_EQ(looks(kOpen), Probe::yes);
  EXPECT_EQ(looks(kAnswer), Probe::yes);
  EXPECT_EQ(looks(kOpen.substr(0, 60)), Probe::need_more);
  EXPECT_EQ(looks("<"), Probe::need_more);
  EXPECT_EQ(looks("<?xml version='1.0'?><soap:Envelope>"), Probe::no);
  EXPECT_EQ(looks("<stream:stream xmlns='other'>"), Probe::no);
  EXPECT_EQ(looks("<html>"), Probe::no);
  EXPECT_EQ(looks("<34>Oct 11 22:14:15 a b: c"), Probe::no) << "syslog";
}

}  // namespace
}  // namespace gatehouse::proto::jabber
