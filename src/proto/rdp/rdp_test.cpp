// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rdp/rdp.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/asn1/test_bytes.hpp"
#include "proto/rdp/message.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::rdp {
namespace {

using asn1::test::octets;
using asn1::test::seq;
using test::from_hex;
using test::SessionDriver;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr Direction kUp = Direction::to_server;
constexpr Direction kDown = Direction::to_client;

std::string be16(std::size_t n) {
  return {static_cast<char>(n >> 8), static_cast<char>(n)};
}
std::string le(std::uint64_t n, int octets) {
  std::string bytes;
  for (; octets > 0; --octets, n >>= 8) bytes += static_cast<char>(n & 0xff);
  return bytes;
}
std::string padded(std::string bytes, std::size_t size) {
  bytes.resize(size);
  return bytes;
}
std::string utf16(std::string_view ascii) {
  std::string bytes;
  for (const char c : ascii) bytes += {c, '\0'};
  return bytes;
}
std::string tpkt(const std::string& unit) {
  return from_hex("03 00") + be16(unit.size() + 4) + unit;
}
std::string connection(char code, const std::string& variable) {
  return tpkt(std::string{static_cast<char>(variable.size() + 6), code} + from_hex("00 00 12 34 00") + variable);
}
std::string request(const std::string& variable) {
  return connection('\xe0', variable);
}
std::string confirm(const std::string& variable) {
  return connection('\xd0', variable);
}
std::string negotiation(int kind, std::uint32_t value) {
  return le(static_cast<unsigned>(kind), 1) + le(0, 1) + le(8, 2) + le(value, 4);
}
const std::string kCookie = "Cookie: mstshash=operator\r\n";

// [MS-RDPBCGR], 2.2.1.3.1
std::string block(unsigned type, const std::string& body) {
  return le(type, 2) + le(body.size() + 4, 2) + body;
}
// 2.2.1.3.2: version 5, 1920 × 1080, German keyboard, Windows 7.
std::string core(const std::string& optional) {
  return le(0x00080004, 4) + le(1920, 2) + le(1080, 2) + le(0xca01, 2) + le(0xaa03, 2) + le(0x0407, 4) + le(7601, 4) +
         padded(utf16("HMI7"), 32) + le(4, 4) + le(0, 4) + le(12, 4) + std::string(64, '\0') + optional;
}
const std::string kOptional = le(0xca03, 2) + le(1, 2) + le(0, 4) + le(24, 2) + le(7, 2) + le(0x0003, 2) +
                              padded(utf16("55274-OEM-0011903-00107"), 64);
std::string channels(unsigned count) {
  std::string body = le(count, 4);
  for (unsigned i = 0; i < count; ++i) body += padded(i == 0 ? "rdpdr" : "cliprdr", 8) + le(0x80800000, 4);
  return block(0xc003, body);
}
// 2.2.1.3: T.125's Connect-Initial around T.124's ConferenceCreateRequest around the blocks.
std::string connect_initial(const std::string& blocks) {
  const std::string gcc = from_hex("00 05 00 14 7c 00 01") + be16(0x8000 | (blocks.size() + 14)) +
                          from_hex("00 08 00 10 00 01 c0 00") + "Duca" + be16(0x8000 | blocks.size()) + blocks;
  const std::string parameters = seq(asn1::test::number(34));
  const std::string body = octets("\x01") + octets("\x01") + asn1::test::value(asn1::boolean, "\xff") + parameters +
                           parameters + parameters + octets(gcc);
  return tpkt(from_hex("02 f0 80 7f 65 82") + be16(body.size()) + body);
}
const std::string kConnectResponse = tpkt(from_hex("02 f0 80 7f 66 03 0a 01 00"));

TEST(Rdp, AConnectionWithoutTls) {
  SessionDriver driver{protocol};
  driver.feed(kUp, request(kCookie));
  driver.feed(kDown, confirm(""));
  driver.feed(kUp, connect_initial(block(0xc001, core(kOptional)) + block(0xc004, le(1, 4)) + channels(2)));
  driver.feed(kDown, kConnectResponse);
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log rdp {"rdp":{"tx_id":0,"event_type":"initial_request","cookie":"operator"}})",
                          R"(log rdp {"rdp":{"tx_id":1,"event_type":"initial_response"}})",
                          R"(log rdp {"rdp":{"tx_id":2,"event_type":"connect_request","client":{"version":"v5",)"
                          R"("desktop_width":1920,"desktop_height":1080,"color_depth":24,"keyboard_layout":"de-DE",)"
                          R"("build":"Windows 7 SP1","client_name":"HMI7","keyboard_type":"enhanced",)"
                          R"("function_keys":12,"product_id":1,"capabilities":["support_errinfo_pdf",)"
                          R"("want_32bpp_session"],"id":"55274-OEM-0011903-00107"},"channels":["rdpdr","cliprdr"]}})",
                          R"(log rdp {"rdp":{"tx_id":3,"event_type":"connect_response"}})"));
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.fields().at("rdp.cookie"), ElementsAre("operator"));
  EXPECT_THAT(driver.fields().at("rdp.client_name"), ElementsAre("HMI7"));
  EXPECT_THAT(driver.fields().at("rdp.client_build"), ElementsAre("7601"));
  EXPECT_THAT(driver.fields().at("rdp.client_software"), ElementsAre("Windows 7 SP1"));
  EXPECT_THAT(driver.fields().at("rdp.client_id"), ElementsAre("55274-OEM-0011903-00107"));
  EXPECT_THAT(driver.fields().at("rdp.keyboard_layout"), ElementsAre("1031"));
  EXPECT_THAT(driver.fields().at("rdp.channels"), ElementsAre("rdpdr", "cliprdr"));
}

