// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/ldap.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ldap/session.hpp"
#include "proto/ldap/test_messages.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::ldap {
namespace {

using namespace test_message;
using test::SessionDriver;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;
constexpr std::string_view kStartTls = "1.3.6.1.4.1.1466.20037";

const std::string kPerson = equal("objectClass", "person");

TEST(Ldap, ALoginIsOneTransaction) {
  SessionDriver driver{protocol};
  driver.feed(kUp, bind(1, "cn=admin,dc=example", "secret"));
  EXPECT_TRUE(driver.lines().empty());
  driver.feed(kDown, result(1, 1, 49, "no"));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log ldap {"ldap":{"request":{"operation":"bind_request","message_id":1,"bind_request":)"
                          R"({"version":3,"name":"cn=admin,dc=example"}},"responses":[{"operation":"bind_response",)"
                          R"("message_id":1,"bind_response":{"result_code":"invalid_credentials","matched_dn":"",)"
                          R"("message":"no"}}]}})"));
  EXPECT_THAT(driver.fields().at("ldap.request.operation"), ElementsAre("0"));
  EXPECT_THAT(driver.fields().at("ldap.request.dn"), ElementsAre("cn=admin,dc=example"));
  EXPECT_THAT(driver.fields().at("ldap.responses.operation"), ElementsAre("1"));
  EXPECT_THAT(driver.fields().at("ldap.responses.result_code"), ElementsAre("49"));
  EXPECT_THAT(driver.fields().at("ldap.responses.message"), ElementsAre("no"));
  EXPECT_THAT(driver.fields().at("ldap.responses.count"), ElementsAre("1"));
  EXPECT_EQ(driver.fields().count("ldap.bound_dn"), 0u);
}

TEST(Ldap, ASearchIsOneTransactionWithAllItsResponses) {
  SessionDriver driver{protocol};
  driver.feed(kUp, bind(1, "cn=admin", "x"));
  driver.feed(kDown, result(1, 1, 0));
  driver.feed(kUp, search(2, "dc=example", kPerson, octets("mail") + octets("cn")));
  driver.feed(kDown, entry(2, "cn=a,dc=example", attribute("mail", octets("a@example") + octets("b@example"))));
  driver.feed(kDown, message(2, list(application(19), octets("ldap://other/"))));
  driver.feed(kDown, result(2, 5, 0));
  ASSERT_EQ(driver.lines().size(), 2u);
  EXPECT_EQ(
      driver.lines()[1],
      R"(log ldap {"ldap":{"request":{"operation":"search_request","message_id":2,"search_request":{"base_object":)"
      R"("dc=example","scope":2,"deref_alias":0,"size_limit":1000,"time_limit":30,"types_only":false,)"
      R"("attributes":["mail","cn"]}},"responses":[{"operation":"search_result_entry","message_id":2,)"
      R"("search_result_entry":{"base_object":"cn=a,dc=example","attributes":[{"type":"mail","values":)"
      R"(["a@example","b@example"]}]}},{"operation":"search_result_reference","message_id":2},)"
      R"({"operation":"search_result_done","message_id":2,"search_result_done":{"result_code":"success",)"
      R"("matched_dn":"","message":""}}]}})");
  EXPECT_THAT(driver.fields().at("ldap.request.attribute_type"), ElementsAre("mail", "cn"));
  EXPECT_THAT(driver.fields().at("ldap.responses.attribute_type"), ElementsAre("mail"));
  EXPECT_THAT(driver.fields().at("ldap.responses.dn"), ElementsAre("cn=a,dc=example"));
  EXPECT_THAT(driver.fields().at("ldap.request.scope"), ElementsAre("2"));
  EXPECT_THAT(driver.fields().at("ldap.request.filter"), ElementsAre("(objectClass=person)"));
  EXPECT_THAT(driver.fields().at("ldap.bound_dn"), ElementsAre("cn=admin"));
}

TEST(Ldap, ChangesToTheDirectory) {
  SessionDriver driver{protocol};
  driver.feed(
      kUp,
      message(1, list(application(6), octets("cn=a"),
                      seq(seq(choice(2), attribute("mail", octets("new"))), seq(choice(1), attribute("fax", ""))))));
  driver.feed(kDown, result(1, 7, 0));
  driver.feed(kUp, message(2, list(application(8), octets("cn=b"), seq(attribute("cn", octets("b"))))));
  driver.feed(kDown, result(2, 9, 68));
  driver.feed(kUp, message(3, value(0x4a, "cn=c")));
  driver.feed(kDown, result(3, 11, 0));
  driver.feed(
      kUp, message(4, list(application(12), octets("cn=d"), octets("cn=e"), truth(true), value(context(0), "ou=f"))));
  driver.feed(kDown, result(4, 13, 4711));
  driver.feed(kUp, message(5, list(application(14), octets("cn=g"), seq(octets("sn"), octets("h")))));
  driver.feed(kDown, result(5, 15, 6));
  EXPECT_THAT(
      driver.lines(),
      ElementsAre(
          HasSubstr(R"("modify_request":{"object":"cn=a","changes":[{"operation":"replace","modification":)"
                    R"({"attribute_type":"mail","attribute_values":["new"]}},{"operation":"delete","modification":)"
                    R"({"attribute_type":"fax"}}]})"),
          HasSubstr(
              R"("add_request":{"entry":"cn=b","attributes":[{"name":"cn","values":["b"]}]}},"responses":[)"
              R"({"operation":"add_response","message_id":2,"add_response":{"result_code":"entry_already_exists")"),
          HasSubstr(R"("del_request":{"dn":"cn=c"})"),
          AllOf(
              HasSubstr(
                  R"("mod_dn_request":{"entry":"cn=d","new_rdn":"cn=e","delete_old_rdn":true,"new_superior":"ou=f"})"),
              HasSubstr(R"("result_code":"4711")")),
          HasSubstr(
              R"("compare_request":{"entry":"cn=g","attribute_value_assertion":{"description":"sn","value":"h"}})")));
  EXPECT_THAT(driver.fields().at("ldap.request.attribute_type"), ElementsAre("mail", "fax", "cn", "sn"));
  EXPECT_THAT(driver.fields().at("ldap.request.new_rdn"), ElementsAre("cn=e"));
}

TEST(Ldap, UnbindAndAbandonAwaitNothing) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(5, "", kPerson) + message(6, value(0x50, "\x05")) + unbind(7));
  EXPECT_THAT(driver.lines(),
              ElementsAre(HasSubstr("search_request"), HasSubstr(R"("abandon_request":{"message_id":5})"),
                          R"(log ldap {"ldap":{"request":{"operation":"unbind_request","message_id":7}}})"));
}

