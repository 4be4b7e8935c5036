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

TEST_F(DecoderTest, TcpOptions) {
  const Packet& syn =
      only(PacketBuilder()
               .ethernet()
               .ipv4(kA, kB)
               .tcp(1, 2, {.flags = tcp_flag::syn, .options = {2, 4, 5, 180, 4, 2, 8,  10, 0, 0, 0, 7, 0,
                                                               0, 0, 9, 1,   3, 3, 15, 34, 6, 1, 2, 3, 4}})
               .build());
  EXPECT_TRUE(syn.events.empty());
  EXPECT_EQ(syn.tcp.mss, 1460);
  EXPECT_TRUE(syn.tcp.sack_permitted);
  EXPECT_TRUE(syn.tcp.has_timestamp);
  EXPECT_EQ(syn.tcp.timestamp_value, 7u);
  EXPECT_EQ(syn.tcp.timestamp_echo, 9u);
  EXPECT_TRUE(syn.tcp.has_window_scale);
  EXPECT_EQ(syn.tcp.window_scale, 14);  // RFC 7323: 14 at most
  EXPECT_TRUE(syn.tcp.fast_open);

  Frame md5{19, 18};
  md5.resize(18);
  const Frame sack{5, 10, 0, 0, 0, 1, 0, 0, 0, 2};
  const Packet& ack = only(PacketBuilder().ethernet().ipv4(kA, kB).tcp(1, 2, {.options = join({sack, md5})}).build());
  EXPECT_TRUE(ack.tcp.has_md5);
  EXPECT_EQ(ack.tcp.sack_blocks.size(), 8u);
  EXPECT_FALSE(ack.tcp.has_window_scale) << "left from the packet before";
  EXPECT_EQ(ack.tcp.mss, 0);
}

TEST_F(DecoderTest, PaddingBehindIpIsCutOff) {
  Frame frame = PacketBuilder().ethernet().ipv4(kA, kB).udp(1, 2).payload("x").build();
  frame.resize(60);
  EXPECT_EQ(as_text(only(frame).payload), "x");
  frame = PacketBuilder().ethernet().ipv6(kA6, kB6).udp(1, 2).payload("y").build();
  frame.resize(80);
  EXPECT_EQ(as_text(only(frame).payload), "y");
}

TEST_F(DecoderTest, WhatIsBehindADatagramIsNotItsPayload) {
  Frame udp = PacketBuilder().ipv4(kA, kB).udp(1, 2).payload("x").build();
  udp.erase(udp.begin(), udp.begin() + 20);
  udp.insert(udp.end(), 5, 0xee);
  const Packet& p = only(PacketBuilder().ethernet().ipv4(kA, kB).raw(udp, 0, ip_protocol::udp).build());
  EXPECT_EQ(as_text(p.payload), "x");
  EXPECT_FALSE(p.bad_checksum);
}