TEST(Rdp, WhereTlsIsSelectedTheFlowIsTls) {
  SessionDriver driver{protocol};
  driver.feed(kUp, request("Cookie: msts=3640205228.15629.0000\r\n" + negotiation(1, 3)));
  driver.feed(kDown, confirm(negotiation(2, 2)));
  EXPECT_THAT(driver.lines(),
              ElementsAre(R"(log rdp {"rdp":{"tx_id":0,"event_type":"initial_request"}})",
                          R"(log rdp {"rdp":{"tx_id":1,"event_type":"initial_response"}})", "change tls"));
  EXPECT_THAT(driver.fields().at("rdp.routing_token"), ElementsAre("3640205228.15629.0000"));
  EXPECT_THAT(driver.fields().at("rdp.requested_protocols"), ElementsAre("3"));
  EXPECT_THAT(driver.fields().at("rdp.protocol"), ElementsAre("2"));
}

TEST(Rdp, ARefusalEndsIt) {
  SessionDriver driver{protocol};
  driver.feed(kUp, request(negotiation(1, 0)));
  driver.feed(kDown, confirm(negotiation(3, 5)));
  EXPECT_EQ(driver.last_status(), Status::finished);
  EXPECT_THAT(driver.fields().at("rdp.failure"), ElementsAre("5"));
}

TEST(Rdp, WhatOldClientsSaySuffices) {
  SessionDriver driver{protocol};
  driver.feed(kUp, connect_initial(block(0xc001, core(""))));
  ASSERT_EQ(driver.lines().size(), 1u);
  EXPECT_THAT(driver.lines()[0],
              AllOf(HasSubstr(R"("color_depth":8)"), Not(HasSubstr("product_id")), Not(HasSubstr("channels"))));
}

TEST(Rdp, NamesOutsideAscii) {
  std::string named = core("");
  named.replace(20, 10, from_hex("dc 00 62 00 ac 20 3d d8 00 de"));  // Ü b € and a face beyond the first plane
  SessionDriver driver{protocol};
  driver.feed(kUp, connect_initial(block(0xc001, named)));
  EXPECT_THAT(driver.fields().at("rdp.client_name"), ElementsAre("Üb€😀"));
}

