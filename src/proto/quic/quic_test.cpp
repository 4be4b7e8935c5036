// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/quic.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/quic/session.hpp"
#include "proto/quic/test_packets.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::quic {
namespace {

using namespace test_packets;
using test::from_hex;
using testing::HasSubstr;
using testing::Not;
constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;

struct Talk : test::SessionDriver {
  Talk() : SessionDriver(protocol, true) {}
  void client(const std::string& datagram) { this->datagram(kToServer, as_bytes(datagram)); }
  void server(const std::string& datagram) { this->datagram(kToClient, as_bytes(datagram)); }
};

std::string hex(Bytes bytes) {
  std::string text;
  for (const std::uint8_t b : bytes) {
    constexpr char digits[] = "0123456789abcdef";
    text += digits[b >> 4];
    text += digits[b & 15];
  }
  return text;
}

TEST(QuicKeys, AreThoseOfTheStandardsExamples) {
  InitialKeys keys;
  ASSERT_TRUE(derive_initial_keys(traits_of(version::v1), as_bytes(kClientId), keys));  // RFC 9001, A.1
  EXPECT_EQ(hex(keys.client.key), "1f369613dd76d5467730efcbe3b1a22d");
  EXPECT_EQ(hex(keys.client.iv), "fa044b2f42a3fd3b46fb255c");
  EXPECT_EQ(hex(keys.client.header), "9f50449e04a0e810283a1e9933adedd2");
  EXPECT_EQ(hex(keys.server.key), "cf3a5331653c364c88f0f379b6067e37");
  EXPECT_EQ(hex(keys.server.iv), "0ac1493ca1905853b0bba03e");
  EXPECT_EQ(hex(keys.server.header), "c206b8d9b9f0f37644430b490eeaa314");
  ASSERT_TRUE(derive_initial_keys(traits_of(version::v2), as_bytes(kClientId), keys));  // RFC 9369, A.1
  EXPECT_EQ(hex(keys.client.key), "8b1a0bc121284290a29e0971b5cd045d");
  EXPECT_EQ(hex(keys.server.header), "edf6d05c83121201b436e16877593c3a");
}

TEST(Quic, AHelloTellsWhereItGoes) {
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("cam.vendor.example"))));
  EXPECT_EQ(talk.fields().at("quic.sni"), std::vector<std::string>{"cam.vendor.example"});
  EXPECT_EQ(talk.fields().at("quic.alpn"), (std::vector<std::string>{"h3", "h3-29"}));
  EXPECT_EQ(talk.fields().at("quic.version"), std::vector<std::string>{std::string("\0\0\0\1", 4)});
  EXPECT_EQ(talk.fields().at("quic.type"), std::vector<std::string>{"0"});
  EXPECT_EQ(talk.fields().at("quic.ech"), std::vector<std::string>{"0"});
  EXPECT_EQ(talk.fields().at("ja3.string"), std::vector<std::string>{"771,4865-49195,0-16-10-43-57,29,"});
  EXPECT_EQ(talk.fields().at("ja3.hash").front().size(), 32u);
  EXPECT_EQ(talk.fields().at("ja4.hash").front().substr(0, 10), "q13d0205h3");
  ASSERT_EQ(talk.lines().size(), 1u);
  EXPECT_THAT(talk.text(), HasSubstr(R"({"quic":{"version":"1","sni":"cam.vendor.example","ja3":{"hash":)"));
  EXPECT_THAT(
      talk.text(),
      HasSubstr(
          R"("extensions":[{"name":"server_name","type":0,"values":["cam.vendor.example"]},{"name":"alpn","type":16,"values":["h3","h3-29"]})"));
}

TEST(Quic, BothHellosAreAllThereIsToRead) {
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("a.example"))));
  EXPECT_FALSE(talk.stopped());
  talk.server(server_initial(crypto(0, server_hello_message())));
  EXPECT_EQ(talk.fields().at("ja3s.string"), std::vector<std::string>{"771,4865,43-51"});
  EXPECT_EQ(talk.fields().at("quic.cipher"), std::vector<std::string>{"4865"});
  EXPECT_TRUE(talk.stopped());
}

