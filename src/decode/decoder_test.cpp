// SPDX-License-Identifier: GPL-3.0-or-later
#include "decode/decoder.hpp"

#include <gtest/gtest.h>

#include "support/packet_builder.hpp"

namespace gatehouse::decode {
namespace {

using namespace gatehouse::test;

constexpr auto kA = "192.0.2.1", kB = "198.51.100.2", kC = "10.0.0.1", kD = "10.0.0.2";
constexpr auto kA6 = "2001:db8::1", kB6 = "2001:db8:1::2";

std::string text(const IpAddress& ip) {
  return to_string(ip);
}

class DecoderTest : public ::testing::Test {
 protected:
  std::span<Packet> decode(const Frame& frame, LinkType link = LinkType::ethernet) {
    frame_ = frame;
    raw_ = as_raw(frame_, link);
    return decoder_.decode(raw_);
  }
  const Packet& only(const Frame& frame, LinkType link = LinkType::ethernet) {
    const auto packets = decode(frame, link);
    EXPECT_EQ(packets.size(), 1u);
    return packets[0];
  }

  Decoder decoder_;
  Frame frame_;
  RawPacket raw_;
};

TEST_F(DecoderTest, TcpOverIpv4) {
  const Packet& p =
      only(PacketBuilder()
               .ethernet()
               .ipv4(kA, kB, {.ttl = 61})
               .tcp(40000, 80, {.seq = 7, .ack = 9, .flags = tcp_flag::psh | tcp_flag::ack, .window = 512})
               .payload("GET / HTTP/1.1\r\n")
               .build());
  EXPECT_TRUE(p.events.empty());
  EXPECT_FALSE(p.invalid);
  EXPECT_FALSE(p.bad_checksum);
  EXPECT_EQ(text(p.src), kA);
  EXPECT_EQ(text(p.dst), kB);
  EXPECT_EQ(p.ttl, 61);
  EXPECT_TRUE(p.is_tcp());
  EXPECT_EQ(p.src_port, 40000);
  EXPECT_EQ(p.dst_port, 80);
  EXPECT_EQ(p.tcp.seq, 7u);
  EXPECT_EQ(p.tcp.ack, 9u);
  EXPECT_EQ(p.tcp.window, 512);
  EXPECT_EQ(p.tcp.flags, tcp_flag::psh | tcp_flag::ack);
  EXPECT_EQ(as_text(p.payload), "GET / HTTP/1.1\r\n");
  EXPECT_EQ(p.mac.size(), 12u);
  EXPECT_EQ(p.ethernet_type, 0x0800);
}

}  // namespace
}  // namespace gatehouse::decode
