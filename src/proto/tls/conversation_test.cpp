// SPDX-License-Identifier: GPL-3.0-or-later
// Real clients and servers of OpenSSL talk; what we read must be what they say, however the stream is cut.
#include <gmock/gmock.h>

#include "proto/tls/test_peers.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {
namespace {

using namespace test_peers;
using test::expect_same_in_any_chunks;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::map<std::string, std::vector<std::string>> fields_of(const Conversation& talk) {
  SessionDriver driver{protocol};
  for (const test::Turn& turn : talk.turns) driver.feed(turn.direction, turn.bytes);
  EXPECT_EQ(driver.last_status(), Status::finished) << "everything that can be read was read";
  return driver.fields();
}

std::string hex(std::string_view bytes, char separator) {
  std::string text;
  for (const unsigned char c : bytes) {
    char two[4];
    std::snprintf(two, sizeof two, "%02x", c);
    if (!text.empty() && separator != 0) text += separator;
    text += two;
  }
  return text;
}

std::string sha1_of(X509* cert) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  X509_digest(cert, EVP_sha1(), digest, &size);
  return hex({reinterpret_cast<char*>(digest), size}, ':');
}

struct Case {
  const char* name;
  int version;
  KeyKind key;
  const char* text;
};

class Versions : public testing::TestWithParam<Case> {};

TEST_P(Versions, HelloIsReadAsItWasSaid) {
  Options options;
  options.version = GetParam().version;
  options.key = GetParam().key;
  const Conversation talk = converse(options);
  const auto fields = fields_of(talk);
  EXPECT_THAT(fields.at("tls.sni"), ElementsAre("www.example.org"));
  EXPECT_EQ(fields.at("tls.alpn").at(0), "h2");
  EXPECT_EQ(fields.at("tls.alpn").at(1), "http/1.1");
  EXPECT_THAT(fields.at("tls.server_version"), ElementsAre(std::to_string(GetParam().version)));
  EXPECT_THAT(fields.at("tls.cipher"), ElementsAre(std::to_string(talk.cipher))) << talk.cipher_name;
  EXPECT_EQ(fields.at("ja3.hash").at(0).size(), 32u);
  EXPECT_THAT(fields.at("ja4.hash").at(0), HasSubstr("d"));
  EXPECT_THAT(fields.at("ja4.hash").at(0), HasSubstr("h2_"));

  const std::string text = expect_same_in_any_chunks(protocol, talk.turns, 400);
  EXPECT_THAT(text, HasSubstr(std::string("\"version\":\"") + GetParam().text + "\""));
  EXPECT_THAT(text, Not(HasSubstr("event")));
  EXPECT_THAT(text, Not(HasSubstr("session_resumed")));
}

TEST_P(Versions, CertificateIsReadAsItIs) {
  if (GetParam().version == TLS1_3_VERSION) GTEST_SKIP() << "encrypted in TLS 1.3";
  Options options;
  options.version = GetParam().version;
  options.key = GetParam().key;
  options.server_cert.subject = {
      {"C", "DE"}, {"ST", "Bayern"}, {"L", "München"}, {"O", "Beispiel, GmbH"}, {"CN", "a.example"}};
  options.server_cert.issuer = {{"C", "US"}, {"O", "An Authority"}, {"CN", "R3"}};
  options.server_cert.serial_hex = "97E647098EEAC9B4";
  options.server_cert.alternative_names = "DNS:a.example,DNS:*.b.example,IP:192.0.2.7,IP:2001:db8::7,email:x@y.example";
  const Conversation talk = converse(options);
  const auto fields = fields_of(talk);
  EXPECT_THAT(fields.at("tls.cert_subject"), ElementsAre("C=DE, ST=Bayern, L=München, O=Beispiel, GmbH, CN=a.example"));
  EXPECT_THAT(fields.at("tls.cert_issuer"), ElementsAre("C=US, O=An Authority, CN=R3"));
  EXPECT_THAT(fields.at("tls.cert_serial"), ElementsAre("00:97:E6:47:09:8E:EA:C9:B4"));
  EXPECT_THAT(fields.at("tls.cert_fingerprint"), ElementsAre(sha1_of(talk.server_cert.get())));
  EXPECT_THAT(fields.at("tls.certs"), ElementsAre(to_der(talk.server_cert.get())));
  EXPECT_THAT(fields.at("tls.cert_chain_len"), ElementsAre("1"));
  EXPECT_THAT(fields.at("tls.cert_notbefore"), ElementsAre("1577934245"));
  EXPECT_THAT(fields.at("tls.cert_notafter"), ElementsAre("1893553445"));
  EXPECT_THAT(fields.at("tls.cert_self_signed"), ElementsAre("0"));
  EXPECT_THAT(fields.at("tls.subjectaltname"),
              ElementsAre("a.example", "*.b.example", "192.0.2.7", "2001:db8::7", "x@y.example"));
  EXPECT_THAT(fields.at("tls.cert_key_bits"),
              ElementsAre(std::to_string(EVP_PKEY_get_bits(X509_get0_pubkey(talk.server_cert.get())))));
}

