// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>

#include "decode/decoder.hpp"
#include "ips/compile/test_rule.hpp"
#include "support/packet_builder.hpp"

namespace gatehouse::ips::compile::test {
namespace {

using gatehouse::test::as_raw;
using gatehouse::test::Frame;
using gatehouse::test::PacketBuilder;

// Frames as they come from the wire, asked by one keyword.
class HeaderTest : public ::testing::Test {
 protected:
  bool holds(std::string_view written, const PacketBuilder& built) {
    TestRule rule;
    EXPECT_TRUE(rule.add(written)) << written << ": " << rule.reason();
    const Frame frame = built.build();
    const RawPacket raw = as_raw(frame);
    decode::Settings settings;
    settings.verify_checksums = verify;
    decode::Decoder decoder{settings};
    Scene scene;
    scene.packet = &decoder.decode(raw).back();
    EXPECT_TRUE(rule.builder.signature.packet_only) << written;
    return rule.holds(scene);
  }
  static PacketBuilder v4(const gatehouse::test::Ipv4Spec& spec = {}) {
    return PacketBuilder().ethernet().ipv4("192.0.2.1", "192.0.2.2", spec);
  }
  static PacketBuilder v6() { return PacketBuilder().ethernet().ipv6("2001:db8::1", "2001:db8::2"); }
  static PacketBuilder tcp(const gatehouse::test::TcpSpec& spec) { return v4().tcp(1000, 80, spec); }
  bool verify = true;
};

TEST_F(HeaderTest, NumbersOfIp) {
  const auto packet = v4({.ttl = 5, .id = 300}).udp(1, 2);
  EXPECT_TRUE(holds("ttl:5", packet));
  EXPECT_TRUE(holds("ttl:<6", packet));
  EXPECT_FALSE(holds("ttl:>5", packet));
  EXPECT_TRUE(holds("id:300", packet));
  EXPECT_FALSE(holds("id:301", packet));
  EXPECT_FALSE(holds("id:0", PacketBuilder(v6()).udp(1, 2))) << "IPv6 has none";
  EXPECT_TRUE(holds("tos:0", packet));
  EXPECT_FALSE(holds("tos:!0", packet));
  EXPECT_TRUE(holds("tos:!x10", packet));
  EXPECT_FALSE(is_taken("ttl:256"));
  EXPECT_FALSE(is_taken("tos:300"));
}

TEST_F(HeaderTest, ProtocolByNumberAndName) {
  const auto packet = v4().udp(1, 2);
  EXPECT_TRUE(holds("ip_proto:17", packet));
  EXPECT_TRUE(holds("ip_proto:\"udp\"", packet));
  EXPECT_TRUE(holds("ip_proto:UDP", packet));
  EXPECT_TRUE(holds("ip_proto:!6", packet));
  EXPECT_TRUE(holds("ip_proto:>6", packet));
  EXPECT_FALSE(holds("ip_proto:gre", packet));
  EXPECT_NE(why_refused("ip_proto:nonsense").find("nonsense"), std::string::npos);
  EXPECT_FALSE(is_taken("ip_proto:256"));
}

TEST_F(HeaderTest, OptionsOfIp) {
  const auto routed = v4({.options = {7, 7, 4, 0, 0, 0, 0}}).udp(1, 2);
  EXPECT_TRUE(holds("ipopts:rr", routed));
  EXPECT_FALSE(holds("ipopts:ssrr", routed));
  EXPECT_TRUE(holds("ipopts:any", routed));
  EXPECT_FALSE(holds("ipopts:any", PacketBuilder(v4()).udp(1, 2)));
  EXPECT_FALSE(is_taken("ipopts:zz"));
}

// Bits and offset from the header's bytes: the decoder holds fragments back.
TEST(Fragments, BitsAndOffset) {
  std::uint8_t header[20] = {0x45};
  Packet packet;
  packet.has_ip = true;
  packet.src = packet.dst = *IpAddress::parse("192.0.2.1");
  packet.ip_header = header;
  Scene scene;
  scene.packet = &packet;
  const auto holds = [&](std::string_view written, std::uint8_t high, std::uint8_t low) {
    header[6] = high, header[7] = low;
    TestRule rule;
    EXPECT_TRUE(rule.add(written)) << rule.reason();
    return rule.holds(scene);
  };
  EXPECT_TRUE(holds("fragbits:M", 0x20, 0));
  EXPECT_FALSE(holds("fragbits:M", 0x60, 0));
  EXPECT_TRUE(holds("fragbits:+M", 0x60, 0));
  EXPECT_FALSE(holds("fragbits:+MD", 0x20, 0));
  EXPECT_TRUE(holds("fragbits:*MD", 0x20, 0));
  EXPECT_TRUE(holds("fragbits:!D", 0x20, 0));
  EXPECT_FALSE(holds("fragbits:!D", 0x40, 0));
  EXPECT_TRUE(holds("fragbits:R", 0x80, 0));
  EXPECT_TRUE(holds("fragoffset:258", 0x21, 2));
  EXPECT_TRUE(holds("fragoffset:!0", 0x21, 2));
  EXPECT_FALSE(holds("fragoffset:>0", 0x20, 0));
  EXPECT_FALSE(is_taken("fragbits:X"));
  EXPECT_FALSE(is_taken("fragbits:+"));
}

TEST_F(HeaderTest, SameEnds) {
  EXPECT_FALSE(holds("sameip", PacketBuilder(v4()).udp(1, 2)));
  EXPECT_TRUE(holds("sameip", PacketBuilder().ethernet().ipv4("192.0.2.1", "192.0.2.1").udp(1, 2)));
}

TEST_F(HeaderTest, FlagsOfTcp) {
  using namespace tcp_flag;
  const auto with = [](std::uint8_t flags) { return tcp({.flags = flags}); };
  EXPECT_TRUE(holds("tcp.flags:S", with(syn)));
  EXPECT_FALSE(holds("tcp.flags:S", with(syn | ack)));
  EXPECT_TRUE(holds("flags:SA", with(syn | ack)));
  EXPECT_FALSE(holds("flags:S", with(syn | cwr | ece)));
  EXPECT_TRUE(holds("flags:S,12", with(syn | cwr | ece)));
  EXPECT_TRUE(holds("flags: S,CE", with(syn | ece)));
  EXPECT_TRUE(holds("flags:R,A", with(rst | ack)));
  EXPECT_TRUE(holds("flags:+S", with(syn | ack)));
  EXPECT_FALSE(holds("flags:+SF", with(syn | ack)));
  EXPECT_TRUE(holds("flags:*SF", with(syn | ack)));
  EXPECT_FALSE(holds("flags:*SF", with(ack)));
  EXPECT_TRUE(holds("flags:!S", with(ack)));
  EXPECT_FALSE(holds("flags:!S", with(syn | ack)));
  EXPECT_TRUE(holds("flags:0", with(0)));
  EXPECT_FALSE(holds("flags:S", PacketBuilder(v4()).udp(1, 2)));
  for (const auto* wrong : {"flags:Z", "flags:", "flags:S,X", "flags:S,1,2", "flags:+!S"})
    EXPECT_FALSE(is_taken(wrong)) << wrong;
}

TEST_F(HeaderTest, NumbersAndOptionsOfTcp) {
  const auto packet = tcp({.seq = 100, .ack = 4'294'967'295u, .window = 512, .options = {2, 4, 5, 180, 1, 3, 3, 7}});
  EXPECT_TRUE(holds("seq:100", packet));
  EXPECT_TRUE(holds("tcp.ack:4294967295", packet));
  EXPECT_TRUE(holds("window:512", packet));
  EXPECT_FALSE(holds("tcp.window:!512", packet));
  EXPECT_TRUE(holds("tcp.mss:1460", packet));
  EXPECT_TRUE(holds("tcp.mss:<1500", packet));
  EXPECT_TRUE(holds("tcp.wscale:7", packet));
  EXPECT_FALSE(holds("tcp.mss:<1500", tcp({}))) << "there is no option to compare";
  EXPECT_FALSE(holds("tcp.wscale:0", tcp({})));
}

TEST_F(HeaderTest, Icmp) {
  const auto echo = v4().icmpv4({.type = 8, .code = 0, .rest = 512u << 16 | 2216});
  EXPECT_TRUE(holds("itype:8", echo));
  EXPECT_TRUE(holds("icode:0", echo));
  EXPECT_TRUE(holds("icmp_id:512", echo));
  EXPECT_TRUE(holds("icmp_seq:2216", echo));
  EXPECT_FALSE(holds("icmp_id:0", PacketBuilder(v4()).icmpv4({.type = 11}))) << "it has no identifier";
  EXPECT_TRUE(holds("itype:>10", PacketBuilder(v4()).icmpv4({.type = 11})));
  EXPECT_TRUE(holds("icmpv6.mtu:1280", PacketBuilder(v6()).icmpv6({.type = 2, .rest = 1280})));
  EXPECT_FALSE(holds("icmpv6.mtu:1280", PacketBuilder(v6()).icmpv6({.type = 128, .rest = 1280})));
  EXPECT_FALSE(holds("itype:8", tcp({})));
}

TEST_F(HeaderTest, ChecksumsWhetherTheDecoderVerifiesOrNot) {
  for (const bool verifies : {true, false}) {
    verify = verifies;
    const auto good = tcp({}), bad = tcp({.checksum = std::uint16_t{1}});
    EXPECT_TRUE(holds("tcpv4-csum:valid", good));
    EXPECT_FALSE(holds("tcpv4-csum:invalid", good));
    EXPECT_TRUE(holds("tcpv4-csum:invalid", bad));
    EXPECT_FALSE(holds("tcpv6-csum:invalid", bad));
    EXPECT_TRUE(holds("ipv4-csum:valid", good));
    EXPECT_TRUE(holds("ipv4-csum:invalid", PacketBuilder(v4({.checksum = std::uint16_t{1}})).udp(1, 2)));
    EXPECT_TRUE(holds("udpv4-csum:valid", PacketBuilder(v4()).udp(1, 2).payload("odd")));
    EXPECT_TRUE(holds("udpv6-csum:invalid", PacketBuilder(v6()).udp(1, 2, {.checksum = std::uint16_t{7}})));
    const auto without = v4().udp(1, 2, {.checksum = std::uint16_t{0}});
    EXPECT_FALSE(holds("udpv4-csum:valid", without));
    EXPECT_FALSE(holds("udpv4-csum:invalid", without));
    EXPECT_TRUE(holds("icmpv4-csum:valid", PacketBuilder(v4()).icmpv4()));
    EXPECT_TRUE(holds("icmpv6-csum:valid", PacketBuilder(v6()).icmpv6()));
    EXPECT_TRUE(holds("icmpv6-csum:invalid", PacketBuilder(v6()).icmpv6({.type = 128, .checksum = std::uint16_t{7}})));
  }
  EXPECT_FALSE(is_taken("ipv4-csum:maybe"));
}

TEST_F(HeaderTest, Vlan) {
  const auto tagged = PacketBuilder().ethernet().vlan(200).vlan(300).vlan(400).ipv4("192.0.2.1", "192.0.2.2").udp(1, 2);
  const auto plain = v4().udp(1, 2);
  for (const auto* right :
       {"vlan.id:200,0", "vlan.id:300", "vlan.id:400,-1", "vlan.id:0x12C,1", "vlan.id:!200,1", "vlan.id:!500,all",
        "vlan.id:>100,all", "vlan.id:100-600,2", "vlan.layers:3", "vlan.layers:>2", "vlan.id:200,-3"})
    EXPECT_TRUE(holds(right, tagged)) << right;
  for (const auto* wrong : {"vlan.id:200,1", "vlan.id:500", "vlan.id:!300,all", "vlan.layers:1"})
    EXPECT_FALSE(holds(wrong, tagged)) << wrong;
  EXPECT_TRUE(holds("vlan.layers:0", plain));
  EXPECT_FALSE(holds("vlan.id:!500,all", plain));
  EXPECT_FALSE(holds("vlan.id:0,0", plain));
  for (const auto* refused : {"vlan.id:5000", "vlan.id:1,3", "vlan.id:1,-4", "vlan.id:1,2,3", "vlan.layers:4"})
    EXPECT_FALSE(is_taken(refused)) << refused;
}

TEST(IpVersion, OfARuleIsOne) {
  TestRule rule;
  EXPECT_TRUE(rule.add("l3_proto:ipv4"));
  EXPECT_EQ(rule.builder.signature.ip_version, 4);
  EXPECT_FALSE(rule.add("l3_proto:ip6"));
  EXPECT_FALSE(is_taken("l3_proto:ipx"));
}

TEST(HeaderKeywords, AreFalseWithoutAPacket) {
  for (const auto* written :
       {"ttl:0", "ipopts:any", "fragbits:!D", "sameip", "tcp.flags:0", "ipv4-csum:valid", "vlan.id:0"}) {
    TestRule rule;
    ASSERT_TRUE(rule.add(written)) << written;
    EXPECT_FALSE(rule.holds(Scene{})) << written;
  }
}

}  // namespace
}  // namespace gatehouse::ips::compile::test