TEST(Ldap, AfterStartTlsTheFlowIsTls) {
  SessionDriver driver{protocol};
  driver.feed(kUp, extended(1, kStartTls));
  driver.feed(kDown,
              message(1, list(application(24), choice(0), octets(""), octets(""), value(context(10), kStartTls))));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("extended_response":{"result_code":"success","matched_dn":"",)"
                                                    R"("message":"","name":"1.3.6.1.4.1.1466.20037"})"),
                                          "change tls"));
  EXPECT_THAT(driver.fields().at("ldap.request.extended"), ElementsAre(std::string(kStartTls)));
}

TEST(Ldap, WhatWaitsWhenTlsBeginsIsLogged) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "", kPerson) + extended(2, kStartTls));
  driver.feed(kDown, result(2, 24, 0));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr("extended_request"), HasSubstr("search_request"), "change tls"));
}

TEST(Ldap, ARefusedStartTlsChangesNothing) {
  SessionDriver driver{protocol};
  driver.feed(kUp, extended(1, kStartTls));
  driver.feed(kDown, result(1, 24, 52));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr(R"("result_code":"unavailable")")));
}

TEST(Ldap, AfterSaslWithALayerNothingIsReadable) {
  SessionDriver driver{protocol};
  driver.feed(kUp, sasl_bind(1, "GSSAPI", "token"));
  driver.feed(kDown, message(1, list(application(1), choice(0), octets(""), octets(""), value(context(7), "reply"))));
  driver.feed(kUp, std::string_view("\0\0\0\x05seal!", 9));
  EXPECT_THAT(driver.lines(), ElementsAre(AllOf(HasSubstr(R"("sasl":{"mechanism":"GSSAPI","credentials":"token"})"),
                                                HasSubstr(R"("server_sasl_creds":"reply")"))));
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.fields().at("ldap.request.sasl_mechanism"), ElementsAre("GSSAPI"));
}

