// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ike/ike.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::ike {
namespace {

using test::from_hex;
using testing::HasSubstr;
using testing::Not;
constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

std::string number(std::size_t value, int octets) {
  std::string bytes;
  for (int i = octets - 1; i >= 0; --i) bytes.push_back(static_cast<char>(value >> (8 * i)));
  return bytes;
}
struct Part {
  int type;
  std::string body;
};
std::string payloads(const std::vector<Part>& parts) {
  std::string bytes;
  for (std::size_t i = 0; i < parts.size(); ++i)
    bytes += number(i + 1 < parts.size() ? static_cast<unsigned>(parts[i + 1].type) : 0, 1) + std::string(1, '\0') +
             number(parts[i].body.size() + 4, 2) + parts[i].body;
  return bytes;
}
std::string ike(int version, int exchange, int flags, const std::vector<Part>& parts, std::string responder = "") {
  responder.resize(8);
  const std::string body = payloads(parts);
  return from_hex("e47a591fd057587f") + responder +
         number(parts.empty() ? 0 : static_cast<unsigned>(parts[0].type), 1) +
         number(static_cast<unsigned>(version), 1) + number(static_cast<unsigned>(exchange), 1) +
         number(static_cast<unsigned>(flags), 1) + number(0, 4) + number(28 + body.size(), 4) + body;
}
// A transform of IKEv1: AES-128, SHA, a pre-shared key, group 2, 86400 seconds.
const std::string kV1Transform =
    from_hex("00 00 0028 01 01 0000 8001 0007 800e 0080 8002 0002 8004 0002 8003 0001 800b 0001 000c 0004 00015180");
std::string v1_association(const std::string& transforms) {
  return from_hex("00000001 00000001") + from_hex("0000") + number(8 + transforms.size(), 2) + from_hex("01 01 00 01") +
         transforms;
}
std::string transform(int type, int id, std::string attributes = "") {
  return from_hex("0300") + number(8 + attributes.size(), 2) + number(static_cast<unsigned>(type), 1) +
         std::string(1, '\0') + number(static_cast<unsigned>(id), 2) + attributes;
}
std::string proposal(const std::string& transforms, int protocol = 1) {
  return from_hex("0200") + number(8 + transforms.size(), 2) + "\x01" + number(static_cast<unsigned>(protocol), 1) +
         from_hex("00 04") + transforms;
}
const std::string kStrong = transform(1, 20, from_hex("800e0100")) + transform(2, 5) + transform(4, 19);

struct Talk : test::SessionDriver {
  Talk() : SessionDriver(protocol, true) {}
  void client(const std::string& bytes) { datagram(kToServer, as_bytes(bytes)); }
  void server(const std::string& bytes) { datagram(kToClient, as_bytes(bytes)); }
};

TEST(Ike, MainModeTellsWhatIsProposedAndChosen) {
  Talk talk;
  talk.client(ike(0x10, 2, 0, {{1, v1_association(kV1Transform)}, {13, "vendor"}}));
  talk.server(ike(0x10, 2, 0, {{1, v1_association(kV1Transform)}}, "\xa0\x0b"));
  talk.client(ike(0x10, 2, 0, {{4, std::string(128, 'k')}, {10, std::string(20, 'n')}}, "\xa0\x0b"));
  EXPECT_EQ(talk.fields().at("ike.init_spi"), std::vector<std::string>{"e47a591fd057587f"});
  EXPECT_EQ(talk.fields().at("ike.resp_spi"), std::vector<std::string>{"a00b000000000000"});
  EXPECT_EQ(talk.fields().at("ike.version"), std::vector<std::string>{"1"});
  EXPECT_EQ(talk.fields().at("ike.exchtype"), std::vector<std::string>{"2"});
  EXPECT_EQ(talk.fields().at("ike.vendor"), std::vector<std::string>{"76656e646f72"});
  EXPECT_EQ(talk.fields().at("ike.chosen_sa_attribute"),
            (std::vector<std::string>{"alg_enc=7", "alg_hash=2", "alg_auth=1", "alg_dh=2", "sa_life_type=1",
                                      "sa_life_duration=86400", "sa_key_length=128"}));
  EXPECT_EQ(talk.fields().at("ike.alg_enc"), std::vector<std::string>{"7"});
  EXPECT_EQ(talk.fields().at("ike.alg_hash"), std::vector<std::string>{"2"});
  EXPECT_EQ(talk.fields().at("ike.alg_auth"), std::vector<std::string>{"1"});
  EXPECT_EQ(talk.fields().at("ike.alg_dh"), std::vector<std::string>{"2"});
  EXPECT_EQ(talk.fields().at("ike.key_exchange_payload"), std::vector<std::string>{std::string(128, 'k')});
  EXPECT_EQ(talk.fields().at("ike.key_exchange_payload_length"), std::vector<std::string>{"128"});
  EXPECT_EQ(talk.fields().at("ike.nonce_payload"), std::vector<std::string>{std::string(20, 'n')});
  EXPECT_EQ(talk.fields().at("ike.nonce_payload_length"), std::vector<std::string>{"20"});
  EXPECT_EQ(
      talk.lines()[1],
      R"(log ike {"ike":{"version_major":1,"version_minor":0,"init_spi":"e47a591fd057587f","resp_spi":"a00b000000000000","message_id":0,"exchange_type":2,"exchange_type_verbose":"IdentityProtection","alg_enc":"EncAesCbc","alg_enc_raw":7,"alg_hash":"HashSha","alg_hash_raw":2,"alg_auth":"AuthPreSharedKey","alg_auth_raw":1,"alg_dh":"GroupAlternate1024BitModpGroup","alg_dh_raw":2,"sa_life_type":"LifeTypeSeconds","sa_life_type_raw":1,"sa_life_duration":"Unknown","sa_life_duration_raw":86400,"sa_key_length":"Unknown","sa_key_length_raw":128,"payload":["SecurityAssociation"],"ikev1":{"doi":1,"encrypted_payloads":false,"server":{}}}})");
  EXPECT_THAT(talk.lines()[0], HasSubstr(R"("proposals":[{"alg_enc":"EncAesCbc")"));
  EXPECT_THAT(talk.lines()[0], HasSubstr(R"("vendor_ids":["76656e646f72"])"));
  EXPECT_THAT(talk.lines()[2], HasSubstr(R"("key_exchange_payload_length":128)"));
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
}

TEST(Ike, WhatIsEncryptedIsLeftAlone) {
  Talk talk;
  std::string message = ike(0x10, 5, 1, {}) + std::string(40, 'x');
  message[16] = 8;  // a hash comes first
  message[27] = static_cast<char>(message.size());
  talk.client(message);
  EXPECT_THAT(talk.text(), HasSubstr(R"("ikev1":{"encrypted_payloads":true}})"));
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
}

TEST(Ike, VersionTwoTellsWhatIsChosenAndNotified) {
  Talk talk;
  talk.client(
      ike(0x20, 34, 8, {{33, proposal(kStrong)}, {34, from_hex("00130000") + std::string(64, 'k')}, {40, "nonce"}}));
  talk.server(ike(0x20, 34, 0x20, {{33, proposal(kStrong)}, {41, from_hex("0000 000e")}, {41, from_hex("0000 4004")}}));
  EXPECT_EQ(talk.fields().at("ike.key_exchange_payload_length"), std::vector<std::string>{"64"});
  EXPECT_THAT(talk.lines()[0], HasSubstr(R"("role":"initiator")"));
  EXPECT_THAT(talk.lines()[1], HasSubstr(R"("role":"responder","alg_enc":"ENCR_AES_GCM_16","alg_enc_raw":20)"));
  EXPECT_THAT(talk.lines()[1],
              HasSubstr(R"("ikev2":{"errors":1,"notify":["NO_PROPOSAL_CHOSEN","NAT_DETECTION_SOURCE_IP"]})"));
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
}

TEST(Ike, BehindAnEncryptedPayloadNothingIsRead) {
  Talk talk;
  talk.client(ike(0x20, 35, 8, {{46, std::string(60, 'x')}}).replace(28, 1, "\x23"));  // the first one within
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
  EXPECT_THAT(talk.text(), HasSubstr(R"("payload":["EncryptedAndAuthenticated"])"));
}

std::string events_of(const std::string& datagram, Direction direction = kToServer) {
  Talk talk;
  talk.datagram(direction, as_bytes(datagram));
  std::string events;
  for (const std::string& line : talk.lines())
    if (line.starts_with("event ")) events += line.substr(line.rfind(' ') + 1) + " ";
  return events;
}
std::string of_proposal(const std::string& transforms, int protocol = 1) {
  return events_of(ike(0x20, 34, 8, {{33, proposal(transforms, protocol)}}));
}

TEST(Ike, WhatIsWeakIsAnEvent) {
  EXPECT_EQ(of_proposal(kStrong), "");
  EXPECT_EQ(of_proposal(kStrong + transform(1, 3)), "weak_crypto_enc ");
  EXPECT_EQ(of_proposal(kStrong + transform(2, 1)), "weak_crypto_prf ");
  EXPECT_EQ(of_proposal(kStrong + transform(3, 2)), "weak_crypto_auth ");
  EXPECT_EQ(of_proposal(kStrong + transform(4, 2)), "weak_crypto_dh ");
  EXPECT_EQ(of_proposal(transform(1, 20) + transform(2, 5)), "weak_crypto_no_dh ");
  EXPECT_EQ(of_proposal(transform(1, 12) + transform(2, 5) + transform(4, 19)), "weak_crypto_no_auth ");
  EXPECT_EQ(of_proposal(kStrong, 2), "no_encryption ");
  EXPECT_EQ(of_proposal(kStrong + transform(4, 0)), "invalid_proposal ");
  EXPECT_EQ(of_proposal(kStrong + transform(99, 1)), "unknown_proposal ");
}

TEST(Ike, WhatIsUnsoundIsAnEvent) {
  EXPECT_EQ(events_of(ike(0x20, 34, 0x20, {{33, proposal(kStrong) + proposal(kStrong)}}), kToClient),
            "multiple_server_proposal ");
  EXPECT_EQ(events_of(ike(0x10, 2, 0, {{1, v1_association(kV1Transform + kV1Transform)}}), kToClient),
            "multiple_server_proposal ");
  std::string extra = ike(0x20, 34, 8, {{40, "nonce"}}) + "more";
  extra[27] = static_cast<char>(extra.size());
  EXPECT_EQ(events_of(extra), "payload_extra_data ");
  std::string cut = ike(0x20, 34, 8, {{40, "nonce"}});
  cut[31] = 99;
  EXPECT_EQ(events_of(cut), "malformed_data ");
  EXPECT_EQ(events_of(ike(0x20, 34, 8, {{33, from_hex("0000 00ff 0101")}})), "malformed_data ");
  EXPECT_EQ(events_of(ike(0x10, 2, 0, {{1, from_hex("00000001 00000001 0000 0003")}})), "malformed_data ");
  EXPECT_EQ(events_of(ike(0x20, 34, 8, {{41, "x"}})), "malformed_data ");
  EXPECT_EQ(events_of(ike(0x20, 34, 8, std::vector<Part>(65, {43, "v"}))), "too_many_payloads ");
}

TEST(Ike, AMessageWhoseLengthIsWrongIsAnEventWithinASession) {
  Talk talk;
  talk.client(ike(0x20, 34, 8, {{40, "nonce"}}));
  talk.client(ike(0x20, 34, 8, {{40, "nonce"}}) + "x");
  EXPECT_EQ(talk.lines().back(), "event to_server malformed_data");
  EXPECT_EQ(talk.last_status(), Status::malformed);
}

TEST(Ike, ThroughATranslatorItStandsBehindAMarker) {
  Talk talk;
  talk.client(std::string(4, '\0') + ike(0x20, 34, 8, {{40, "nonce"}}));
  EXPECT_EQ(talk.fields().at("ike.exchtype"), std::vector<std::string>{"34"});
  talk.client("\xff");  // a keepalive
  for (int i = 0; i < 16; ++i) {
    EXPECT_FALSE(talk.stopped());
    talk.server("\xcb\xb7\xa0\xc6" + std::string(60, 'e'));  // ESP
  }
  EXPECT_TRUE(talk.stopped());
}

TEST(Ike, ASessionIsNotReadForEver) {
  Talk talk;
  for (int i = 0; i < 127; ++i) talk.client(ike(0x20, 37, 8, {{46, std::string(40, 'x')}}));
  EXPECT_FALSE(talk.stopped());
  talk.client(ike(0x20, 37, 8, {{46, std::string(40, 'x')}}));
  EXPECT_TRUE(talk.stopped());
}

TEST(Ike, IsRecognisedByContentAlone) {
  const auto look = [](const std::string& bytes) { return probe(kToServer, as_bytes(bytes), 0); };
  const std::string v1 = ike(0x10, 2, 0, {{1, v1_association(kV1Transform)}}), v2 = ike(0x20, 34, 8, {{40, "nonce"}});
  EXPECT_EQ(look(v1), Probe::yes);
  EXPECT_EQ(look(v2), Probe::yes);
  EXPECT_EQ(look(std::string(4, '\0') + v2), Probe::yes);
  EXPECT_EQ(look(v2 + "x"), Probe::no);
  EXPECT_EQ(look(ike(0x20, 2, 8, {{40, "nonce"}})), Probe::no);      // an exchange of the other version
  EXPECT_EQ(look(ike(0x20, 34, 0x80, {{40, "nonce"}})), Probe::no);  // reserved flags
  EXPECT_EQ(look(ike(0x21, 34, 8, {{40, "nonce"}})), Probe::no);
  EXPECT_EQ(look(std::string(8, '\0') + v2.substr(8)), Probe::no);
  EXPECT_EQ(look(std::string(200, '\x20')), Probe::no);
  EXPECT_EQ(look("\xff"), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::ike
