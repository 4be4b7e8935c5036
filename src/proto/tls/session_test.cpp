// SPDX-License-Identifier: GPL-3.0-or-later
// Records and handshakes put together by hand: what no sound peer sends, and what each of it is called.
#include <gmock/gmock.h>

#include "proto/tls/test_bytes.hpp"
#include "proto/tls/test_peers.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {
namespace {

using namespace test_bytes;
using test::SessionDriver;
using test::Turn;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr auto kServer = Direction::to_server, kClient = Direction::to_client;
const std::string kCcs = record(20, "\x01");

// What is told of a conversation, the same however it is cut.
std::string told(const std::vector<Turn>& turns) {
  return test::expect_same_in_any_chunks(protocol, turns, 200);
}
std::string told(const std::string& from_client) {
  return told({Turn{kServer, from_client}});
}

std::string some_client_hello() {
  return client_hello(server_name("a.example"));
}
std::string certificate_of(const test_peers::CertSpec& spec) {
  static const test_peers::Key key = test_peers::make_key(test_peers::KeyKind::p256);
  return test_peers::to_der(test_peers::make_cert(spec, key.get()).get());
}
std::string certificate_message(const std::string& der_bytes) {
  return record(22, message(11, vector24(vector24(der_bytes))), 0x0303);
}
std::string told_of_certificate(const std::string& der_bytes) {
  return told({{kServer, some_client_hello()}, {kClient, server_hello("") + certificate_message(der_bytes)}});
}

TEST(Records, HelloInRecordsOfOneByte) {
  std::string cut;
  for (const char c : message(1, client_hello_body(server_name("a.example")))) cut += record(22, std::string(1, c));
  const std::string text = told(cut);
  EXPECT_THAT(text, HasSubstr("\"sni\":\"a.example\""));
  EXPECT_THAT(text, Not(HasSubstr("event")));
  EXPECT_EQ(probe(kServer, as_bytes(cut), 443), Probe::yes);
}

TEST(Records, SeveralMessagesInOne) {
  test_peers::CertSpec spec;
  const std::string flight = message(2, server_hello_body("")) + message(11, vector24(vector24(certificate_of(spec)))) +
                             message(12, std::string(300, 'k')) + message(14, "");
  const std::string text = told({{kServer, some_client_hello()}, {kClient, record(22, flight)}});
  EXPECT_THAT(text, HasSubstr("\"subject\":\"C=US, O=Example, CN=example.org\""));
  EXPECT_THAT(text, Not(HasSubstr("event")));
}

TEST(Records, LoggedAsSoonAsNothingMoreIsWorthWaitingFor) {
  SessionDriver driver{protocol};
  driver.feed(kServer, some_client_hello());
  driver.feed(kClient, server_hello("") + certificate_message(certificate_of({})));
  EXPECT_EQ(driver.text(), "");
  driver.feed(kClient, record(22, message(14, "")));
  EXPECT_THAT(driver.text(), StartsWith("log tls"));
  driver.feed(kServer, kCcs);
  EXPECT_FALSE(driver.stopped());
  driver.feed(kClient, kCcs);
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_EQ(driver.lines().size(), 1u) << "once";
}

TEST(Records, Tls13IsLoggedWhenBothEndsHaveGoneDark) {
  SessionDriver driver{protocol};
  driver.feed(kServer, client_hello(ext(43, vector8(list16({0x0304})))));
  driver.feed(kClient, server_hello(ext(43, number(0x0304, 2))) + record(23, std::string(50, 'x')));
  EXPECT_EQ(driver.text(), "");
  driver.feed(kServer, record(23, std::string(50, 'x')));
  EXPECT_THAT(driver.text(), HasSubstr("\"version\":\"TLS 1.3\""));
  EXPECT_EQ(driver.last_status(), Status::finished);
}

TEST(Records, EarlyDataIsNoEndOfTheHandshake) {
  SessionDriver driver{protocol};
  driver.feed(kServer, client_hello(ext(42, "") + ext(43, vector8(list16({0x0304})))) + record(23, "early"));
  driver.feed(kClient, server_hello(ext(43, number(0x0304, 2))) + kCcs);
  EXPECT_FALSE(driver.stopped());
  driver.feed(kServer, record(23, "x"));
  EXPECT_EQ(driver.last_status(), Status::finished);
}

TEST(Records, LoggedAtTheEndWhenItWentNoFurther) {
  EXPECT_THAT(told(some_client_hello()), HasSubstr("log tls {\"tls\":{\"sni\":\"a.example\",\"version\":\"TLS 1.2\""));
  EXPECT_EQ(told({{kServer, record(21, "\x01\x64")}}), "") << "without a hello there is nothing to tell";
}

TEST(Records, FatalAlertEndsTheSession) {
  SessionDriver driver{protocol};
  driver.feed(kServer, some_client_hello());
  driver.feed(kClient, record(21, "\x02\x28"));
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.text(), HasSubstr("\"sni\":\"a.example\""));
}