TEST(Ldap, TheRootEntryTellsWhatTheServerIs) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "", value(context(7), "objectClass")));
  driver.feed(kDown, entry(1, "",
                           attribute("vendorName", octets("Example")) + attribute("vendorVersion", octets("2.5")) +
                               attribute("dnsHostName", octets("dc1.example"))));
  driver.feed(kDown, result(1, 5, 0));
  EXPECT_THAT(driver.fields().at("ldap.server.vendor"), ElementsAre("Example"));
  EXPECT_THAT(driver.fields().at("ldap.server.version"), ElementsAre("2.5"));
  EXPECT_THAT(driver.fields().at("ldap.server.name"), ElementsAre("dc1.example"));
}

TEST(Ldap, ADatagramMayHoldSeveralMessages) {
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(search(1, "", equal("DnsDomain", "example"), octets("Netlogon"))));
  driver.datagram(kDown, as_bytes(entry(1, "", attribute("netlogon", octets("\x17"))) + result(1, 5, 0)));
  EXPECT_THAT(driver.lines(), ElementsAre(AllOf(HasSubstr("search_result_entry"), HasSubstr("search_result_done"))));
}

TEST(Ldap, EventsOfResponses) {
  SessionDriver driver{protocol};
  driver.feed(kDown, result(9, 5, 0));
  driver.feed(kDown, result(0, 24, 52));  // RFC 4511, 4.4.1: the server says that it disconnects
  EXPECT_THAT(driver.lines(), ElementsAre("event to_client request_not_found", HasSubstr("search_result_done"),
                                          HasSubstr("extended_response")));
}

TEST(Ldap, WhatIsNoMessageIsAnEvent) {
  SessionDriver inside{protocol};
  inside.feed(kUp,
              message(1, list(application(0), number(3))) + unbind(2) + message(3, list(application(0), number(3))));
  EXPECT_THAT(inside.lines(), ElementsAre("event to_server invalid_data", HasSubstr("unbind")));
  SessionDriver wrong{protocol};
  wrong.feed(kUp, result(1, 5, 0));
  EXPECT_THAT(wrong.lines(), ElementsAre("event to_server invalid_data"));
  SessionDriver lost{protocol};
  lost.feed(kUp, "GET / HTTP/1.1");
  EXPECT_THAT(lost.lines(), ElementsAre("event to_server invalid_data"));
  EXPECT_EQ(lost.last_status(), Status::malformed);
  SessionDriver datagram{protocol, true};
  datagram.datagram(kUp, as_bytes(std::string_view(search(1, "", kPerson)).substr(0, 20)));
  EXPECT_THAT(datagram.lines(), ElementsAre("event to_server invalid_data"));
}

TEST(Ldap, TooManyTransactionsCompleteTheOldest) {
  SessionDriver driver{protocol};
  for (unsigned i = 1; i <= kMaxTransactions; ++i) driver.feed(kUp, search(static_cast<int>(i), "", kPerson));
  EXPECT_TRUE(driver.lines().empty());
  driver.feed(kUp, search(5000, "", kPerson));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_server too_many_transactions", HasSubstr(R"("message_id":1,)")));
}

TEST(Ldap, ResponsesWithoutEnd) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "", kPerson));
  for (unsigned i = 0; i <= kMaxResponses; ++i) driver.feed(kDown, entry(1, "cn=a", ""));
  driver.feed(kDown, result(1, 5, 0));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_client responses_not_kept", "event to_client too_many_responses",
                                          HasSubstr("search_result_done")));
  EXPECT_THAT(driver.fields().at("ldap.responses.count"), Contains(std::to_string(kMaxResponses + 2)));
}

