// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dnp3/dnp3.hpp"

#include <gtest/gtest.h>

#include "proto/dnp3/session.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

using test::from_hex;
constexpr auto to_server = Direction::to_server, to_client = Direction::to_client;

std::string with_checksum(std::string block) {
  const std::uint16_t check = checksum(as_bytes(block));
  block += static_cast<char>(check & 0xff);
  block += static_cast<char>(check >> 8);
  return block;
}

// IEEE 1815, 9.2: a frame of unconfirmed user data. `control` 0x44: from an outstation, 0xc4: from a master.
std::string frame(std::uint8_t control, const std::string& data) {
  const bool master = (control & 0x80) != 0;
  std::string header = from_hex("05 64");
  header += static_cast<char>(5 + data.size());
  header += static_cast<char>(control);
  header += master ? from_hex("0a 00 01 00") : from_hex("01 00 0a 00");  // outstation 10, master 1
  std::string bytes = with_checksum(header);
  for (std::size_t at = 0; at < data.size(); at += kBlock) bytes += with_checksum(data.substr(at, kBlock));
  return bytes;
}
// A fragment in one segment; behind it transport octet: final, first.
std::string request(std::string_view hex) {
  return frame(0xc4, from_hex("c0") + from_hex(hex));
}
std::string response(std::string_view hex) {
  return frame(0x44, from_hex("c0") + from_hex(hex));
}

// Read classes 1, 2, 3 and 0.
const std::string kPoll = request("c3 01  3c 02 06  3c 03 06  3c 04 06  3c 01 06");
// Two binary inputs from 4 on, and the analog input 7 by its index.
const std::string kAnswer = response("c3 81 80 00  01 02 00 04 05 81 02  1e 01 17 01 07 01 fe ff ff ff");
// Select the relay 5: latch on, once.
const std::string kSelect = request("c4 03  0c 01 28 01 00  05 00  03 01 64 00 00 00 64 00 00 00 00");

std::string told(Direction direction, const std::string& bytes) {
  test::SessionDriver driver{protocol};
  driver.feed(direction, bytes);
  return driver.text();
}

TEST(Dnp3, ARequestIsARecord) {
  EXPECT_EQ(told(to_server, request("c3 01  3c 02 06")),
            "log dnp3 {\"dnp3\":{\"type\":\"request\",\"control\":{\"dir\":true,\"pri\":true,\"fcb\":false,"
            "\"fcv\":false,\"function_code\":4},\"src\":1,\"dst\":10,\"application\":{\"control\":{\"fir\":true,"
            "\"fin\":true,\"con\":false,\"uns\":false,\"sequence\":3},\"function_code\":1,\"objects\":[{\"group\":60,"
            "\"variation\":2,\"qualifier\":6,\"prefix_code\":0,\"range_code\":6,\"start\":0,\"stop\":0,\"count\":0}],"
            "\"complete\":true}}}\n");
}

TEST(Dnp3, AResponseListsItsPoints) {
  const std::string text = told(to_client, kAnswer);
  EXPECT_NE(text.find("{\"prefix\":0,\"index\":4,\"online\":1,\"restart\":0,\"comm_lost\":0,\"remote_forced\":0,"
                      "\"local_forced\":0,\"chatter_filter\":0,\"reserved\":0,\"state\":1}"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("{\"prefix\":7,\"index\":7,\"online\":1,\"restart\":0,\"comm_lost\":0,\"remote_forced\":0,"
                      "\"local_forced\":0,\"over_range\":0,\"reference_err\":0,\"reserved0\":0,\"value\":-2}"),
            std::string::npos)
      << text;
  EXPECT_NE(text.find("\"iin\":{\"indicators\":[\"device_restart\"]}"), std::string::npos);
  EXPECT_NE(text.find("\"complete\":true"), std::string::npos);
}

TEST(Dnp3, PackedPointsShareOctets) {
  // Three double-bit inputs from 0 on: 2, 1, 3; then ten binary inputs from 8 on.
  const std::string text = told(to_client, response("c3 81 00 00  03 01 00 00 02 36  01 01 00 08 11 01 02"));
  for (const char* point : {"\"index\":0,\"state\":2", "\"index\":1,\"state\":1", "\"index\":2,\"state\":3",
                            "\"index\":8,\"state\":1", "\"index\":16,\"state\":0", "\"index\":17,\"state\":1"})
    EXPECT_NE(text.find(point), std::string::npos) << point << text;
}

TEST(Dnp3, FieldsOfARequest) {
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kSelect);
  const auto& fields = driver.fields();
  EXPECT_EQ(fields.at("dnp3.func").front(), "3");
  EXPECT_EQ(fields.at("dnp3.access").front(), "3");
  EXPECT_EQ(fields.at("dnp3.obj").front(), std::to_string(12 << 8 | 1));
  EXPECT_EQ(fields.at("dnp3.group").front(), "12");
  EXPECT_EQ(fields.at("dnp3.address").front(), "5");
  EXPECT_EQ(fields.at("dnp3.count").front(), "1");
  EXPECT_EQ(fields.at("dnp3.unit").front(), "10");
  EXPECT_EQ(fields.at("dnp3.src").front(), "1");
  EXPECT_EQ(fields.at("dnp3.dst").front(), "10");
  EXPECT_TRUE(fields.at("dnp3.data").front().starts_with("\xc4\x03\x0c")) << fields.at("dnp3.data").front();
}