TEST(Records, GapInsideOfWhatNobodyReadsIsNothing) {
  SessionDriver driver{protocol};
  driver.feed(kServer, some_client_hello());
  driver.feed(kClient, server_hello(""));
  driver.feed(kClient, record(23, std::string(1000, 'x')).substr(0, 105));
  driver.gap(kClient, 900);
  EXPECT_FALSE(driver.stopped());
  driver.gap(kServer, 1);
  EXPECT_TRUE(driver.stopped());
  EXPECT_THAT(driver.text(), HasSubstr("log tls")) << "what was known by then";
}

TEST(Records, Events) {
  EXPECT_THAT(told("GET / HTTP/1.1\r\n"), HasSubstr("event to_server invalid_tls_header"));
  EXPECT_THAT(told(some_client_hello() + record(99, "x")), HasSubstr("event to_server invalid_record_type"));
  EXPECT_THAT(told(record(22, "x", 0x0505)), HasSubstr("event to_server invalid_record_version"));
  EXPECT_THAT(told(number(22, 1) + number(0x0301, 2) + number(kMaxRecord + 1, 2)),
              HasSubstr("event to_server invalid_record_length"));
  EXPECT_THAT(told(record(22, "") + some_client_hello()),
              testing::AllOf(HasSubstr("invalid_record_length"), HasSubstr("\"sni\":\"a.example\"")));
  std::string empty;
  for (unsigned i = 0; i <= kMaxEmptyRecords; ++i) empty += record(23, "");
  EXPECT_THAT(told(some_client_hello() + empty), HasSubstr("event to_server too_many_records_in_packet"));
  EXPECT_THAT(told(some_client_hello() + record(20, "\x02")), HasSubstr("event to_server invalid_ssl_record"));
  EXPECT_THAT(told(record(21, "\x01")), HasSubstr("event to_server invalid_alert_message"));
  EXPECT_THAT(told(record(21, "\x07\x01")), HasSubstr("event to_server invalid_alert_message"));
}