TEST(Ldap, AMessageTooLongPassesAsAStream) {
  const std::string photograph(kMaxMessage, 'x');
  std::string body = octets("cn=a") + std::string("\x30\x83", 2) + std::string{4, 0, 1} + photograph;
  const auto sized = [](std::uint8_t tag, const std::string& inner) {
    const std::size_t n = inner.size();
    return std::string{static_cast<char>(tag),     '\x84',
                       static_cast<char>(n >> 24), static_cast<char>(n >> 16),
                       static_cast<char>(n >> 8),  static_cast<char>(n)} +
           inner;
  };
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "", kPerson));
  driver.feed(kDown, sized(0x30, number(1) + sized(application(4), body)) + result(1, 5, 0));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_client message_too_long",
                                          AllOf(HasSubstr(R"({"operation":"search_result_entry","message_id":1,)"),
                                                HasSubstr("search_result_done"))));
}

TEST(Ldap, ALogRecordStaysBounded) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "", kPerson));
  for (int i = 0; i < 20; ++i)
    driver.feed(kDown, entry(1, "cn=a", attribute("blob", octets(std::string(2000, '\x01')))));
  driver.feed(kDown, result(1, 5, 0));
  ASSERT_EQ(driver.lines().size(), 1u);
  EXPECT_LT(driver.lines()[0].size(), 48u * 1024);
  EXPECT_THAT(driver.lines()[0], HasSubstr("search_result_done"));
}

TEST(Ldap, FindsItselfBehindAGap) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "", kPerson));
  driver.gap(kDown, 1000);
  driver.feed(kDown, "rest of an entry");
  driver.feed(kDown, result(1, 5, 0));
  EXPECT_THAT(driver.lines(), ElementsAre(HasSubstr("search_result_done")));
}

TEST(Ldap, OpenRequestsAreLoggedAtTheEnd) {
  SessionDriver driver{protocol};
  driver.feed(kUp, search(1, "dc=x", kPerson));
  driver.finish();
  EXPECT_THAT(driver.lines(), ElementsAre(AllOf(HasSubstr("dc=x"), Not(HasSubstr("responses")))));
}

TEST(Ldap, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(
      protocol, {{kUp, bind(1, "cn=admin", "x")},
                 {kDown, result(1, 1, 0)},
                 {kUp, search(2, "dc=example", kPerson, octets("mail")) + search(3, "", kPerson)},
                 {kDown, entry(2, "cn=a", attribute("mail", octets("m"))) + result(3, 5, 32) + result(2, 5, 0)},
                 {kUp, extended(4, kStartTls)},
                 {kDown, result(4, 24, 0)}});
  test::expect_prefixes_need_more(protocol, kUp, search(2, "dc=example", kPerson, octets("mail")));
}

TEST(LdapProbe, KnowsItsMessagesOnAnyPort) {
  const auto probe = [](Direction d, const std::string& bytes) { return ldap::probe(d, as_bytes(bytes), 4000); };
  EXPECT_EQ(probe(kUp, bind(1, "", "")), Probe::yes);
  EXPECT_EQ(probe(kUp, unbind(3)), Probe::yes);
  EXPECT_EQ(probe(kUp, search(1, "dc=x", kPerson)), Probe::yes);
  EXPECT_EQ(probe(kDown, result(1, 1, 0)), Probe::yes);
  EXPECT_EQ(probe(kDown, search(1, "dc=x", kPerson)), Probe::no);  // a server asks nothing
  EXPECT_EQ(probe(kUp, std::string("\x30\x05\x02", 3)), Probe::need_more);
  EXPECT_EQ(probe(kUp, message(1, list(application(0), number(99), octets(""), octets("")))), Probe::no);
  EXPECT_EQ(probe(kUp, seq(number(1), octets("public"), list(context_constructed(0), number(1)))), Probe::no);  // SNMP
  EXPECT_EQ(probe(kUp, std::string("\x30\x82\x03\x10\x30\x82\x01\xf8\xa0\x03\x02\x01\x02", 13)), Probe::no);    // X.509
  EXPECT_EQ(probe(kUp, std::string(80, '0')), Probe::no);
  const std::string asked = search(1, "", kPerson);
  EXPECT_EQ(probe_datagram(kUp, as_bytes(asked), 4000), Probe::yes);
  EXPECT_EQ(probe_datagram(kUp, as_bytes(std::string_view(asked).substr(0, 30)), 389), Probe::no);
  EXPECT_EQ(probe_datagram(kUp, as_bytes(asked + "x"), 389), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::ldap
