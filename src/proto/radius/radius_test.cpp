// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/radius/radius.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::radius {
namespace {

using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

// RFC 2865, 3 and 5.
std::string attribute(int type, std::string_view value) {
  return std::string{static_cast<char>(type), static_cast<char>(value.size() + 2)} + std::string(value);
}
std::string packet(int code, int identifier, const std::string& attributes, char authenticator = 'a') {
  const std::size_t size = 20 + attributes.size();
  return std::string{static_cast<char>(code), static_cast<char>(identifier), static_cast<char>(size >> 8),
                     static_cast<char>(size)} +
         std::string(16, authenticator) + attributes;
}
std::string number(unsigned n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}

const std::string kAsked = attribute(1, "alice") + attribute(4, "\x0a\x4d\x01\x09") + attribute(32, "ap3") +
                           attribute(61, number(19)) + attribute(31, "00-11-22-33-44-55") +
                           attribute(30, "66-77-88-99-AA-BB:plant");
const std::string kRequest = packet(1, 7, kAsked + attribute(2, std::string(16, 'p')));
const std::string kAccept = packet(2, 7,
                                   attribute(8, "\x0a\x4d\x02\x05") + attribute(18, "welcome") +
                                       attribute(26, number(9) + attribute(1, "shell:priv-lvl=15")));

TEST(Radius, ARequestAndItsResponseAreOneTransaction) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kRequest));
  EXPECT_TRUE(driver.lines().empty());
  driver.datagram(kDown, as_bytes(kAccept));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(R"(log radius {"radius":{"request":{"code":"access_request","identifier":7,"user":"alice",)"
                  R"("calling_station":"00-11-22-33-44-55","called_station":"66-77-88-99-AA-BB:plant",)"
                  R"("nas_identifier":"ap3","nas_port_type":"wireless","message_authenticator":false},)"
                  R"("response":{"code":"access_accept","identifier":7,"reply_message":"welcome",)"
                  R"("message_authenticator":false},"nas_address":"10.77.1.9","framed_address":"10.77.2.5"}})"));
  EXPECT_THAT(driver.fields().at("radius.request"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("radius.response"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("radius.user"), ElementsAre("alice"));
  EXPECT_THAT(driver.fields().at("radius.calling_station"), ElementsAre("00-11-22-33-44-55"));
  EXPECT_THAT(driver.fields().at("radius.called_station"), ElementsAre("66-77-88-99-AA-BB:plant"));
  EXPECT_THAT(driver.fields().at("radius.nas_identifier"), ElementsAre("ap3"));
  EXPECT_THAT(driver.fields().at("radius.nas_address"), ElementsAre("10.77.1.9"));
  EXPECT_THAT(driver.fields().at("radius.nas_port_type"), ElementsAre("19"));
  EXPECT_THAT(driver.fields().at("radius.framed_address"), ElementsAre("10.77.2.5"));
  EXPECT_THAT(driver.fields().at("radius.method"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("radius.message_authenticator"), ElementsAre("0"));
  EXPECT_THAT(driver.fields().at("radius.reply_message"), ElementsAre("welcome"));
  EXPECT_THAT(driver.fields().at("radius.vendor"), ElementsAre("9"));
  EXPECT_THAT(driver.fields().at("radius.attribute"), testing::Contains("1"));
}

TEST(Radius, EapTellsItsUser) {
  const std::string identity = from_hex("02 01 00 0a 01") + "alice";
  const std::string challenge = from_hex("01 02 00 06 19 20");  // PEAP begins
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(packet(1, 8, kAsked + attribute(79, identity) + attribute(80, std::string(16, 's')))));
  driver.datagram(kDown, as_bytes(packet(11, 8, attribute(79, challenge) + attribute(80, std::string(16, 's')))));
  EXPECT_THAT(driver.lines(), ElementsAre(AllOf(HasSubstr(R"("eap_type":"identity","eap_identity":"alice")"),
                                                HasSubstr(R"("eap_type":"peap","message_authenticator":true)"))));
  EXPECT_THAT(driver.fields().at("radius.eap_identity"), ElementsAre("alice"));
  EXPECT_THAT(driver.fields().at("radius.eap_type"), ElementsAre("1", "25"));
  EXPECT_THAT(driver.fields().at("radius.method"), ElementsAre("3"));
}

TEST(Radius, Accounting) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp,
                  as_bytes(packet(4, 9, attribute(40, number(2)) + attribute(44, "5A-1") + attribute(6, number(2)))));
  driver.datagram(kDown, as_bytes(packet(5, 9, "")));
  EXPECT_THAT(driver.lines(), ElementsAre(AllOf(HasSubstr(R"("accounting":"stop","session":"5A-1")"),
                                                HasSubstr(R"("code":"accounting_response")"))));
  EXPECT_THAT(driver.fields().at("radius.accounting"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("radius.session"), ElementsAre("5A-1"));
  EXPECT_THAT(driver.fields().at("radius.service_type"), ElementsAre("2"));
}

TEST(Radius, ARequestThatIsSentAgainIsTheSame) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(kRequest));
  driver.datagram(kUp, as_bytes(kRequest));
  driver.datagram(kDown, as_bytes(kAccept));
  EXPECT_EQ(driver.lines().size(), 1u);
}

TEST(Radius, AnIdentifierMayBeUsedAgain) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(packet(1, 7, kAsked, 'a')));
  driver.datagram(kUp, as_bytes(packet(1, 7, kAsked, 'b')));
  EXPECT_THAT(driver.lines(), ElementsAre(Not(HasSubstr("response"))));
  driver.finish();
  EXPECT_EQ(driver.lines().size(), 2u);
}

TEST(Radius, EachEvent) {
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(kAccept));
  driver.datagram(kUp, as_bytes(kAccept));
  driver.datagram(kUp, as_bytes(packet(1, 1, attribute(4, "\x0a\x4d"))));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_client response_without_request", HasSubstr("access_accept"),
                                          "event to_server malformed_data"));
  SessionDriver full{protocol, true};
  for (int i = 0; i < 64; ++i) full.datagram(kUp, as_bytes(packet(1, i, kAsked)));
  EXPECT_TRUE(full.lines().empty());
  full.datagram(kUp, as_bytes(packet(1, 64, kAsked)));
  EXPECT_THAT(full.lines(), ElementsAre("event to_server too_many_transactions", HasSubstr(R"("identifier":0,)")));
}

TEST(Radius, IsRecognisedByContent) {
  const auto probe = [](Direction d, const std::string& bytes, std::uint16_t port = 4000) {
    return radius::probe(d, as_bytes(bytes), port);
  };
  EXPECT_EQ(probe(kUp, kRequest), Probe::yes);
  EXPECT_EQ(probe(kDown, kAccept), Probe::yes);
  EXPECT_EQ(probe(kDown, kRequest), Probe::no);
  EXPECT_EQ(probe(kUp, kRequest + "x"), Probe::no);
  EXPECT_EQ(probe(kUp, kRequest.substr(0, 40)), Probe::no);
  EXPECT_EQ(probe(kUp, packet(1, 1, attribute(200, "nobody asks this"))), Probe::no);
  EXPECT_EQ(probe(kUp, packet(1, 1, kAsked + attribute(2, "no password"))), Probe::no);
  EXPECT_EQ(probe(kDown, packet(5, 1, "")), Probe::no);
  EXPECT_EQ(probe(kDown, packet(5, 1, ""), 1813), Probe::yes);
  EXPECT_EQ(probe(kUp, std::string(60, '\x01')), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::radius
