// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/krb5/krb5.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/asn1/test_bytes.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::krb5 {
namespace {

using asn1::application;
using asn1::test::list;
using asn1::test::number;
using asn1::test::octets;
using asn1::test::seq;
using asn1::test::value;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string at(unsigned tag, const std::string& body) {
  return value(asn1::context_constructed(tag), body);
}
std::string text(std::string_view s) {
  return value(asn1::general_string, s);
}
std::string time() {
  return value(asn1::generalized_time, "20260101000000Z");
}
// RFC 4120, 5.2.2
std::string name(std::string_view first, std::string_view second = "") {
  return seq(at(0, number(1)), at(1, seq(text(first), second.empty() ? "" : text(second))));
}
// 5.2.9
std::string sealed(int encryption) {
  return seq(at(0, number(encryption)), at(2, octets("cipher")));
}
std::string ticket(int encryption) {
  return list(application(1), seq(at(0, number(5)), at(1, text("EXAMPLE.COM")), at(2, name("krbtgt", "EXAMPLE.COM")),
                                  at(3, sealed(encryption))));
}
// 5.4.1
std::string request(unsigned type, const std::string& cname, const std::string& more = "") {
  const std::string body =
      seq(at(0, value(asn1::bit_string, std::string("\0\x50\x80\0\0", 5))), cname.empty() ? "" : at(1, cname),
          at(2, text("EXAMPLE.COM")), at(3, name("krbtgt", "EXAMPLE.COM")), at(5, time()), at(7, number(12345)),
          at(8, seq(number(18), number(23), number(-135))), more);
  return list(application(type), seq(at(1, number(5)), at(2, number(type)), at(4, body)));
}
// 5.4.2
std::string reply(unsigned type, int encryption, int of_ticket) {
  return list(application(type), seq(at(0, number(5)), at(1, number(type)), at(3, text("EXAMPLE.COM")),
                                     at(4, name("alice")), at(5, ticket(of_ticket)), at(6, sealed(encryption))));
}
// 5.9.1
std::string error(int code) {
  return list(application(30),
              seq(at(0, number(5)), at(1, number(30)), at(4, time()), at(5, number(0)), at(6, number(code)),
                  at(9, text("EXAMPLE.COM")), at(10, name("krbtgt", "EXAMPLE.COM")), at(11, text("why"))));
}
std::string over_tcp(const std::string& message) {
  const std::size_t n = message.size();
  return std::string{static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8),
                     static_cast<char>(n)} +
         message;
}

const std::string kAsReq = request(10, name("alice"));

TEST(Krb5, ARequestTellsWhoAsksForWhat) {
  SessionDriver driver{protocol};
  driver.feed(kUp, over_tcp(kAsReq));
  EXPECT_THAT(driver.lines(), ElementsAre(R"(log krb5 {"krb5":{"msg_type":"KRB_AS_REQ","cname":"alice","realm":)"
                                          R"("EXAMPLE.COM","sname":"krbtgt/EXAMPLE.COM","encryption":"<none>",)"
                                          R"("weak_encryption":false}})"));
  EXPECT_THAT(driver.fields().at("krb5_msg_type"), ElementsAre("10"));
  EXPECT_THAT(driver.fields().at("krb5.cname"), ElementsAre("alice"));
  EXPECT_THAT(driver.fields().at("krb5.sname"), ElementsAre("krbtgt", "EXAMPLE.COM"));
  EXPECT_THAT(driver.fields().at("krb5.realm"), ElementsAre("EXAMPLE.COM"));
  EXPECT_THAT(driver.fields().at("krb5.etype"), ElementsAre("18"));  // the first of them
  EXPECT_EQ(driver.fields().count("krb5.host"), 0u);
}

TEST(Krb5, AReplyTellsHowItIsSealed) {
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(reply(13, 18, 23)));
  EXPECT_THAT(driver.lines(), ElementsAre(R"(log krb5 {"krb5":{"msg_type":"KRB_TGS_REP","cname":"alice","realm":)"
                                          R"("EXAMPLE.COM","sname":"krbtgt/EXAMPLE.COM","encryption":)"
                                          R"("aes256-cts-hmac-sha1-96","weak_encryption":false,"ticket_encryption":)"
                                          R"("rc4-hmac","ticket_weak_encryption":true}})"));
  EXPECT_THAT(driver.fields().at("krb5.encryption"), ElementsAre("18"));
  EXPECT_THAT(driver.fields().at("krb5.ticket_encryption"), ElementsAre("23"));
}

TEST(Krb5, WeakEncryptionIsAnEvent) {
  for (const int encryption : {1, 23, 16, -133, 99}) {
    SessionDriver driver{protocol, true};
    driver.datagram(kDown, as_bytes(reply(11, encryption, 20)));
    EXPECT_EQ(driver.lines().front(), "event to_client weak_encryption") << encryption;
  }
  SessionDriver driver{protocol, true};
  driver.datagram(kDown, as_bytes(reply(11, -133, 20)));
  EXPECT_THAT(driver.lines().back(), HasSubstr(R"x("encryption":"EncryptionType(-133)","weak_encryption":true)x"));
}