TEST_F(DecoderTest, EveryLinkLeadsToTheSameDatagram) {
  struct Row {
    const char* about;
    Frame frame;
    LinkType link = LinkType::ethernet;
  };
  const auto with = [](PacketBuilder link) { return link.ipv4(kA, kB).udp(5, 6).payload("hello").build(); };
  const auto inside = [&](std::uint16_t type, const Frame& header) {
    return PacketBuilder().ethernet().raw(join({header, with(PacketBuilder())}), type).build();
  };
  const Frame llc = join({{0xaa, 0xaa, 3, 0, 0, 0, 8, 0}, with(PacketBuilder())});
  const Frame ieee = PacketBuilder().ethernet({.type = static_cast<std::uint16_t>(llc.size())}).raw(llc).build();
  const Frame service = join({{0, 0, 0, 1}, Frame(12, 2), {8, 0}});
  const Row rows[] = {
      {"Ethernet II", with(PacketBuilder().ethernet())},
      {"802.3 with SNAP", ieee},
      {"VLAN", with(PacketBuilder().ethernet().vlan(7))},
      {"QinQ", with(PacketBuilder().ethernet().vlan(7, 0x88a8).vlan(8))},
      {"802.1ah", inside(0x88e7, service)},
      {"VNTag", inside(0x8926, {0, 0, 0, 0, 8, 0})},
      {"Fabric Path", PacketBuilder().ethernet().raw(join({{0, 1}, with(PacketBuilder().ethernet())}), 0x8903).build()},
      {"PPPoE", with(PacketBuilder().ethernet().pppoe_session())},
      {"PPPoE, compressed protocol", inside(0x8864, {0x11, 0, 0, 1, 0, 99, 0x21})},
      {"MPLS", with(PacketBuilder().ethernet().mpls(100, false).mpls(200))},
      {"MPLS, explicit null", with(PacketBuilder().ethernet().mpls(0))},
      {"MPLS with Ethernet",
       PacketBuilder().ethernet().mpls(99).raw(Frame(4, 0)).raw(with(PacketBuilder().ethernet())).build()},
      {"NSH", inside(0x894f, {0, 2, 2, 1, 0, 0, 0, 0})},
      {"NSH with Ethernet", PacketBuilder()
                                .ethernet()
                                .raw(join({{0, 2, 2, 3, 0, 0, 0, 0}, with(PacketBuilder().ethernet())}), 0x894f)
                                .build()},
      {"Linux cooked", with(PacketBuilder().linux_sll()), LinkType::linux_sll},
      {"Linux cooked v2", with(PacketBuilder().linux_sll2()), LinkType::linux_sll2},
      {"NULL", with(PacketBuilder().null_loopback()), LinkType::null_loopback},
      {"raw", with(PacketBuilder()), LinkType::raw_ip},
      {"PPP", with(PacketBuilder().ppp()), LinkType::ppp},
      {"PPP without address", with(PacketBuilder().ppp(false)), LinkType::ppp},
      {"Cisco HDLC", with(PacketBuilder().chdlc()), LinkType::chdlc},
  };
  for (const Row& row : rows) {
    const Packet& p = only(row.frame, row.link);
    EXPECT_EQ(as_text(p.payload), "hello") << row.about;
    EXPECT_EQ(p.dst_port, 6) << row.about;
    EXPECT_TRUE(p.events.empty()) << row.about << ": " << to_text(*p.events.begin());
    EXPECT_FALSE(p.bad_checksum) << row.about;
    EXPECT_EQ(p.tunnel_depth, 0) << row.about;
    EXPECT_EQ(p.mac.empty(), row.link != LinkType::ethernet) << row.about;
  }
}

TEST_F(DecoderTest, VlanIdentifiersAreOutermostFirst) {
  const Packet& p =
      only(PacketBuilder().ethernet().vlan(0x3007, 0x88a8).vlan(8).vlan(9).ipv4(kA, kB).udp(1, 2).build());
  EXPECT_EQ(p.vlan_layers, 3);
  EXPECT_EQ(p.vlan[0], 7);  // without priority
  EXPECT_EQ(p.vlan[1], 8);
  EXPECT_EQ(p.vlan[2], 9);
}

TEST_F(DecoderTest, Ipv6ExtensionHeadersBelongToTheHeader) {
  const Frame frame = PacketBuilder()
                          .ethernet()
                          .ipv6(kA6, kB6)
                          .extension(0, {5, 2, 0, 0})
                          .extension(60, {5, 2, 0, 0})
                          .extension(43, {2, 0})
                          .udp(5, 6)
                          .payload("hello")
                          .build();
  const Packet& p = only(frame);
  EXPECT_TRUE(p.events.empty());
  EXPECT_EQ(p.protocol, ip_protocol::udp);
  EXPECT_EQ(p.ip_header.size(), 40u + 3 * 8);
  EXPECT_EQ(as_text(p.payload), "hello");
  EXPECT_FALSE(p.bad_checksum);
}

struct TunnelRow {
  const char* about;
  Frame frame;
  Tunnel tunnel;
  bool outer_has_transport;
};

