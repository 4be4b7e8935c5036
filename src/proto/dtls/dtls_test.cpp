// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dtls/dtls.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/dtls/session.hpp"
#include "proto/tls/test_bytes.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::dtls {
namespace {

using namespace tls::test_bytes;
using test::from_hex;
using testing::HasSubstr;
using testing::Not;
constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

std::string dtls_record(int type, std::string_view body, int epoch = 0, int version = version::dtls12) {
  return number(static_cast<unsigned>(type), 1) + number(static_cast<unsigned>(version), 2) +
         number(static_cast<unsigned>(epoch), 2) + number(7, 6) + vector16(body);
}
std::string piece_of(int type, int sequence, std::string_view body, std::size_t from, std::size_t to) {
  return number(static_cast<unsigned>(type), 1) + number(body.size(), 3) + number(static_cast<unsigned>(sequence), 2) +
         number(from, 3) + vector24(body.substr(from, to - from));
}
std::string whole(int type, int sequence, std::string_view body) {
  return dtls_record(22, piece_of(type, sequence, body, 0, body.size()));
}

// RFC 6347, 4.2.1: as TLS's, with a cookie behind the session id.
std::string hello(std::string_view name, std::string_view cookie = "", std::string_view more = "") {
  const std::string extensions = server_name(name) + alpn({"coap"}) + ext(10, vector16(list16({23}))) +
                                 ext(14, vector16(list16({1})) + std::string(1, '\0')) + std::string(more);
  return number(version::dtls12, 2) + std::string(32, 'r') + vector8("") + vector8(cookie) +
         vector16(list16({0xc02b, 0xc0ac})) + vector8(std::string(1, '\0')) + vector16(extensions);
}
std::string server_hello() {
  return server_hello_body(ext(0xff01, std::string(1, '\0')), version::dtls12, 0xc02b);
}

struct Talk : test::SessionDriver {
  Talk() : SessionDriver(protocol, true) {}
  void client(const std::string& datagram) { this->datagram(kToServer, as_bytes(datagram)); }
  void server(const std::string& datagram) { this->datagram(kToClient, as_bytes(datagram)); }
};

TEST(Dtls, AHandshakeTellsWhoTalksToWhom) {
  Talk talk;
  talk.client(whole(1, 0, hello("lamp.example")));
  talk.server(whole(3, 0, number(version::dtls10, 2) + vector8("cookie")));
  talk.client(whole(1, 1, hello("lamp.example", "cookie")));
  talk.server(whole(2, 1, server_hello()) + whole(14, 2, ""));
  talk.client(dtls_record(20, "\x01") + dtls_record(22, std::string(40, 'x'), 1));
  EXPECT_FALSE(talk.stopped());
  talk.server(dtls_record(20, "\x01") + dtls_record(22, std::string(40, 'x'), 1));
  EXPECT_TRUE(talk.stopped());
  EXPECT_EQ(talk.fields().at("dtls.sni"), std::vector<std::string>{"lamp.example"});
  EXPECT_EQ(talk.fields().at("dtls.alpn"), std::vector<std::string>{"coap"});
  EXPECT_EQ(talk.fields().at("dtls.version"), std::vector<std::string>{"65277"});
  EXPECT_EQ(talk.fields().at("dtls.cipher"), std::vector<std::string>{"49195"});
  EXPECT_EQ(talk.fields().at("dtls.srtp"), std::vector<std::string>{"1"});
  EXPECT_EQ(talk.fields().at("ja3.string"), std::vector<std::string>{"65277,49195-49324,0-16-10-14,23,"});
  EXPECT_EQ(talk.fields().at("ja3s.string"), std::vector<std::string>{"65277,49195,65281"});
  EXPECT_EQ(talk.fields().at("ja3.hash").front().size(), 32u);
  EXPECT_EQ(talk.fields().at("ja3s.hash").front().size(), 32u);
  EXPECT_EQ(talk.fields().at("ja4.hash").front().substr(0, 10), "dd2d0204cp");
  ASSERT_EQ(talk.lines().size(), 1u);
  EXPECT_THAT(
      talk.text(),
      HasSubstr(
          R"({"dtls":{"version":"dtls1.2","sni":"lamp.example","client_alpns":["coap"],"cipher":49195,"cookie":true,"srtp":true,"ja3")"));
}

TEST(Dtls, VersionThirteenIsSaidInAnExtension) {
  Talk talk;
  talk.client(whole(1, 0, hello("a.example", "", ext(43, vector8(list16({0xfefc, 0xfefd}))))));
  talk.server(whole(2, 0, server_hello_body(ext(43, list16({0xfefc})), version::dtls12, 0x1301)) + "\x2e rest");
  EXPECT_EQ(talk.fields().at("dtls.version"), std::vector<std::string>{"65276"});
  talk.client("\x2f" + std::string(30, 'x'));
  EXPECT_TRUE(talk.stopped());
  EXPECT_THAT(talk.text(), HasSubstr("dtls1.3"));
}

TEST(Dtls, FragmentsComeInAnyOrderAndAgain) {
  const std::string body = hello("fragments.example");
  const auto part = [&](std::size_t from, std::size_t to) { return dtls_record(22, piece_of(1, 0, body, from, to)); };
  Talk talk;
  talk.client(part(60, body.size()));
  talk.client(part(30, 70) + part(60, body.size()));
  EXPECT_EQ(talk.fields().count("dtls.sni"), 0u);
  talk.client(part(0, 30));
  EXPECT_EQ(talk.fields().at("dtls.sni").front(), "fragments.example");
  talk.client(part(0, 30));
  talk.finish();
  EXPECT_EQ(talk.lines().size(), 1u);
}

TEST(Dtls, AMessageOfWhichAFragmentIsLostGivesWayToTheNext) {
  const std::string body = hello("a.example");
  Talk talk;
  talk.client(dtls_record(22, piece_of(1, 0, body, 0, 30)));
  talk.client(dtls_record(22, piece_of(1, 1, body, 0, 40)));
  talk.client(dtls_record(22, piece_of(1, 1, body, 40, body.size())));
  EXPECT_EQ(talk.fields().at("dtls.sni").front(), "a.example");
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
}

TEST(Dtls, WithTheCookieNothingElseMayChange) {
  Talk talk;
  talk.client(whole(1, 0, hello("allowed.example")));
  talk.client(whole(1, 1, hello("other.example", "cookie")));
  EXPECT_EQ(talk.text(), "event to_server server_name_changed\n");
}

TEST(Dtls, WhatElseTravelsBetweenThePortsIsLetPass) {  // RFC 7983: STUN, a TURN channel, RTP
  Talk talk;
  talk.client(from_hex("0001 0000 2112a442 000000000000000000000000"));
  talk.client(from_hex("4000 0004 01020304"));
  talk.server(from_hex("8060 0001 0000000a 00000001"));
  talk.client("");
  EXPECT_EQ(talk.text(), "");
  EXPECT_EQ(talk.last_status(), Status::ok);
}

TEST(Dtls, AFatalAlertEndsIt) {
  Talk talk;
  talk.client(whole(1, 0, hello("a.example")));
  talk.server(dtls_record(21, "\x02\x28"));
  EXPECT_TRUE(talk.stopped());
  EXPECT_THAT(talk.text(), HasSubstr("event to_client error_alert\nlog dtls"));
}

TEST(Dtls, AFlowThatBeginsEncryptedHasNothingToTell) {
  Talk talk;
  talk.server(dtls_record(23, std::string(60, 'x'), 1));
  EXPECT_TRUE(talk.stopped());
  EXPECT_EQ(talk.text(), "");
}

TEST(Dtls, ASessionWithoutAnEndOfItsHandshakeIsGivenUp) {
  Talk talk;
  talk.client(whole(1, 0, hello("a.example")));
  for (unsigned i = 2; i < kMaxDatagrams; ++i) talk.client(whole(1, 0, hello("a.example")));
  EXPECT_FALSE(talk.stopped());
  talk.client(whole(1, 0, hello("a.example")));
  EXPECT_TRUE(talk.stopped());
}

TEST(Dtls, ObjectsToWhatIsNotSound) {
  const auto events_of = [](const std::string& datagram) {
    Talk talk;
    talk.client(datagram);
    return talk.text();
  };
  EXPECT_EQ(events_of(dtls_record(22, "x").substr(0, 13)), "event to_server invalid_record\n");
  EXPECT_EQ(events_of(dtls_record(22, "short")), "event to_server invalid_fragment\n");
  EXPECT_EQ(events_of(dtls_record(22, "\x01" + number(4, 3) + number(0, 2) + number(2, 3) + vector24("four"))),
            "event to_server invalid_fragment\n");
  EXPECT_EQ(events_of(dtls_record(22, "\x01" + number(1 << 20, 3) + number(0, 2) + number(0, 3) + vector24("four"))),
            "event to_server message_too_long\n");
  EXPECT_EQ(events_of(whole(1, 0, hello("a.example").substr(0, 60))), "event to_server invalid_hello\n");
  EXPECT_EQ(events_of(whole(11, 0, "garbage")), "event to_server invalid_certificate\n");
  const std::string body = hello("a.example");
  EXPECT_EQ(events_of(dtls_record(22, piece_of(1, 0, body, 0, 30)) + dtls_record(22, piece_of(2, 0, body, 30, 50))),
            "event to_server invalid_fragment\n");
}

Probe look(const std::string& datagram) {
  return protocol.detector.first_bytes[0].has(static_cast<std::uint8_t>(datagram[0]))
             ? probe(kToServer, as_bytes(datagram), 0)
             : Probe::no;
}

TEST(Dtls, IsRecognisedByContentAlone) {
  EXPECT_EQ(look(whole(1, 0, hello("a.example"))), Probe::yes);
  EXPECT_EQ(look(whole(2, 0, server_hello()) + "\x2e rest"), Probe::yes);
  EXPECT_EQ(look(dtls_record(23, std::string(60, 'x'), 1)), Probe::yes);
  EXPECT_EQ(look(dtls_record(23, std::string(60, 'x'), 1, version::old)), Probe::yes);
  EXPECT_EQ(look(dtls_record(21, "\x02\x28")), Probe::yes);
}

TEST(Dtls, WhatOnlyLooksLikeItIsNotClaimed) {
  EXPECT_EQ(look(whole(1, 0, hello("a.example")) + "x"), Probe::no);  // bytes behind the last record
  EXPECT_EQ(look(whole(99, 0, "not a message")), Probe::no);
  EXPECT_EQ(look(dtls_record(23, std::string(60, 'x'), 0)), Probe::no);  // data without keys
  EXPECT_EQ(look(dtls_record(22, "xx", 0, 0x0303)), Probe::no);
  EXPECT_EQ(look(dtls_record(23, "xx", 1, version::old)), Probe::no);
  EXPECT_EQ(look(dtls_record(21, "\x09\x28")), Probe::no);
  EXPECT_EQ(look(from_hex("16 0301 0200 0100 01fc 0303")), Probe::no);  // TLS
  EXPECT_EQ(look(std::string(200, '\x17')), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::dtls