TEST(Krb5, AnErrorNamesTheRequestThatFailed) {
  SessionDriver driver{protocol};
  driver.feed(kUp, over_tcp(kAsReq));
  driver.feed(kDown, over_tcp(error(25)));
  driver.feed(kDown, over_tcp(error(4711)));
  EXPECT_EQ(driver.lines()[1], R"(log krb5 {"krb5":{"msg_type":"KRB_ERROR","failed_request":"KRB_AS_REQ","error_code":)"
                               R"("KDC_ERR_PREAUTH_REQUIRED","cname":"<empty>","realm":"<empty>","sname":)"
                               R"("krbtgt/EXAMPLE.COM","encryption":"<none>","weak_encryption":false}})");
  EXPECT_THAT(driver.lines()[2], HasSubstr(R"x("failed_request":"UNKNOWN","error_code":"ErrorCode(4711)")x"));
  EXPECT_THAT(driver.fields().at("krb5_err_code"), ElementsAre("25", "4711"));
  EXPECT_THAT(driver.fields().at("krb5.failed_request"), ElementsAre("10"));
  EXPECT_THAT(driver.fields().at("krb5.error_text"), ElementsAre("why"));
}

TEST(Krb5, ATicketThatIsShown) {
  SessionDriver driver{protocol};
  driver.feed(kUp, over_tcp(list(application(14),
                                 seq(at(0, number(5)), at(1, number(14)), at(2, value(3, std::string(5, '\0'))),
                                     at(3, ticket(17)), at(4, sealed(17))))));
  driver.feed(kDown, over_tcp(list(application(15), seq(at(0, number(5)), at(1, number(15)), at(2, sealed(17))))));
  EXPECT_THAT(driver.lines(),
              ElementsAre(HasSubstr(R"("msg_type":"KRB_AP_REQ")"), HasSubstr(R"("msg_type":"KRB_AP_REP")")));
  EXPECT_THAT(driver.fields().at("krb5.ticket_encryption"), ElementsAre("17"));
}

TEST(Krb5, TheClientsHost) {
  SessionDriver by_address{protocol, true};
  const std::string address = at(9, seq(seq(at(0, number(20)), at(1, octets("PC7             ")))));
  by_address.datagram(kUp, as_bytes(request(10, name("alice"), address)));
  EXPECT_THAT(by_address.fields().at("krb5.host"), ElementsAre("PC7"));
  SessionDriver by_account{protocol, true};
  by_account.datagram(kUp, as_bytes(request(10, name("CAM3$"))));
  EXPECT_THAT(by_account.fields().at("krb5.host"), ElementsAre("CAM3"));
}

TEST(Krb5, WhatIsNoMessageIsAnEventOnce) {
  SessionDriver driver{protocol};
  driver.feed(kUp, over_tcp("no message") + over_tcp("nor this") + over_tcp(error(25)) + over_tcp(kAsReq));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_server malformed_data", HasSubstr("KRB_AS_REQ")));
  SessionDriver length{protocol};
  length.feed(kUp, "GET / HTTP/1.1");
  EXPECT_EQ(length.last_status(), Status::malformed);
}

TEST(Krb5, AMessageTooLongPassesUnread) {
  SessionDriver driver{protocol};
  driver.feed(kUp, over_tcp(std::string(200'000, 'x')).substr(0, 100'000));
  driver.gap(kUp, 50'004);
  driver.feed(kUp, std::string(50'000, 'x') + over_tcp(kAsReq));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_server message_too_long", HasSubstr("KRB_AS_REQ")));
}

TEST(Krb5, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{kUp, over_tcp(kAsReq)},
                                             {kDown, over_tcp(error(25))},
                                             {kUp, over_tcp(kAsReq) + over_tcp(request(12, ""))},
                                             {kDown, over_tcp(reply(11, 18, 18)) + over_tcp(reply(13, 23, 23))}});
  test::expect_prefixes_need_more(protocol, kUp, over_tcp(kAsReq));
}

TEST(Krb5Probe, KnowsItsMessagesOnAnyPort) {
  const auto stream = [](Direction d, std::string_view bytes) { return krb5::probe(d, as_bytes(bytes), 4000); };
  const std::string tcp = over_tcp(kAsReq);
  EXPECT_EQ(stream(kUp, tcp), Probe::yes);
  EXPECT_EQ(stream(kUp, std::string_view(tcp).substr(0, 40)), Probe::yes);
  EXPECT_EQ(stream(kUp, std::string_view(tcp).substr(0, 12)), Probe::need_more);
  EXPECT_EQ(stream(kDown, tcp), Probe::no);
  EXPECT_EQ(stream(kDown, over_tcp(reply(11, 18, 18))), Probe::yes);
  EXPECT_EQ(stream(kUp, over_tcp(kAsReq + "x")), Probe::no);
  EXPECT_EQ(stream(kUp, std::string(60, '\0')), Probe::no);
  EXPECT_EQ(probe_datagram(kUp, as_bytes(kAsReq), 4000), Probe::yes);
  EXPECT_EQ(probe_datagram(kDown, as_bytes(error(25)), 4000), Probe::yes);
  EXPECT_EQ(probe_datagram(kUp, as_bytes(kAsReq.substr(0, 60)), 88), Probe::no);
  std::string version4 = kAsReq;
  version4[version4.find("\x02\x01\x05") + 2] = 4;
  EXPECT_EQ(probe_datagram(kUp, as_bytes(version4), 88), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::krb5