std::vector<TunnelRow> tunnel_rows() {
  const auto eth = [] { return PacketBuilder().ethernet(); };
  const auto inner = [](PacketBuilder outer) { return outer.ipv4(kC, kD).udp(5, 6).payload("inner").build(); };
  const auto inner6 = [](PacketBuilder outer) { return outer.ipv6(kA6, kB6).udp(5, 6).payload("inner").build(); };
  const Frame key_and_length{0, 39, 0, 1, 0, 0, 0, 0};  // call id 1, payload 39, sequence 0
  const Frame origin{0, 0, 0x12, 0x34, 1, 2, 3, 4};
  const Frame authentication{0, 1, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0};
  const Frame option{1, 2, 0x80, 1, 9, 9, 9, 9};
  return {
      {"IPv4 in IPv4", inner(eth().ipv4(kA, kB)), Tunnel::ipip, true},
      {"IPv6 in IPv4", inner6(eth().ipv4(kA, kB)), Tunnel::ipip, true},
      {"IPv4 in IPv6", inner(eth().ipv6(kA6, kB6)), Tunnel::ipip, true},
      {"IPv6 in IPv6", inner6(eth().ipv6(kA6, kB6)), Tunnel::ipip, true},
      {"IPv6 in IPv6 behind an extension", inner6(eth().ipv6(kA6, kB6).extension(60, {5, 2, 0, 0})), Tunnel::ipip,
       true},
      {"GRE", inner(eth().ipv4(kA, kB).gre()), Tunnel::gre, false},
      {"GRE with all fields", inner(eth().ipv4(kA, kB).gre({.flags = 0xb000, .fields = Frame(12, 0)})), Tunnel::gre,
       false},
      {"GRE with routes",
       inner(eth().ipv4(kA, kB).gre({.flags = 0x4000, .fields = {0, 0, 0, 0, 8, 0, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0}})),
       Tunnel::gre, false},
      {"GRE with Ethernet", inner(eth().ipv4(kA, kB).gre().ethernet()), Tunnel::gre, false},
      {"GRE over IPv6 with IPv6", inner6(eth().ipv6(kA6, kB6).gre()), Tunnel::gre, false},
      {"PPTP", inner(eth().ipv4(kA, kB).gre({.flags = 0x3001, .fields = key_and_length}).ppp()), Tunnel::gre, false},
      {"ERSPAN I", inner(eth().ipv4(kA, kB).gre({.type = 0x88be}).ethernet()), Tunnel::erspan, false},
      {"ERSPAN II",
       inner(eth()
                 .ipv4(kA, kB)
                 .gre({.flags = 0x1000, .type = 0x88be, .fields = Frame(4, 0)})
                 .raw({0x10, 0, 0, 0, 0, 0, 0, 0})
                 .ethernet()),
       Tunnel::erspan, false},
      {"VXLAN", inner(eth().ipv4(kA, kB).udp(50000, 4789).vxlan().ethernet()), Tunnel::vxlan, true},
      {"Geneve", inner(eth().ipv4(kA, kB).udp(50000, 6081).geneve()), Tunnel::geneve, true},
      {"Geneve with Ethernet and an option", inner6(eth().ipv4(kA, kB).udp(50000, 6081).geneve({}, option).ethernet()),
       Tunnel::geneve, true},
      {"Teredo", inner6(eth().ipv4(kA, kB).udp(3544, 50000)), Tunnel::teredo, true},
      {"Teredo with its indications", inner6(eth().ipv4(kA, kB).udp(1, 2).raw(join({authentication, origin}))),
       Tunnel::teredo, true},
  };
}

TEST_F(DecoderTest, ATunnelGivesTwoPackets) {
  for (const TunnelRow& row : tunnel_rows()) {
    const auto packets = decode(row.frame);
    ASSERT_EQ(packets.size(), 2u) << row.about;
    const Packet &outer = packets[0], &inner = packets[1];
    EXPECT_EQ(outer.tunnel_depth, 0) << row.about;
    EXPECT_EQ(outer.tunnel, Tunnel::none) << row.about;
    EXPECT_EQ(outer.has_transport, row.outer_has_transport) << row.about;
    EXPECT_TRUE(outer.events.empty() && inner.events.empty()) << row.about;
    EXPECT_FALSE(outer.bad_checksum || inner.bad_checksum) << row.about;
    EXPECT_EQ(inner.tunnel_depth, 1) << row.about;
    EXPECT_EQ(inner.tunnel, row.tunnel) << row.about;
    EXPECT_EQ(inner.dst_port, 6) << row.about;
    EXPECT_EQ(as_text(inner.payload), "inner") << row.about;
  }
}

TEST_F(DecoderTest, WhatLooksLikeTeredoButIsNotSoundIsADatagram) {
  Frame frame = PacketBuilder().ethernet().ipv4(kA, kB).udp(1, 2).ipv6(kA6, kB6).udp(5, 6, {.length = 7}).build();
  const Packet& p = only(frame);
  EXPECT_FALSE(p.invalid);
  EXPECT_TRUE(p.events.empty());
}