TEST(Handshake, Events) {
  EXPECT_THAT(told(record(22, message(77, "x"))), HasSubstr("event to_server invalid_handshake_message"));
  EXPECT_THAT(told(record(22, message(2, server_hello_body("")))), HasSubstr("invalid_handshake_message"))
      << "a hello from the wrong end";
  EXPECT_THAT(told(kCcs), HasSubstr("invalid_handshake_message")) << "before any hello";
  const std::string hello = message(1, client_hello_body(server_name("a.example")));
  const std::string torn = record(22, hello.substr(0, 20)) + record(21, "\x01\x64") + record(22, hello.substr(20));
  EXPECT_THAT(told(torn), testing::AllOf(HasSubstr("invalid_handshake_message"), HasSubstr("\"sni\":\"a.example\"")))
      << "a name does not hide behind a warning";
  EXPECT_THAT(told(client_hello(server_name("x", 3))), HasSubstr("event to_server invalid_sni_type"));
  EXPECT_THAT(told(client_hello(server_name(""))), HasSubstr("event to_server invalid_sni_length"));
  EXPECT_THAT(told(client_hello(server_name("a") + server_name("b"))),
              HasSubstr("event to_server multiple_sni_extensions"));
  EXPECT_THAT(told(some_client_hello() + client_hello(server_name("b.example"))),
              HasSubstr("event to_server multiple_sni_extensions"))
      << "another name the second time";
  EXPECT_THAT(told(some_client_hello() + some_client_hello()), Not(HasSubstr("event")));
  EXPECT_THAT(told(record(22, message(1, "short"))), HasSubstr("event to_server handshake_invalid_length"));
  EXPECT_THAT(told(record(22, number(1, 1) + number(kMaxHello + 1, 3))),
              HasSubstr("event to_server handshake_invalid_length"));
}

TEST(Handshake, ChangeCipherSpecBeforeTheHelloHidesNothing) {
  EXPECT_THAT(told(kCcs + some_client_hello()), HasSubstr("\"sni\":\"a.example\""));
}

TEST(Handshake, MessageTooLongIsPassedOverAndTheNextIsRead) {
  std::string bytes = record(22, number(1, 1) + number(kMaxHello + 1, 3));
  for (std::size_t left = kMaxHello + 1; left > 0;) {
    const std::size_t now = std::min<std::size_t>(left, 16000);
    bytes += record(22, std::string(now, 'x'));
    left -= now;
  }
  SessionDriver driver{protocol};
  driver.feed(kServer, bytes + some_client_hello());
  driver.finish();
  EXPECT_THAT(driver.text(), HasSubstr("\"sni\":\"a.example\""));
}

TEST(Certificates, Events) {
  const std::string sound = certificate_of({});
  EXPECT_THAT(told_of_certificate(sound), Not(HasSubstr("event")));
  EXPECT_THAT(told_of_certificate(sound.substr(0, 100)), HasSubstr("event to_client certificate_invalid_length"));
  EXPECT_THAT(told_of_certificate("\x02\x01\x05"), HasSubstr("event to_client certificate_invalid_der"));
  EXPECT_THAT(told({{kServer, some_client_hello()}, {kClient, server_hello("") + record(22, message(11, "\x01"))}}),
              HasSubstr("event to_client invalid_certificate"));
  EXPECT_THAT(told({{kServer, some_client_hello()},
                    {kClient, server_hello("") + record(22, number(11, 1) + number(kMaxCertificateMessage + 1, 3))}}),
              HasSubstr("event to_client certificate_invalid_length"));

  test_peers::CertSpec backwards;
  std::swap(backwards.not_before, backwards.not_after);
  EXPECT_THAT(told_of_certificate(certificate_of(backwards)),
              HasSubstr("event to_client certificate_invalid_validity"));
  test_peers::CertSpec long_subject;
  long_subject.issuer = long_subject.subject;
  for (int i = 0; i < 40; ++i) long_subject.subject.push_back({"OU", std::string(60, 'x')});
  EXPECT_THAT(told_of_certificate(certificate_of(long_subject)),
              HasSubstr("event to_client certificate_invalid_subject"));
  std::swap(long_subject.subject, long_subject.issuer);
  EXPECT_THAT(told_of_certificate(certificate_of(long_subject)),
              HasSubstr("event to_client certificate_invalid_issuer"));
  test_peers::CertSpec long_serial;
  long_serial.serial_hex = std::string(400, '7');
  EXPECT_THAT(told_of_certificate(certificate_of(long_serial)),
              HasSubstr("event to_client certificate_invalid_serial"));
}