TEST(Quic, TheStandardsServerPacketIsRead) {  // RFC 9001, A.3
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("example.com"))));
  talk.server(from_hex(R"(
    cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a99f5ede4cf7
    3c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cdd93795d77d06edbb7aaf2f
    58891850abbdca3d20398c276456cbc42158407dd074ee)"));
  EXPECT_EQ(talk.fields().at("ja3s.string"), std::vector<std::string>{"771,4865,51-43"});
}

TEST(Quic, AHelloCutAndShuffledOverPacketsIsPutTogether) {
  const std::string hello = hello_message("shuffled.example");
  const auto part = [&](std::size_t from, std::size_t to) { return crypto(from, hello.substr(from, to - from)); };
  Talk talk;
  talk.client(client_initial(part(60, 90) + std::string("\0\1\0", 3) + part(85, hello.size()) + "\x01" + part(20, 40)));
  EXPECT_EQ(talk.fields().count("quic.sni"), 0u);
  talk.client(client_initial(part(30, 62) + part(0, 25)));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "shuffled.example");
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
  Talk whole;
  whole.client(client_initial(crypto(0, hello)));
  EXPECT_EQ(talk.lines().back(), whole.lines().back());
}

TEST(Quic, TheSecondCopyOfAPieceChangesNothing) {
  const std::string hello = hello_message("first.example");
  std::string other = hello;
  other.replace(other.find("first"), 5, "other");
  Talk talk;
  talk.client(
      client_initial(crypto(20, hello.substr(20)) + crypto(20, other.substr(20)) + crypto(0, hello.substr(0, 30))));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "first.example");
}

TEST(Quic, PacketsOfOneDatagramAreReadOneByOne) {
  const std::string hello = hello_message("two.example");
  Packet packet{.destination = kClientId, .source = "", .token = "tok", .frames = crypto(0, hello.substr(0, 50))};
  std::string datagram = seal(packet, true, kClientId);
  packet.frames = crypto(50, hello.substr(50));
  datagram += seal(packet, true, kClientId);
  Talk talk;
  talk.client(padded(datagram));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "two.example");
}

TEST(Quic, ARetryChangesTheKeys) {
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("a.example"))));
  talk.server(from_hex("ff 00000001 00 04 cafebabe") + "token" + std::string(16, 't'));
  EXPECT_EQ(talk.fields().at("quic.type").back(), "3");
  const std::string id = "\xca\xfe\xba\xbe";
  talk.client(padded(seal(
      {.destination = id, .source = "", .token = "token", .frames = crypto(0, hello_message("a.example"))}, true, id)));
  talk.server(server_initial(crypto(0, server_hello_message()), version::v1, id));
  EXPECT_EQ(talk.lines().size(), 4u);
  EXPECT_EQ(talk.fields().at("ja3s.string").size(), 1u);
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
  EXPECT_TRUE(talk.stopped());
}

TEST(Quic, ARetryThatNobodySawChangesTheKeysToo) {
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("a.example").substr(0, 40))));
  const std::string id = "another1";
  talk.client(padded(seal(
      {.destination = id, .source = "", .token = "token", .frames = crypto(0, hello_message("b.example"))}, true, id)));
  EXPECT_EQ(talk.fields().at("quic.sni"), std::vector<std::string>{"b.example"});
}

TEST(Quic, AServerMayChangeTheVersion) {  // RFC 9369, 4.1: the keys are still of the client's first connection id
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("a.example"))));
  talk.server(server_initial(crypto(0, server_hello_message()), version::v2));
  EXPECT_EQ(talk.fields().at("quic.version").back(), "\x6b\x33\x43\xcf");
  EXPECT_EQ(talk.fields().at("ja3s.string").size(), 1u);
  EXPECT_THAT(talk.text(), HasSubstr("\"version\":\"6b3343cf\""));
}