TEST(Dnp3, AnOutstationSaysWhatItIs) {
  test::SessionDriver driver{protocol};
  // Device attributes 252 and 250: visible strings.
  driver.feed(to_client,
              response("c1 81 00 00  00 fc 00 00 00 01 04 41 43 4d 45  00 fa 00 00 00 01 05 52 54 55 2d 39"));
  EXPECT_EQ(driver.fields().at("dnp3.device.vendor").front(), "ACME");
  EXPECT_EQ(driver.fields().at("dnp3.device.model").front(), "RTU-9");
}

TEST(Dnp3, AFileIsNamed) {
  test::SessionDriver driver{protocol};
  // Delete "a.xml": 31 octets with their size in front.
  driver.feed(to_server, request("c9 1b  46 03 5b 01 1f 00  1a 00 05 00  00 00 00 00 00 00  00 00  00 00 00 00  "
                                 "00 00 00 00  00 00  00 00  1e 00  61 2e 78 6d 6c"));
  EXPECT_EQ(driver.fields().at("dnp3.filename").front(), "a.xml");
  EXPECT_NE(driver.text().find("\"size\":31"), std::string::npos);
  EXPECT_NE(driver.text().find("\"request_id\":30"), std::string::npos);
}

TEST(Dnp3, SegmentsArePutTogether) {
  const std::string fragment = from_hex("c3 81 00 00  01 02 00 00 01 81 01");
  const std::string first = frame(0x44, from_hex("45") + fragment.substr(0, 6));  // first, number 5
  const std::string second = frame(0x44, from_hex("86") + fragment.substr(6));    // final, number 6
  EXPECT_EQ(told(to_client, first + second), told(to_client, frame(0x44, from_hex("c0") + fragment)));
  // Out of sequence, nothing is told.
  EXPECT_EQ(told(to_client, first + frame(0x44, from_hex("87") + fragment.substr(6))), "");
}

// Each event, and the shortest bytes that raise it.
TEST(Dnp3, EachEventOnce) {
  std::string bad_header = kPoll, bad_block = kPoll;
  bad_header[8] = static_cast<char>(bad_header[8] ^ 1);
  bad_block[12] = static_cast<char>(bad_block[12] ^ 1);
  struct Case {
    std::string_view event;
    std::string bytes;
  };
  const Case cases[] = {
      {"len_too_small", from_hex("05 64 04 c4 0a 00 01 00 00 00")},
      {"len_too_small", frame(0xc4, "")},
      {"len_too_small", request("c3")},
      {"bad_link_crc", bad_header},
      {"bad_transport_crc", bad_block},
      {"unknown_object", request("c3 02  63 01 07 01 00")},
  };
  for (const Case& c : cases) {
    const std::string text = told(to_server, c.bytes);
    const auto at = text.find("event ");
    ASSERT_NE(at, std::string::npos) << c.event;
    EXPECT_EQ(text.substr(at, text.find('\n', at) - at), "event to_server " + std::string(c.event));
    EXPECT_EQ(text.find("event ", at + 1), std::string::npos) << text;
  }
}