TEST_F(DecoderTest, AnInnerPacketKeepsTheVlanOfTheOuter) {
  const auto packets = decode(PacketBuilder().ethernet().vlan(7).ipv4(kA, kB).ipv4(kC, kD).udp(5, 6).build());
  ASSERT_EQ(packets.size(), 2u);
  EXPECT_EQ(packets[1].vlan_layers, 1);
  EXPECT_EQ(packets[1].vlan[0], 7);
}

TEST_F(DecoderTest, IcmpErrorsNameTheFlowTheyQuote) {
  const Frame quoted = PacketBuilder().ipv4(kB, kA).tcp(80, 40000).build();
  const Packet& p = only(PacketBuilder().ethernet().ipv4(kA, kB).icmpv4({.type = 3, .code = 3}).raw(quoted).build());
  EXPECT_TRUE(p.icmp.quotes_flow);
  EXPECT_EQ(text(p.icmp.quoted_src), kB);
  EXPECT_EQ(text(p.icmp.quoted_dst), kA);
  EXPECT_EQ(p.icmp.quoted_protocol, ip_protocol::tcp);
  EXPECT_EQ(p.icmp.quoted_src_port, 80);
  EXPECT_EQ(p.icmp.quoted_dst_port, 40000);

  const Frame quoted6 = PacketBuilder().ipv6(kB6, kA6).extension(60, {5, 2, 0, 0}).udp(53, 4000).build();
  const Packet& p6 = only(PacketBuilder().ethernet().ipv6(kA6, kB6).icmpv6({.type = 2}).raw(quoted6).build());
  EXPECT_TRUE(p6.icmp.quotes_flow);
  EXPECT_EQ(text(p6.icmp.quoted_src), kB6);
  EXPECT_EQ(p6.icmp.quoted_src_port, 53);
  EXPECT_EQ(p6.icmp.quoted_protocol, ip_protocol::udp);

  const Packet& echo = only(PacketBuilder().ethernet().ipv4(kA, kB).icmpv4({.type = 8, .rest = 0x00070009}).build());
  EXPECT_EQ(echo.icmp.id, 7);
  EXPECT_EQ(echo.icmp.sequence, 9);
  EXPECT_FALSE(echo.icmp.quotes_flow) << "left from the packet before";
}

TEST_F(DecoderTest, ChecksumsAreVerified) {
  struct Row {
    const char* about;
    Frame frame;
    bool ip, transport;
  };
  const auto eth = [] { return PacketBuilder().ethernet(); };
  const Row rows[] = {
      {"IPv4", eth().ipv4(kA, kB, {.checksum = 1}).udp(1, 2).build(), true, false},
      {"TCP", eth().ipv4(kA, kB).tcp(1, 2, {.checksum = 1}).build(), false, true},
      {"UDP", eth().ipv4(kA, kB).udp(1, 2, {.checksum = 1}).build(), false, true},
      {"UDP without", eth().ipv4(kA, kB).udp(1, 2, {.checksum = 0}).build(), false, false},
      {"ICMP", eth().ipv4(kA, kB).icmpv4({.checksum = 1}).build(), false, true},
      {"TCP over IPv6", eth().ipv6(kA6, kB6).tcp(1, 2, {.checksum = 1}).build(), false, true},
      {"UDP over IPv6 without", eth().ipv6(kA6, kB6).udp(1, 2, {.checksum = 0}).build(), false, true},
      {"VXLAN over IPv6 without",
       eth().ipv6(kA6, kB6).udp(1, 4789, {.checksum = 0}).vxlan().ethernet().ipv4(kC, kD).udp(1, 2).build(), false,
       false},
      {"ICMPv6", eth().ipv6(kA6, kB6).icmpv6({.type = 128, .checksum = 1}).build(), false, true},
      {"odd length", eth().ipv6(kA6, kB6).tcp(1, 2).payload("abc").build(), false, false},
      {"TCP on its way to another destination",
       eth().ipv6(kA6, kB6).extension(43, {2, 1}).tcp(1, 2, {.checksum = 1}).build(), false, false},
  };
  for (const Row& row : rows) {
    const Packet& p = decode(row.frame)[0];
    EXPECT_EQ(p.bad_ip_checksum, row.ip) << row.about;
    EXPECT_EQ(p.bad_transport_checksum, row.transport) << row.about;
    EXPECT_EQ(p.bad_checksum, row.ip || row.transport) << row.about;
    EXPECT_FALSE(p.invalid) << row.about;

    raw_.checksum_trusted = true;
    EXPECT_FALSE(decoder_.decode(raw_)[0].bad_checksum) << row.about;
    raw_.checksum_trusted = false;
    raw_.wire_length = static_cast<std::uint32_t>(frame_.size() + 1);
    EXPECT_FALSE(decoder_.decode(raw_)[0].bad_checksum) << row.about;
    Decoder trusting({.verify_checksums = false});
    EXPECT_FALSE(trusting.decode(raw_)[0].bad_checksum) << row.about;
  }
}