TEST(Quic, AVersionMayBeRefused) {
  Talk talk;
  talk.client(padded(from_hex("c0 1a2a3a4a 08 0102030405060708 00")));
  talk.server(from_hex("80 00000000 00 08 0102030405060708 00000001 6b3343cf"));
  EXPECT_EQ(talk.fields().at("quic.type").back(), "4");
  talk.client(client_initial(crypto(0, hello_message("a.example"))));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "a.example");
}

TEST(Quic, EveryKnownVersionIsOpened) {
  for (const std::uint32_t version : {version::v1, version::v2, 0xff000016u, 0xff00001bu, 0xff00001du, 0xff000022u,
                                      0xfaceb001u, 0xfaceb002u, 0xfaceb00eu, 0x54303531u}) {
    Talk talk;
    talk.client(client_initial(crypto(0, hello_message("a.example")), version));
    EXPECT_EQ(talk.fields().count("quic.sni"), 1u) << std::hex << version;
  }
}

TEST(Quic, AHelloRetryRequestIsFollowedByTheHellosThatCount) {
  using namespace tls::test_bytes;
  const std::string retry =
      message(2, number(0x0303, 2) + from_hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c") +
                     vector8("") + number(0x1301, 2) + std::string(1, '\0') + vector16(ext(43, list16({0x0304}))));
  const std::string first = hello_message("a.example");
  for (const std::string name : {"a.example", "b.example"}) {
    Talk talk;
    talk.client(client_initial(crypto(0, first)));
    talk.server(server_initial(crypto(0, retry)));
    EXPECT_FALSE(talk.stopped());
    talk.client(client_initial(crypto(first.size(), hello_message(name))));
    talk.server(server_initial(crypto(retry.size(), server_hello_message())));
    EXPECT_TRUE(talk.stopped());
    EXPECT_EQ(talk.text().find("event to_server server_name_changed") != std::string::npos, name == "b.example");
  }
}

TEST(Quic, BehindBothHellosTheClientsOwnPacketsEndIt) {
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("a.example"))));
  talk.client("\x43" + std::string(60, 'x'));
  EXPECT_TRUE(talk.stopped());
}

TEST(Quic, ASessionThatNeverShowsItsHelloIsGivenUp) {
  Talk talk;
  for (unsigned i = 0; i < kMaxDatagrams; ++i) {
    EXPECT_FALSE(talk.stopped());
    talk.client(client_initial(crypto(5, "piece")));
  }
  EXPECT_TRUE(talk.stopped());
}

TEST(Quic, APacketThatItsKeysDoNotOpenIsAnEvent) {
  std::string changed = client_initial(crypto(0, hello_message("a.example")));
  changed[100] = static_cast<char>(changed[100] ^ 1);
  Talk talk;
  talk.client(changed);
  EXPECT_THAT(talk.text(), HasSubstr("event to_server failed_decrypt"));
  EXPECT_EQ(talk.last_status(), Status::malformed);
}

TEST(Quic, AServersPacketWithoutTheClientsIsNoFault) {
  Talk talk;
  talk.server(server_initial(crypto(0, server_hello_message())));
  EXPECT_THAT(talk.text(), Not(HasSubstr("event")));
}

TEST(Quic, WhatDoesNotBelongIntoAnInitialPacketIsAnEvent) {
  for (const std::string& frames :
       {std::string("\x1d garbage"), crypto(0, std::string(40, 'x')), std::string("\x06\xff\xff\xff\xff"),
        "\x02" + varint(3) + varint(0) + varint(9) + varint(0)}) {
    Talk talk;
    talk.client(padded(seal({.destination = kClientId, .source = "", .token = "", .frames = frames}, true, kClientId)));
    EXPECT_THAT(talk.text(), HasSubstr("event to_server error_on_data"));
  }
}

