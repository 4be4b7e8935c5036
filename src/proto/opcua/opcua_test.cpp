// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/opcua/opcua.hpp"

#include <gtest/gtest.h>

#include "support/session_driver.hpp"

namespace gatehouse::proto::opcua {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

std::string le32(std::size_t n) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(n >> 8 * i & 0xff));
  return bytes;
}
std::string text(const std::string& value) {
  return le32(value.size()) + value;
}
std::string chunk(const std::string& type, const std::string& body) {
  return type + le32(8 + body.size()) + body;
}
// Channel 5, token 1, number 51, request 7; then the encoding's number.
std::string message(unsigned type, const std::string& body, const std::string& kind = "MSGF") {
  return chunk(kind, from_hex("05000000 01000000 33000000 07000000  01 00") + static_cast<char>(type & 255) +
                         static_cast<char>(type >> 8) + body);
}
// Token of the session as a number, time, handle, no diagnostics, no audit, 5 s, nothing more.
const std::string kRequestHeader =
    from_hex("02 0100 11223344  0000000000000000  01000000 00000000 ffffffff 88130000  00 00 00");
const std::string kResponseHeader = from_hex("0000000000000000 01000000 00000000  00 00000000  00 00 00");
const std::string kUrl = "opc.tcp://plc.example:4840";

const std::string kHello = chunk("HELF", from_hex("00000000 00000100 00000100 00000000 00000000") + text(kUrl));
const std::string kAcknowledge = chunk("ACKF", from_hex("00000000 00000100 00000100 00000000 00000000"));
std::string open(const std::string& policy, const std::string& body) {
  return chunk("OPNF", le32(0) + text("http://opcfoundation.org/UA/SecurityPolicy#" + policy) +
                           from_hex("ffffffff ffffffff 01000000 01000000") + body);
}
const std::string kOpen =
    open("None", from_hex("01 00 be01") + kRequestHeader + from_hex("00000000 00000000 01000000 ffffffff 80ee3600"));
// Reads the value of ns=2;s=Boiler and the name of ns=0;i=2258.
const std::string kRead = message(
    631, kRequestHeader + from_hex("0000000000000000 02000000  02000000") + from_hex("03 0200") + text("Boiler") +
             from_hex("0d000000 ffffffff 0000 ffffffff") + from_hex("01 00 d208  03000000 ffffffff 0000 ffffffff"));
// Writes a double to ns=2;s=Boiler and an array of three integers to ns=3;i=9.
const std::string kWrite =
    message(673, kRequestHeader + le32(2) + from_hex("03 0200") + text("Boiler") +
                     from_hex("0d000000 ffffffff  01 0b 0000000000004940") +
                     from_hex("02 0300 09000000  0d000000 ffffffff  01 86 03000000 010000000200000003000000"));
const std::string kCall = message(712, kRequestHeader + le32(1) + from_hex("03 0200") + text("Pump") +
                                           from_hex("03 0200") + text("Start") + from_hex("00000000"));
const std::string kCreateSession =
    message(461, kRequestHeader + text("urn:client") + text("urn:product") + from_hex("02") + text("Panel") +
                     from_hex("01000000 ffffffff ffffffff ffffffff ffffffff") + text(kUrl));
const std::string kEndpoints =
    message(431, kResponseHeader + le32(1) + text(kUrl) + text("urn:server") + text("urn:maker:plc9") + from_hex("03") +
                     text("en") + text("Boiler house"));

std::map<std::string, std::vector<std::string>> fields_of(const std::string& bytes) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, bytes);
  EXPECT_EQ(driver.text().find("event"), std::string::npos) << driver.text();
  return driver.fields();
}

TEST(OpcUa, AConnectionIsOpened) {
  const auto hello = fields_of(kHello);
  EXPECT_EQ(hello.at("opcua.message").front(), "0");
  EXPECT_EQ(hello.at("opcua.endpoint").front(), kUrl);
  const auto opened = fields_of(kOpen);
  EXPECT_EQ(opened.at("opcua.security_policy").front(), "None");
  EXPECT_EQ(opened.at("opcua.security_mode").front(), "1");
  EXPECT_EQ(opened.at("opcua.function").front(), "446");
  EXPECT_EQ(opened.at("opcua.channel").front(), "0");
  EXPECT_EQ(fields_of(chunk("ERRF", from_hex("00007d80") + text("Full"))).at("opcua.reason").front(), "Full");
}

TEST(OpcUa, NodesAreRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kRead);
  EXPECT_EQ(
      driver.text(),
      "log opcua {\"opcua\":{\"message\":\"message\",\"channel\":5,\"request_id\":7,\"service\":\"read\",\"type\":"
      "\"request\",\"access\":\"read\",\"count\":2,\"nodes\":[{\"namespace\":2,\"id\":\"Boiler\",\"attribute\":"
      "\"value\"},{\"namespace\":0,\"id\":\"2258\",\"attribute\":\"browse_name\"}]}}\n");
}