// What the kernel hands over where segmentation is left to the card: nothing fits on a wire, checksums are not made
// yet.
TEST_F(DecoderTest, SuperPackets) {
  const std::string large(65000, 'x'), larger(150000, 'y');
  const auto pass = [&](const Frame& frame) -> const Packet& {
    frame_ = frame;
    raw_ = as_raw(frame_);
    raw_.segment_size = 1448;
    return decoder_.decode(raw_)[0];
  };
  const Packet& normal =
      pass(PacketBuilder().ethernet().ipv4(kA, kB).tcp(1, 2, {.checksum = 0}).payload(large).build());
  EXPECT_EQ(normal.payload.size(), large.size());
  EXPECT_FALSE(normal.bad_checksum);

  const Packet& big4 =
      pass(PacketBuilder().ethernet().ipv4(kA, kB, {.total_length = 0}).tcp(1, 2).payload(larger).build());
  EXPECT_EQ(big4.payload.size(), larger.size());
  EXPECT_FALSE(big4.invalid);

  const Packet& big6 =
      pass(PacketBuilder().ethernet().ipv6(kA6, kB6, {.payload_length = 0}).tcp(1, 2).payload(larger).build());
  EXPECT_EQ(big6.payload.size(), larger.size());
  EXPECT_FALSE(big6.invalid);
}

TEST_F(DecoderTest, Jumbograms) {
  const std::string larger(70000, 'y');
  const std::uint32_t length = 8 + 20 + 70000;
  const Frame option{0xc2,
                     4,
                     0,
                     static_cast<std::uint8_t>(length >> 16),
                     static_cast<std::uint8_t>(length >> 8 & 255),
                     static_cast<std::uint8_t>(length & 255)};
  Frame frame = PacketBuilder()
                    .ethernet()
                    .ipv6(kA6, kB6, {.payload_length = 0})
                    .extension(0, option)
                    .tcp(1, 2)
                    .payload(larger)
                    .build();
  frame.resize(frame.size() + 10);  // padding
  const Packet& p = only(frame);
  EXPECT_EQ(p.payload.size(), larger.size());
  EXPECT_FALSE(p.invalid || p.bad_checksum);
}

TEST_F(DecoderTest, LongChainsOfHeadersEnd) {
  PacketBuilder chain = PacketBuilder().ethernet().ipv6(kA6, kB6);
  for (int i = 0; i < 100; ++i) chain.extension(60, {5, 2, 0, 0});
  EXPECT_TRUE(only(chain.udp(1, 2).build()).events.has(PacketEvent::too_many_layers));

  PacketBuilder bridges = PacketBuilder().ethernet();
  for (int i = 0; i < 30; ++i) bridges.ethernet();
  const Packet& p = only(bridges.ipv4(kA, kB).udp(1, 2).build());
  EXPECT_TRUE(p.events.has(PacketEvent::too_many_layers));
  EXPECT_TRUE(p.invalid);
}

TEST_F(DecoderTest, Counts) {
  decode(PacketBuilder().ethernet().vlan(1).vlan(2).ipv4(kA, kB).gre().ipv6(kA6, kB6).tcp(1, 2).build());
  decode(PacketBuilder().ethernet().raw(Frame(20, 0), 0x0800).build());
  const Counters& c = decoder_.counters();
  EXPECT_EQ(c.packets, 2u);
  EXPECT_EQ(c.ethernet, 2u);
  EXPECT_EQ(c.vlan, 1u);
  EXPECT_EQ(c.qinq, 1u);
  EXPECT_EQ(c.ipv4, 2u);
  EXPECT_EQ(c.ipv6, 1u);
  EXPECT_EQ(c.gre, 1u);
  EXPECT_EQ(c.tcp, 1u);
  EXPECT_EQ(c.invalid, 1u);
}

}  // namespace
}  // namespace gatehouse::decode
