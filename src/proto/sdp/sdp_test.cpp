// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sdp/sdp.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace gatehouse::proto::sdp {
namespace {

// RFC 8866, 5: every letter once.
constexpr std::string_view kCall =
    "v=0\r\n"
    "o=door 1 2 IN IP4 192.0.2.10\r\n"
    "s=Somebody rings\r\n"
    "i=at the door\r\n"
    "u=https://things.example/\r\n"
    "e=door@things.example\r\n"
    "p=+1 617 555-6011\r\n"
    "c=IN IP4 192.0.2.10\r\n"
    "b=AS:64\r\n"
    "t=0 0\r\n"
    "r=7d 1h 0 25h\r\n"
    "z=2882844526 -1h\r\n"
    "k=prompt\r\n"
    "a=tool:bell 1.0\r\n"
    "m=audio 30000 RTP/AVP 0 8\r\n"
    "a=rtpmap:0 PCMU/8000\r\n"
    "m=video 40000/2 RTP/SAVP 96\r\n"
    "i=camera\r\n"
    "c=IN IP6 2001:db8::10\r\n"
    "b=AS:512\r\n"
    "k=clear:x\r\n"
    "a=rtcp:41000\r\n"
    "a=sendonly\r\n";

std::string written(const Description& description) {
  std::vector<char> room(1 << 16);
  JsonWriter json{room};
  json.open_object();
  description.write(json);
  json.close_object();
  return std::string(json.text());
}

TEST(Sdp, IsWrittenWhole) {
  Description description;
  ASSERT_TRUE(description.parse(as_bytes(kCall)));
  EXPECT_EQ(written(description),
            R"({"sdp":{"version":0,"origin":"door 1 2 IN IP4 192.0.2.10","session_name":"Somebody rings",)"
            R"("session_info":"at the door","uri":"https://things.example/","email":"door@things.example",)"
            R"("phone_number":"+1 617 555-6011","connection_data":"IN IP4 192.0.2.10","bandwidths":["AS:64"],)"
            R"("time_descriptions":[{"time":"0 0","repeat_time":"7d 1h 0 25h"}],"timezone":"2882844526 -1h",)"
            R"("encryption_key":"prompt","attributes":["tool:bell 1.0"],)"
            R"("media_descriptions":[{"media":"audio 30000 RTP/AVP 0 8","attributes":["rtpmap:0 PCMU/8000"]},)"
            R"({"media":"video 40000/2 RTP/SAVP 96","media_info":"camera","connection_data":"IN IP6 2001:db8::10",)"
            R"("bandwidths":["AS:512"],"encryption_key":"clear:x","attributes":["rtcp:41000","sendonly"]}]}})");
}

TEST(Sdp, MediaSayWhereTheyAreSent) {
  Description description;
  ASSERT_TRUE(description.parse(as_bytes(kCall)));
  ASSERT_EQ(description.media_count(), 2u);
  const auto audio = description.describe(0), video = description.describe(1);
  EXPECT_TRUE(audio->is_rtp());
  EXPECT_EQ(audio->kind, "audio");
  EXPECT_EQ(audio->port, 30000);
  EXPECT_EQ(audio->control_port, 30001);
  EXPECT_EQ(audio->address, IpAddress::parse("192.0.2.10"));
  EXPECT_EQ(video->port, 40000);
  EXPECT_EQ(video->control_port, 41000);
  EXPECT_EQ(video->address, IpAddress::parse("2001:db8::10"));
  EXPECT_FALSE(description.describe(2));
}

TEST(Sdp, ControlMayShareItsPort) {
  Description description;
  ASSERT_TRUE(description.parse(
      as_bytes(std::string_view("v=0\no=- 1 1 IN IP4 a.example\nm=audio 9 UDP/TLS/RTP/SAVPF 111\na=rtcp-mux\n"))));
  EXPECT_FALSE(description.describe(0)->control_apart);
  EXPECT_TRUE(description.describe(0)->is_rtp());
  EXPECT_EQ(description.describe(0)->address.version, 0);
}

TEST(Sdp, AttributesByName) {
  Description description;
  ASSERT_TRUE(description.parse(as_bytes(kCall)));
  EXPECT_EQ(description.attribute("tool"), "bell 1.0");
  EXPECT_EQ(description.attribute("too"), "");
  EXPECT_EQ(description.attribute("sendonly"), "");
}

TEST(Sdp, WhatIsNoDescription) {
  Description description;
  for (const std::string_view text : {"", "v=1\r\no=a\r\n", "v=0\r\n", "v=0\r\ns=x\r\n", "<xml/>"})
    EXPECT_FALSE(description.parse(as_bytes(text))) << text;
}

TEST(Sdp, ALineThatIsNoneEndsIt) {
  Description description;
  ASSERT_TRUE(description.parse(as_bytes(std::string_view("v=0\r\no=a\r\ns=x\r\n--part\r\na=later\r\n"))));
  EXPECT_EQ(description.session('s'), "x");
  EXPECT_FALSE(description.session('a'));
}

TEST(Sdp, NoMoreThanSoManyMedia) {
  std::string text = "v=0\r\no=a\r\n";
  for (unsigned i = 0; i <= kMaxMedia; ++i) text += "m=audio " + std::to_string(5000 + i) + " RTP/AVP 0\r\n";
  Description description;
  ASSERT_TRUE(description.parse(as_bytes(text)));
  EXPECT_EQ(description.media_count(), kMaxMedia);
  EXPECT_TRUE(description.too_many_media());
  EXPECT_EQ(description.describe(kMaxMedia - 1)->port, 5000 + kMaxMedia - 1);
}

}  // namespace
}  // namespace gatehouse::proto::sdp