TEST(Quic, AcknowledgementsAndAnEndAreNoFault) {
  Talk talk;
  talk.client(client_initial(crypto(0, hello_message("a.example"))));
  talk.server(server_initial("\x03" + varint(9) + varint(1) + varint(1) + varint(2) + varint(0) + varint(1) +
                             varint(1) + varint(2) + varint(3) + crypto(0, server_hello_message())));
  EXPECT_EQ(talk.fields().count("ja3s.string"), 1u);
  Talk refused;
  refused.client(client_initial(crypto(0, hello_message("a.example"))));
  refused.server(server_initial("\x1c\x02\x00 refused"));
  EXPECT_THAT(refused.text(), Not(HasSubstr("event")));
}

TEST(Quic, AHelloLongerThanIsKeptIsAnEvent) {
  Talk talk;
  talk.client(client_initial(crypto(kMaxCrypto - 4, "piece")));
  EXPECT_THAT(talk.text(), HasSubstr("event to_server crypto_frag_too_long"));
  Talk announced;
  announced.client(client_initial(crypto(0, std::string("\x01\x01\x00\x00", 4))));
  EXPECT_THAT(announced.text(), HasSubstr("event to_server crypto_frag_too_long"));
}

TEST(Quic, AnUnsoundHelloIsAnEventAndStillTellsItsName) {
  using namespace tls::test_bytes;
  Talk talk;
  talk.client(
      client_initial(crypto(0, message(1, client_hello_body(server_name("a.example") + server_name("b.example"))))));
  EXPECT_THAT(talk.text(), HasSubstr("event to_server invalid_hello"));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "a.example");
}

// ---- gQUIC

std::string google_hello(const std::vector<std::pair<std::string, std::string>>& entries,
                         std::string_view kind = "CHLO") {
  const auto little = [](std::size_t value, int octets) {
    std::string bytes;
    for (int i = 0; i < octets; ++i) bytes.push_back(static_cast<char>(value >> (8 * i)));
    return bytes;
  };
  const auto tag = [](std::string text) {
    text.resize(4);
    return text;
  };
  std::string list, values;
  for (const auto& [name, value] : entries) {
    values += value;
    list += tag(name) + little(values.size(), 4);
  }
  return tag(std::string(kind)) + little(entries.size(), 2) + std::string(2, '\0') + list + values;
}
const std::vector<std::pair<std::string, std::string>> kInchoate{{"PAD", std::string(900, '-')},
                                                                 {"SNI", "g.example"},
                                                                 {"VER", "Q043"},
                                                                 {"CCS", "12345678"},
                                                                 {"PDMD", "X509"},
                                                                 {"ICSL", "aaaa"},
                                                                 {"MIDS", "dddd"},
                                                                 {"CFCW", "aaaa"},
                                                                 {"SFCW", "bbbb"}};

// Flags with version and connection id, a packet number of one octet, the hash; STREAM frame of stream 1 with length.
std::string q043(const std::string& hello) {
  return "\x09" + kClientId + "Q043" + "\x01" + std::string(12, 'h') + "\xa0\x01" + number(hello.size(), 2) + hello;
}

TEST(Quic, AHelloOfGooglesOwnTellsNameAndCyu) {
  Talk talk;
  talk.client(q043(google_hello(kInchoate)));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "g.example");
  EXPECT_EQ(talk.fields().at("quic.version").front(), "Q043");
  // The example that CYU was published with.
  EXPECT_EQ(talk.fields().at("quic.cyu.string").front(), "43,PAD-SNI-VER-CCS-PDMD-ICSL-MIDS-CFCW-SFCW");
  EXPECT_EQ(talk.fields().at("quic.cyu.hash").front(), "e030dea1f2eea44ac7db5fe4de792acd");
  EXPECT_THAT(talk.text(), HasSubstr(R"({"quic":{"version":"Q043","sni":"g.example","cyu":[{"hash":"e030de)"));
}