// Spoils the first place where `what` stands in a sound certificate.
std::string spoilt(std::string_view what, std::string_view by) {
  std::string bytes = certificate_of({});
  const std::size_t at = bytes.find(what);
  EXPECT_NE(at, bytes.npos);
  bytes.replace(at, by.size(), by);
  return bytes;
}

TEST(Certificates, EachSpoiltPartHasItsEvent) {
  using namespace std::string_literals;
  EXPECT_THAT(told_of_certificate(spoilt("\xa0\x03\x02\x01\x02"s, "\xa0\x03\x02\x01\x07"s)),
              HasSubstr("certificate_invalid_version"));
  EXPECT_THAT(told_of_certificate(spoilt("\x02\x03\x0a\x0b\x0c"s, "\x04"s)), HasSubstr("certificate_invalid_serial"));
  EXPECT_THAT(told_of_certificate(spoilt("\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"s, "\x05"s)),
              HasSubstr("certificate_invalid_algorithmidentifier"));
  EXPECT_THAT(told_of_certificate(spoilt("\x31\x0b\x30\x09\x06\x03\x55\x04\x06"s, "\x30"s)),
              HasSubstr("certificate_invalid_x509name"));
  EXPECT_THAT(told_of_certificate(spoilt("200102030405Z"s, "209902030405Z"s)), HasSubstr("certificate_invalid_date"));
  test_peers::CertSpec named;
  named.alternative_names = "DNS:a.example";
  std::string bytes = certificate_of(named);
  bytes[bytes.find("\x82\x09"
                   "a.example") +
        1] = '\x7f';
  EXPECT_THAT(told_of_certificate(bytes), HasSubstr("certificate_invalid_extensions"));
}

