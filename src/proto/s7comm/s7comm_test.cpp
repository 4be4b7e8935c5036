// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/s7comm/s7comm.hpp"

#include <gtest/gtest.h>

#include "proto/tpkt/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::s7comm {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

std::string big16(std::size_t value) {
  return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
}
// One packet of user data; `mark`: 0x80 ends the unit.
std::string packet(const std::string& data, std::uint8_t mark = 0x80) {
  return from_hex("03 00") + big16(7 + data.size()) + from_hex("02 f0") + static_cast<char>(mark) + data;
}
std::string message(std::uint8_t kind, const std::string& parameters, const std::string& data = {}) {
  const bool answers = kind == 2 || kind == 3;
  return packet(from_hex("32") + static_cast<char>(kind) + from_hex("00 00 01 00") + big16(parameters.size()) +
                big16(data.size()) + (answers ? from_hex("00 00") : "") + parameters + data);
}

// A programmer asks for the CPU in rack 0, slot 2.
const std::string kConnect = from_hex("03 00 00 16 11 e0 00 00 00 01 00 c0 01 0a c1 02 01 00 c2 02 01 02");
const std::string kConfirm = from_hex("03 00 00 16 11 d0 00 01 00 02 00 c0 01 0a c1 02 01 00 c2 02 01 02");
const std::string kSetup = message(1, from_hex("f0 00 00 01 00 01 01 e0"));
const std::string kSetupAnswer = message(3, from_hex("f0 00 00 01 00 01 00 f0"));
// Read 16 bytes of DB 5 from byte 20 on, and one bit of the inputs, I 1.3.
const std::string kRead =
    message(1, from_hex("04 02  12 0a 10 02 00 10 00 05 84 00 00 a0  12 0a 10 01 00 01 00 00 81 00 00 0b"));
const std::string kStop = message(1, from_hex("29 00 00 00 00 00 09") + "P_PROGRAM");
const std::string kStart = message(1, from_hex("28 00 00 00 00 00 00 fd 00 00 09") + "P_PROGRAM");

TEST(S7comm, AReadIsARecord) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kConnect + kRead);
  EXPECT_EQ(
      driver.text(),
      "log s7comm {\"s7comm\":{\"kind\":\"job\",\"pdu_reference\":256,\"function\":4,\"function_name\":\"read\","
      "\"access\":\"read\",\"called_tsap\":258,\"calling_tsap\":256,\"items\":[{\"syntax\":16,\"area\":\"db\","
      "\"db\":5,\"address\":20,\"bit\":0,\"count\":16},{\"syntax\":16,\"area\":\"inputs\",\"address\":1,\"bit\":3,"
      "\"count\":1}]}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("s7comm.kind").front(), "1");
  EXPECT_EQ(fields.at("s7comm.function").front(), "4");
  EXPECT_EQ(fields.at("s7comm.access").front(), "1");
  EXPECT_EQ(fields.at("s7comm.area").front(), "132");
  EXPECT_EQ(fields.at("s7comm.db").front(), "5");
  EXPECT_EQ(fields.at("s7comm.address").front(), "20");
  EXPECT_EQ(fields.at("s7comm.count").front(), "16");
  EXPECT_EQ(fields.at("s7comm.unit").front(), "2");
  EXPECT_EQ(fields.at("s7comm.tsap").front(), "258");
}

TEST(S7comm, StoppingAndStartingAreToldApart) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kStop + kStart);
  driver.feed(to_server, message(1, from_hex("28 00 00 00 00 00 00 fd 00 00 05") + "_INSE"));  // a block is taken in
  EXPECT_EQ(driver.fields().at("s7comm.access"), (std::vector<std::string>{"6", "5", "4"}));
  EXPECT_EQ(driver.fields().at("s7comm.name"), (std::vector<std::string>{"P_PROGRAM", "_INSE"}));
}