TEST(Rdp, EachEvent) {
  SessionDriver lost{protocol};
  lost.feed(kUp, "GET / HTTP/1.1\r\n");
  EXPECT_THAT(lost.lines(), ElementsAre("event to_server malformed_data"));
  SessionDriver wrong{protocol};
  wrong.feed(kDown, request(kCookie));
  EXPECT_THAT(wrong.lines(), ElementsAre("event to_client malformed_data"));
  SessionDriver small{protocol};
  small.feed(kUp, connect_initial(block(0xc001, "short")));
  EXPECT_THAT(small.lines(), ElementsAre("event to_server malformed_data"));
  SessionDriver many{protocol};
  many.feed(kUp, connect_initial(channels(kMaxChannels + 1)));
  EXPECT_THAT(many.lines(), ElementsAre("event to_server too_many_channels", HasSubstr("connect_request")));
}

TEST(Rdp, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{kUp, request(kCookie + negotiation(1, 0))},
                                             {kDown, confirm(negotiation(2, 0))},
                                             {kUp, connect_initial(block(0xc001, core(kOptional)) + channels(3))},
                                             {kDown, kConnectResponse}});
  test::expect_prefixes_need_more(protocol, kUp, request(kCookie + negotiation(1, 3)));
}

TEST(RdpProbe, KnowsAConnectionOnAnyPort) {
  const auto probe = [](Direction d, const std::string& bytes, std::uint16_t port = 4000) {
    return rdp::probe(d, as_bytes(bytes), port);
  };
  EXPECT_EQ(probe(kUp, request(kCookie)), Probe::yes);
  EXPECT_EQ(probe(kUp, request(negotiation(1, 11))), Probe::yes);
  EXPECT_EQ(probe(kDown, confirm(negotiation(2, 1))), Probe::yes);
  EXPECT_EQ(probe(kDown, confirm(negotiation(3, 2))), Probe::yes);
  EXPECT_EQ(probe(kUp, request(kCookie).substr(0, 15)), Probe::need_more);
  EXPECT_EQ(probe(kUp, request("")), Probe::no);
  EXPECT_EQ(probe(kUp, request(""), 3389), Probe::yes);
  EXPECT_EQ(probe(kDown, confirm(""), 3389), Probe::no);
  EXPECT_EQ(probe(kUp, request(from_hex("c0 01 0a c1 02 01 00 c2 02 01 02")), 3389), Probe::no);  // S7comm
  EXPECT_EQ(probe(kUp, "\x03 text that is long enough"), Probe::no);
}

std::string udp_start(std::uint32_t acknowledged, unsigned flags) {
  std::string bytes = le(acknowledged, 4) + be16(64) + be16(flags) + from_hex("bb ff 56 87") + be16(1232) + be16(1232);
  return padded(bytes, 1232);
}

TEST(RdpProbe, KnowsTheWayBesideIt) {
  const auto probe = [](Direction d, const std::string& bytes) { return probe_datagram(d, as_bytes(bytes), 4000); };
  EXPECT_EQ(probe(kUp, udp_start(0xffffffff, 0x1801)), Probe::yes);
  EXPECT_EQ(probe(kDown, udp_start(0x8756ffbb, 0x1005)), Probe::yes);
  EXPECT_EQ(probe(kUp, udp_start(0xffffffff, 0x1005)), Probe::no);
  EXPECT_EQ(probe(kUp, udp_start(0, 0x0001)), Probe::no);
  EXPECT_EQ(probe(kUp, udp_start(0xffffffff, 0x0001).substr(0, 200)), Probe::no);
  EXPECT_EQ(probe(kUp, std::string(1232, '\xff')), Probe::no);
  SessionDriver driver{protocol, true};
  driver.datagram(kUp, as_bytes(udp_start(0xffffffff, 1)));
  EXPECT_EQ(driver.last_status(), Status::finished);
}

}  // namespace
}  // namespace gatehouse::proto::rdp