TEST(Certificates, MoreNamesThanAreRead) {
  test_peers::CertSpec spec;
  spec.alternative_names = "DNS:a";
  for (std::size_t i = 0; i < kMaxAlternativeNames; ++i) spec.alternative_names += ",DNS:b";
  SessionDriver driver{protocol};
  driver.feed(kServer, some_client_hello());
  driver.feed(kClient, server_hello(""));
  const std::string list = message(11, vector24(vector24(certificate_of(spec))));
  for (std::size_t at = 0; at < list.size(); at += 16000) driver.feed(kClient, record(22, list.substr(at, 16000)));
  driver.finish();
  EXPECT_THAT(driver.text(), HasSubstr("event to_client too_many_subject_alternative_names"));
  EXPECT_THAT(driver.text(), HasSubstr("\"subjectaltname\":[\"a\",\"b\""));
  EXPECT_LT(driver.text().size(), 40'000u) << "the record stays within its bounds";
}

std::string heartbeat(int type, std::size_t claimed, std::size_t payload, std::size_t padding) {
  return record(24, number(static_cast<unsigned>(type), 1) + number(claimed, 2) + std::string(payload + padding, 'h'));
}

TEST(Heartbeats, Events) {
  const std::string hello = some_client_hello();
  EXPECT_THAT(told(hello + heartbeat(1, 4, 4, 16)),
              testing::AllOf(HasSubstr("event to_server heartbeat_message"), Not(HasSubstr("invalid"))));
  EXPECT_THAT(told(hello + heartbeat(1, 0x4000, 0, 0)), HasSubstr("event to_server overflow_heartbeat_message"));
  EXPECT_THAT(told(hello + heartbeat(9, 4, 4, 16)), HasSubstr("event to_server invalid_heartbeat_message"));
  EXPECT_THAT(told(hello + heartbeat(1, 4, 4, 3)), HasSubstr("event to_server invalid_heartbeat_message"));
}

TEST(Heartbeats, AnswerLongerThanItsQuestionUnderEncryption) {
  const std::string offered = ext(15, "\x01");
  const std::vector<Turn> opening{
      {kServer, client_hello(offered)}, {kClient, server_hello(offered) + kCcs}, {kServer, kCcs}};
  const auto with_answer = [&](std::size_t size) {
    std::vector<Turn> turns = opening;
    turns.push_back({kServer, record(24, std::string(60, 'x'))});
    turns.push_back({kClient, record(24, std::string(size, 'x'))});
    return told(turns);
  };
  EXPECT_THAT(with_answer(60), Not(HasSubstr("dataleak")));
  EXPECT_THAT(with_answer(9000), HasSubstr("event to_client dataleak_heartbeat_mismatch"));
}

std::string ssl2_record(const std::string& body) {
  return number(0x8000 | body.size(), 2) + body;
}
std::string ssl2_client_hello(int version) {
  return ssl2_record(number(1, 1) + number(static_cast<unsigned>(version), 2) + number(6, 2) + number(0, 2) +
                     number(16, 2) + std::string(6, 'c') + std::string(16, 'r'));
}

TEST(Ssl2, ClientThatWouldTakeTls) {
  const std::vector<Turn> turns{{kServer, ssl2_client_hello(0x0301)}, {kClient, server_hello("", 0x0301)}};
  EXPECT_THAT(told(turns), HasSubstr("\"version\":\"TLSv1\""));
  EXPECT_EQ(probe(kServer, as_bytes(turns[0].bytes), 80), Probe::yes);
}

TEST(Ssl2, BothEnds) {
  const std::string der_bytes = certificate_of({});
  const std::string server =
      ssl2_record(number(4, 1) + number(0, 1) + number(1, 1) + number(2, 2) + number(der_bytes.size(), 2) +
                  number(3, 2) + number(16, 2) + der_bytes + "ccc" + std::string(16, 'i'));
  EXPECT_EQ(probe(kClient, as_bytes(server), 80), Probe::yes);
  const std::string text = told({{kServer, ssl2_client_hello(2)},
                                 {kClient, server},
                                 {kServer, ssl2_record(std::string(1, '\x02') + std::string(40, 'k'))},
                                 {kClient, ssl2_record(std::string(1, '\x05') + std::string(16, 'k'))}});
  EXPECT_THAT(text, HasSubstr("\"version\":\"SSLv2\""));
  EXPECT_THAT(text, HasSubstr("CN=example.org"));
}

TEST(Ssl2, Events) {
  EXPECT_THAT(told(number(0x8000, 2) + "x"), HasSubstr("event to_server invalid_sslv2_header"));
  EXPECT_THAT(told({{kServer, ssl2_client_hello(2)}, {kClient, ssl2_record(std::string("\0\x00\x01", 3))}}),
              HasSubstr("event to_client error_message_encountered"));
  EXPECT_THAT(told(ssl2_record(std::string("\x01\x00\x02\x00", 4))), HasSubstr("event to_server invalid_ssl_record"));
}

TEST(Probe, WhatIsNotTls) {
  for (const std::string& text :
       {std::string("GET / HTTP/1.1\r\n\r\n"), std::string("SSH-2.0-x\r\n"), std::string("220 mail\r\n"),
        record(22, "hello, you"), number(22, 1) + number(0x0501, 2) + vector16(message(1, client_hello_body(""))),
        record(22, number(1, 1) + number(3, 3) + number(0x0303, 2)), std::string(20, '\x80'), ssl2_record("hello")}) {
    EXPECT_EQ(probe(kServer, as_bytes(text), 443), Probe::no);
    EXPECT_EQ(probe(kClient, as_bytes(text), 443), Probe::no);
  }
  EXPECT_EQ(probe(kClient, as_bytes(record(21, "\x02\x28")), 443), Probe::yes) << "a server that refuses at once";
}

TEST(Spec, EveryEventOfTheRulesIsHere) {
  EXPECT_EQ(protocol.events.size(), 31u);
  for (const EventSpec& event : protocol.events) EXPECT_FALSE(event.about.empty()) << event.name;
}

}  // namespace
}  // namespace gatehouse::proto::tls