TEST(S7comm, ABlockThatIsLoadedIsNamed) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, message(1, from_hex("1d 00 00 00 00 00 00 00 09") + "_0800001A"));
  EXPECT_EQ(driver.fields().at("s7comm.name").front(), "_0800001A");
  EXPECT_EQ(driver.fields().at("s7comm.access").front(), "4");
}

std::string padded(std::string text, std::size_t size) {
  text.resize(size, '\0');
  return text;
}
// An answer that holds records of a list of the system status.
std::string status_list(std::uint16_t list, std::size_t record, const std::string& records) {
  const std::string data = big16(list) + big16(0) + big16(record) + big16(records.size() / record) + records;
  return message(7, from_hex("00 01 12 08 12 84 01 01 00 00 00 00"), from_hex("ff 09") + big16(data.size()) + data);
}

TEST(S7comm, ADeviceSaysWhatItIs) {
  test::SessionDriver driver{protocol};
  const std::string order = "6ES7 315-2EH14-0AB0 ";
  driver.feed(to_client, status_list(0x11, 28,
                                     big16(1) + order + from_hex("00 c0 00 04 00 01") + big16(7) + order +
                                         from_hex("00 c0 56 03 02 06")));
  driver.feed(to_client, status_list(0x1c, 34,
                                     big16(1) + padded("Press 4", 32) + big16(5) + padded("S C-X4U421302009", 32) +
                                         big16(7) + padded("CPU 315-2 PN/DP", 32)));
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("s7comm.device.order_number").front(), "6ES7 315-2EH14-0AB0");
  EXPECT_EQ(fields.at("s7comm.device.firmware").front(), "V3.2.6");
  EXPECT_EQ(fields.at("s7comm.device.name").front(), "Press 4");
  EXPECT_EQ(fields.at("s7comm.device.serial").front(), "S C-X4U421302009");
  EXPECT_EQ(fields.at("s7comm.device.type").front(), "CPU 315-2 PN/DP");
  EXPECT_EQ(fields.at("s7comm.szl"), (std::vector<std::string>{"17", "28"}));
  EXPECT_EQ(fields.at("s7comm.access").front(), "7");
  EXPECT_EQ(fields.at("s7comm.group").front(), "4");
  EXPECT_EQ(fields.at("s7comm.subfunction").front(), "1");
  EXPECT_NE(driver.text().find("\"serial\":\"S C-X4U421302009\",\"module_type\":\"CPU 315-2 PN/DP\""),
            std::string::npos);
}

TEST(S7comm, ARefusalHasItsError) {
  test::SessionDriver driver{protocol};
  driver.feed(to_client, packet(from_hex("32 03 00 00 01 00 00 02 00 00 85 00 04 00")));
  EXPECT_EQ(driver.fields().at("s7comm.error").front(), std::to_string(0x8500));
  EXPECT_NE(driver.text().find("\"error_class\":133"), std::string::npos);
}

TEST(S7comm, UnitsArePutTogether) {
  const std::string data = kRead.substr(7);
  test::SessionDriver parts{protocol}, whole{protocol};
  parts.feed(to_server, packet(data.substr(0, 9), 0) + packet(data.substr(9)));
  whole.feed(to_server, kRead);
  EXPECT_EQ(parts.text(), whole.text());
}

// Each event, and the shortest bytes that raise it.
TEST(S7comm, EachEventOnce) {
  std::string endless;
  for (std::size_t i = 0; i <= tpkt::kMaxUnit; i += 1000) endless += packet(std::string(1000, 'x'), 0);
  const std::pair<std::string, std::string> cases[] = {
      {"malformed_packet", "GET / HTTP/1.1"},
      {"malformed_message", from_hex("03 00 00 08 09 f0 80 32")},
      {"malformed_message", packet(from_hex("32 01 00 00 01 00 00 20 00 00 04"))},
      {"malformed_message", message(1, from_hex("04 01 13 0a 10 02 00 10 00 05 84 00 00 a0"))},
      {"unit_too_long", endless},
  };
  for (const auto& [event, bytes] : cases) {
    test::SessionDriver driver{protocol};
    driver.feed(to_server, bytes);
    const std::string text = driver.text();
    EXPECT_TRUE(text.starts_with("event to_server " + event + "\n")) << event << text;
    EXPECT_EQ(text.find("event ", 1), std::string::npos) << text;
  }
}