INSTANTIATE_TEST_SUITE_P(All, Versions,
                         testing::Values(Case{"tls10_rsa", TLS1_VERSION, KeyKind::rsa, "TLSv1"},
                                         Case{"tls11_rsa", TLS1_1_VERSION, KeyKind::rsa, "TLS 1.1"},
                                         Case{"tls12_rsa", TLS1_2_VERSION, KeyKind::rsa, "TLS 1.2"},
                                         Case{"tls12_p256", TLS1_2_VERSION, KeyKind::p256, "TLS 1.2"},
                                         Case{"tls12_p384", TLS1_2_VERSION, KeyKind::p384, "TLS 1.2"},
                                         Case{"tls12_ed25519", TLS1_2_VERSION, KeyKind::ed25519, "TLS 1.2"},
                                         Case{"tls13_p256", TLS1_3_VERSION, KeyKind::p256, "TLS 1.3"},
                                         Case{"tls13_ed25519", TLS1_3_VERSION, KeyKind::ed25519, "TLS 1.3"}),
                         [](const auto& one) { return one.param.name; });

TEST(Conversation, ClientCertificateIsLoggedWithTheServers) {
  Options options;
  options.version = TLS1_2_VERSION;
  options.client_cert = true;
  const Conversation talk = converse(options);
  const auto fields = fields_of(talk);
  EXPECT_THAT(fields.at("tls.cert_subject"), ElementsAre("C=US, O=Example, CN=example.org", "O=Example, CN=a client"));
  const std::string text = expect_same_in_any_chunks(protocol, talk.turns, 400);
  EXPECT_THAT(text, HasSubstr("\"client\":{\"subject\":\"O=Example, CN=a client\""));
  EXPECT_THAT(text, HasSubstr("\"fingerprint\":\"" + sha1_of(talk.client_cert.get()) + "\""));
}

TEST(Conversation, HandshakeOverManyRecords) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    Options options;
    options.version = version;
    options.key = KeyKind::rsa;
    options.fragment = 512;
    for (int i = 0; i < 40; ++i)
      options.server_cert.alternative_names += (i > 0 ? ",DNS:host" : "DNS:host") + std::to_string(i) + ".example.org";
    const Conversation talk = converse(options);
    const std::string text = expect_same_in_any_chunks(protocol, talk.turns, 300);
    if (version == TLS1_2_VERSION) {
      EXPECT_THAT(text, HasSubstr("\"host39.example.org\"]"));
    }
    EXPECT_THAT(text, Not(HasSubstr("event")));
  }
}

TEST(Conversation, ResumedSessionsAreKnown) {
  for (const bool tickets : {true, false}) {
    Options options;
    options.version = TLS1_2_VERSION;
    options.tickets = tickets;
    const Conversation first = converse(options);
    options.session = first.session.get();
    options.server_context = first.server_context.get();
    const Conversation second = converse(options);
    ASSERT_TRUE(second.resumed);
    const std::string text = expect_same_in_any_chunks(protocol, second.turns, 400);
    EXPECT_THAT(text, HasSubstr("\"session_resumed\":true"));
    EXPECT_THAT(text, Not(HasSubstr("subject")));
  }
}

TEST(Conversation, ResumedTls13IsNotCalledSo) {
  Options options;
  const Conversation first = converse(options);
  options.session = first.session.get();
  options.server_context = first.server_context.get();
  const Conversation second = converse(options);
  ASSERT_TRUE(second.resumed);
  EXPECT_THAT(expect_same_in_any_chunks(protocol, second.turns, 400), Not(HasSubstr("session_resumed")));
}

TEST(Conversation, RetriedHelloIsOneSession) {
  Options options;
  options.groups = "P-521";  // which the client did not guess
  const Conversation talk = converse(options);
  ASSERT_GE(talk.turns.size(), 4u);
  const std::string text = expect_same_in_any_chunks(protocol, talk.turns, 400);
  EXPECT_THAT(text, HasSubstr("\"version\":\"TLS 1.3\""));
  EXPECT_THAT(text, Not(HasSubstr("event"))) << "the same name a second time is nothing to object to";
  EXPECT_THAT(fields_of(talk).at("tls.cipher"), ElementsAre(std::to_string(talk.cipher)));
}

TEST(Conversation, DatesBefore1970AndFarAway) {
  Options options;
  options.version = TLS1_2_VERSION;
  options.server_cert.not_before = "19691231000000Z";
  options.server_cert.not_after = "99991231235959Z";
  const Conversation talk = converse(options);
  const std::string text = expect_same_in_any_chunks(protocol, talk.turns, 50);
  EXPECT_THAT(text, HasSubstr("\"notbefore\":\"1969-12-31T00:00:00\",\"notafter\":\"9999-12-31T23:59:59\""));
}

TEST(Conversation, EveryPrefixOfAFlightOnlyWantsMore) {
  const Conversation talk = converse({});
  test::expect_prefixes_need_more(protocol, Direction::to_server, talk.turns.at(0).bytes);
}

TEST(Conversation, FoundByItsFirstBytes) {
  for (const int version : {TLS1_VERSION, TLS1_2_VERSION, TLS1_3_VERSION}) {
    Options options;
    options.version = version;
    const Conversation talk = converse(options);
    for (const std::size_t turn : {0u, 1u}) {
      const auto& [direction, bytes] = talk.turns.at(turn);
      EXPECT_TRUE(protocol.detector.first_bytes[index(direction)].has(static_cast<std::uint8_t>(bytes[0])));
      EXPECT_EQ(probe(direction, as_bytes(bytes), 4711), Probe::yes);
      for (std::size_t size = 1; size < bytes.size(); ++size)
        ASSERT_NE(probe(direction, as_bytes(bytes).first(size), 4711), Probe::no) << size;
      EXPECT_EQ(probe(opposite(direction), as_bytes(bytes), 443), Probe::no) << "a hello from the wrong end";
    }
  }
}

}  // namespace
}  // namespace gatehouse::proto::tls