TEST(Quic, TheFullHelloOfGooglesOwnStandsFurtherOnInTheStream) {
  auto full = kInchoate;
  full.emplace_back("UAID", "Chrome/73 Linux");
  full.emplace_back("PUBS", "key");
  const std::string hello = google_hello(full);
  Talk talk;
  talk.client(q043(google_hello(kInchoate)));
  // Q046: a long header; STREAM with an offset of two octets.
  talk.client("\xc0Q046\x50" + kClientId + "\x02" + std::string(12, 'h') + "\xa4\x01\x04" + std::string(1, '\0') +
              number(hello.size(), 2) + hello);
  EXPECT_EQ(talk.fields().at("quic.ua").front(), "Chrome/73 Linux");
  EXPECT_EQ(talk.fields().at("quic.cyu.string").back().substr(0, 7), "46,PAD-");
}

TEST(Quic, NumbersOfOlderVersionsAreLittleEndian) {
  const std::string hello = google_hello(kInchoate);
  std::string old = q043(hello);
  old.replace(old.find("Q043"), 4, "Q035");
  std::swap(old[1 + 8 + 4 + 1 + 12 + 2], old[1 + 8 + 4 + 1 + 12 + 3]);
  Talk talk;
  talk.client(old);
  EXPECT_EQ(talk.fields().at("quic.cyu.string").front().substr(0, 7), "35,PAD-");
}

TEST(Quic, Q050IsProtectedAndSpeaksTags) {
  Talk talk;
  talk.client(client_initial("\x08" + varint(0) + varint(google_hello(kInchoate).size()) + google_hello(kInchoate),
                             0x51303530));
  EXPECT_EQ(talk.fields().at("quic.sni").front(), "g.example");
  EXPECT_THAT(talk.text(), HasSubstr("\"version\":\"Q050\""));
}

// ---- recognition

Probe look(const std::string& datagram, Direction direction = kToServer) {
  const bool first = protocol.detector.first_bytes[index(direction)].has(static_cast<std::uint8_t>(datagram[0]));
  return first ? probe(direction, as_bytes(datagram), 0) : Probe::no;
}

TEST(Quic, IsRecognisedByContentAlone) {
  EXPECT_EQ(look(client_initial(crypto(0, hello_message("a.example")))), Probe::yes);
  EXPECT_EQ(look(client_initial(crypto(0, hello_message("a.example")), 0xfaceb002)), Probe::yes);
  EXPECT_EQ(look(server_initial(crypto(0, server_hello_message())), kToClient), Probe::yes);
  EXPECT_EQ(look(q043(google_hello(kInchoate))), Probe::yes);
  EXPECT_EQ(look(padded(from_hex("c0 1a2a3a4a 08 0102030405060708 00"))), Probe::yes);
  EXPECT_EQ(look(from_hex("80 00000000 00 08 0102030405060708 00000001"), kToClient), Probe::yes);
}

TEST(Quic, WhatOnlyLooksLikeItIsNotClaimed) {
  EXPECT_EQ(look(from_hex("c0 1a2a3a4a 08 0102030405060708 00")), Probe::no);                  // too short a beginning
  EXPECT_EQ(look(from_hex("80 00000001 08 0102030405060708 00 00 41 00") + "xx"), Probe::no);  // no fixed bit
  EXPECT_EQ(look(from_hex("c0 00000001 08 0102030405060708 00 00 44 00") + std::string(40, 'x')), Probe::no);
  EXPECT_EQ(look(from_hex("c0 00000001 15") + std::string(1200, 'x')), Probe::no);  // an id of 21 octets
  EXPECT_EQ(look(from_hex("80 00000000 00 08 0102030405060708 deadbeef"), kToClient), Probe::no);
  EXPECT_EQ(look("\x09" + kClientId + "Q099" + std::string(80, 'x')), Probe::no);
  EXPECT_EQ(look("\xc9" + std::string(1300, '\xff')), Probe::no);
  EXPECT_EQ(look("\x80" + std::string(1300, '\0'), kToClient), Probe::no);
  EXPECT_EQ(look(from_hex("1603010200010001fc0303")), Probe::no);                   // TLS
  EXPECT_EQ(look(from_hex("8000 0001 0000 0000 1234 5678 9abc def0")), Probe::no);  // RTP
}

}  // namespace
}  // namespace gatehouse::proto::quic