TEST(S7comm, BehindLostBytesTheNextPacketIsRead) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kSetup);
  driver.gap(to_server, 300);
  driver.feed(to_server, "rest of something");
  driver.feed(to_server, kRead);
  EXPECT_EQ(driver.lines().size(), 2u) << driver.text();
}

TEST(S7comm, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{to_server, kConnect},
                                             {to_client, kConfirm},
                                             {to_server, kSetup},
                                             {to_client, kSetupAnswer},
                                             {to_server, kRead + kStop}});
  test::expect_prefixes_need_more(protocol, to_server, kRead);
}

// S7comm-plus, version 1: create an object, of session 0x120.
const std::string kCreate =
    packet(from_hex("72 01 00 10  31 00 00 04 ca 00 00 00 01 00 00 01 20 36 00 00  72 01 00 00"));

TEST(S7commPlus, AFunctionIsARecord) {
  test::SessionDriver driver{plus_protocol};
  driver.feed(to_server, kConnect + kCreate);
  EXPECT_EQ(driver.text(),
            "log s7comm_plus {\"s7comm_plus\":{\"version\":1,\"opcode\":\"request\",\"function\":1226,"
            "\"function_name\":\"create_object\",\"access\":\"program\",\"sequence\":1,"
            "\"session\":288}}\n");
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("s7comm-plus.function").front(), "1226");
  EXPECT_EQ(fields.at("s7comm-plus.access").front(), "4");
  EXPECT_EQ(fields.at("s7comm-plus.opcode").front(), "49");
  EXPECT_EQ(fields.at("s7comm-plus.version").front(), "1");
}

TEST(S7commPlus, BehindADigestStandsTheFunction) {
  test::SessionDriver driver{plus_protocol};
  driver.feed(to_server, packet(from_hex("72 03 00 31 20") + std::string(32, '\x5a') +
                                from_hex("31 00 00 05 42 00 00 00 02 00 00 03 a5 34 00 00")));
  EXPECT_EQ(driver.fields().at("s7comm-plus.function").front(), std::to_string(0x542));
  EXPECT_EQ(driver.fields().at("s7comm-plus.access").front(), "2");
}

TEST(S7commPlus, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(plus_protocol, {{to_server, kConnect + kCreate}, {to_client, kConfirm}});
}

TEST(S7comm, WhatIsInsideTellsThemApart) {
  const auto classic = protocol.detector.probe, plus = plus_protocol.detector.probe;
  EXPECT_EQ(classic(to_server, as_bytes(kConnect), 102), Probe::need_more);
  EXPECT_EQ(classic(to_server, as_bytes(kConnect + kSetup), 4000), Probe::yes);
  EXPECT_EQ(classic(to_client, as_bytes(kConfirm + kSetupAnswer), 4000), Probe::yes);
  EXPECT_EQ(classic(to_server, as_bytes(kRead), 4000), Probe::yes);
  EXPECT_EQ(classic(to_server, as_bytes(kConnect + kCreate), 4000), Probe::no);
  EXPECT_EQ(plus(to_server, as_bytes(kConnect + kCreate), 4000), Probe::yes);
  EXPECT_EQ(plus(to_server, as_bytes(kConnect + kSetup), 4000), Probe::no);
  const std::string mms = packet(from_hex("0d a0 05 06 13 01 00 16 01 02"));  // a session connects
  const std::string rdp = packet(from_hex("7f 65 82 01 be"));                 // an MCS connect
  for (const std::string& other : {mms, rdp, kConnect + mms, kConnect + rdp, std::string("\x03\x00\x00", 3) + "text"})
    EXPECT_EQ(classic(to_server, as_bytes(other), 102), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::s7comm