TEST(OpcUa, NodesAreWritten) {
  const auto fields = fields_of(kWrite);
  EXPECT_EQ(fields.at("opcua.access").front(), "2");
  EXPECT_EQ(fields.at("opcua.count").front(), "2");
  EXPECT_EQ(fields.at("opcua.node"), (std::vector<std::string>{"Boiler", "9"}));
  EXPECT_EQ(fields.at("opcua.namespace").front(), "2");
  EXPECT_EQ(fields.at("opcua.attribute").front(), "13");
}

TEST(OpcUa, AMethodIsCalled) {
  const auto fields = fields_of(kCall);
  EXPECT_EQ(fields.at("opcua.access").front(), "3");
  EXPECT_EQ(fields.at("opcua.node"), (std::vector<std::string>{"Pump", "Start"}));
}

TEST(OpcUa, ApplicationsSayWhatTheyAre) {
  const auto client = fields_of(kCreateSession);
  EXPECT_EQ(client.at("opcua.application_name").front(), "Panel");
  EXPECT_EQ(client.at("opcua.endpoint").front(), kUrl);
  const auto server = fields_of(kEndpoints);
  EXPECT_EQ(server.at("opcua.application_uri").front(), "urn:server");
  EXPECT_EQ(server.at("opcua.product_uri").front(), "urn:maker:plc9");
  EXPECT_EQ(server.at("opcua.application_name").front(), "Boiler house");
  EXPECT_EQ(server.at("opcua.status").front(), "0");
}

TEST(OpcUa, OnlyTheFirstChunkOfAMessageBeginsIt) {
  const auto text = test::expect_same_in_any_chunks(
      protocol,
      {{to_server, kHello},
       {to_client, kAcknowledge},
       {to_server, kOpen},
       {to_server, message(673, kRequestHeader + le32(1), "MSGC") + message(0, std::string(9000, 'x'), "MSGC") +
                       message(0, "end") + kCall}},
      200);
  EXPECT_EQ(text.find("event"), std::string::npos) << text;
  EXPECT_NE(text.find("\"service\":\"call\""), std::string::npos) << text;
  test::expect_prefixes_need_more(protocol, to_server, kRead);
}

TEST(OpcUa, WhatIsEncryptedIsNotRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, open("Basic256Sha256", std::string(256, '\x9d')));
  EXPECT_EQ(driver.fields().at("opcua.security_policy").front(), "Basic256Sha256");
  driver.feed(to_server, chunk("MSGF", from_hex("05000000 01000000") + std::string(96, '\x8e')));
  EXPECT_TRUE(driver.stopped());
  EXPECT_EQ(driver.lines().size(), 1u) << driver.text();
}

TEST(OpcUa, SignedMessagesAreRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, open("Basic256Sha256", std::string(256, '\x9d')));
  driver.feed(to_server, message(473, kRequestHeader + '\1' + std::string(32, '\x77')));
  EXPECT_EQ(driver.fields().at("opcua.function").back(), "473");
}

TEST(OpcUa, EachEventOnce) {
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_chunk", "HELP ME!"},
      {"malformed_chunk", chunk("MSGX", "")},
      {"malformed_body", chunk("HELF", from_hex("00000000 00000100"))},
      {"malformed_body", message(631, kRequestHeader + from_hex("0000000000000000 02000000  02000000 03 0200"))},
      {"unknown_service", message(9, kRequestHeader)},
      {"too_many_nodes", message(
                             673, kRequestHeader + le32(33) +
                                      [] {
                                        std::string all;
                                        for (int i = 0; i < 33; ++i) all += from_hex("00 09 0d000000 ffffffff 00");
                                        return all;
                                      }())},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    ASSERT_FALSE(driver.lines().empty()) << event;
    EXPECT_EQ(driver.lines().front(), "event to_server " + event);
    EXPECT_EQ(driver.text().find("event ", 6), std::string::npos) << driver.text();
  }
}

TEST(OpcUa, IsRecognisedByItsChunks) {
  const auto probe = protocol.detector.probe;
  for (const auto& bytes : {kHello, kAcknowledge, kOpen, kRead, kWrite}) {
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4000), Probe::yes);
    EXPECT_EQ(probe(to_server, as_bytes(bytes.substr(0, 7)), 4000), Probe::need_more);
  }
  for (const std::string& bytes : {std::string("HELO mail.example\r\n"), std::string("HELF12345678"), chunk("ACKC", ""),
                                   std::string("MSGF\4\0\0\0", 8), std::string("ERROR")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 4840), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::opcua