// As many segments as it takes, each of 240 octets.
std::string segments(const std::string& fragment) {
  std::string bytes;
  constexpr std::size_t kSegment = 240;
  for (std::size_t at = 0, i = 0; at < fragment.size(); at += kSegment, ++i) {
    const bool first = at == 0, final = at + kSegment >= fragment.size();
    const char transport = static_cast<char>((first ? 0x40 : 0) | (final ? 0x80 : 0) | (i & 0x3f));
    bytes += frame(0xc4, transport + fragment.substr(at, kSegment));
  }
  return bytes;
}

TEST(Dnp3, LimitsAreEvents) {
  // 16,392 packed points in 2,049 octets.
  const std::string points = from_hex("c3 02 01 01 01 00 00 07 40") + std::string(2049, '\0');
  EXPECT_TRUE(told(to_server, segments(points)).starts_with("event to_server too_many_points\n"));
  std::string objects = from_hex("c3 01");
  for (unsigned i = 0; i <= kMaxObjects; ++i) objects += from_hex("3c 02 06");
  EXPECT_TRUE(told(to_server, segments(objects)).starts_with("event to_server too_many_objects\n"));
  const std::string text = told(to_server, segments(std::string(kMaxFragment + 1, '\0')));
  EXPECT_EQ(text, "event to_server too_long_reassembly\n");
}

TEST(Dnp3, AFloodIsAnEventAndItsRestIsNotLogged) {
  test::SessionDriver driver{protocol};
  for (unsigned i = 0; i < kMaxUnanswered + 8; ++i) driver.feed(to_server, kPoll);
  EXPECT_EQ(driver.lines().size(), kMaxUnanswered + 2u);
  EXPECT_EQ(driver.lines()[kMaxUnanswered], "event to_server flooded");
  driver.feed(to_client, kAnswer);
  driver.feed(to_server, kPoll);
  EXPECT_EQ(driver.lines().size(), kMaxUnanswered + 4u);
}

TEST(Dnp3, ConfirmationsAreNotLogged) {
  EXPECT_EQ(told(to_server, request("c3 00")), "");
}

TEST(Dnp3, TheNextFrameIsFoundBehindWhatIsNone) {
  const std::string text = told(to_server, "noise" + kPoll);
  EXPECT_TRUE(text.starts_with("event to_server bad_link_crc\nlog dnp3")) << text;
  test::SessionDriver driver{protocol};
  driver.feed(to_server, kPoll.substr(0, 7));
  driver.gap(to_server, 5);
  driver.feed(to_server, kPoll.substr(0, 3) + kPoll);
  EXPECT_EQ(driver.lines().size(), 1u) << driver.text();
}

TEST(Dnp3, AStreamGivesTheSameInAnyChunks) {
  test::expect_same_in_any_chunks(protocol, {{to_server, kPoll + kSelect}, {to_client, kAnswer + "x" + kAnswer}});
  test::expect_prefixes_need_more(protocol, to_server, kSelect);
}

TEST(Dnp3, DatagramsAreFramesToo) {
  test::SessionDriver driver{protocol, true};
  driver.datagram(to_server, as_bytes(kPoll));
  EXPECT_EQ(driver.lines().size(), 1u);
  driver.datagram(to_server, as_bytes(kPoll.substr(0, 14)));
  EXPECT_EQ(driver.lines().back(), "event to_server len_too_small");
}

TEST(Dnp3, TheChecksumRecognisesIt) {
  const auto probe = protocol.detector.probe;
  EXPECT_EQ(probe(to_server, as_bytes(kPoll), 4000), Probe::yes);
  EXPECT_EQ(probe(to_client, as_bytes(kAnswer), 4000), Probe::yes);
  EXPECT_EQ(probe(to_server, as_bytes(kPoll.substr(0, 9)), 20000), Probe::need_more);
  std::string other = kPoll;
  other[9] = static_cast<char>(other[9] ^ 0x10);
  for (const std::string& bytes : {other, std::string("\x05\x01\x00"), std::string("GET / HTTP/1.1\r\n")})
    EXPECT_EQ(probe(to_server, as_bytes(bytes), 20000), Probe::no);
}

}  // namespace
}  // namespace gatehouse::proto::dnp3
