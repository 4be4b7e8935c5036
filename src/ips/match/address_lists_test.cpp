// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>

#include "ips/match/countries.hpp"
#include "ips/match/header_buffers.hpp"
#include "ips/match/ip_reputation.hpp"

namespace gatehouse::ips::test {
namespace {

IpAddress address(const char* text) {
  return *IpAddress::parse(text);
}

// ---- reputation

IpReputation lists(std::string_view text) {
  IpReputation r;
  EXPECT_TRUE(r.add_categories("# number,name,about\n1,BadHosts,Known bad hosts\n2,CnC,They command\n"));
  EXPECT_TRUE(r.add_list(text));
  r.finish();
  return r;
}

TEST(IpReputation, KnowsItsCategories) {
  const IpReputation r = lists("");
  EXPECT_EQ(r.category("CnC"), 2);
  EXPECT_FALSE(r.category("cnc"));
}

TEST(IpReputation, TheMostParticularEntryCounts) {
  const IpReputation r =
      lists("192.0.0.0/8,1,10\n192.0.2.0/24,1,20\n192.0.2.7,1,127\n2001:db8::/32,2,5\n192.0.2.9,2,1\n");
  EXPECT_EQ(r.score(address("192.0.2.7"), 1), 127);
  EXPECT_EQ(r.score(address("192.0.2.8"), 1), 20);
  EXPECT_EQ(r.score(address("192.9.9.9"), 1), 10);
  EXPECT_EQ(r.score(address("192.0.2.9"), 1), 20)
      << "that it has a score in another category does not hide its network";
  EXPECT_EQ(r.score(address("192.0.2.9"), 2), 1);
  EXPECT_EQ(r.score(address("2001:db8::1"), 2), 5);
  EXPECT_FALSE(r.score(address("2001:db9::1"), 2));
  EXPECT_FALSE(r.score(address("193.0.2.7"), 1));
  EXPECT_FALSE(r.score(IpAddress{}, 1));
}

TEST(IpReputation, OfOneThatComesTwiceTheLastStands) {
  const IpReputation r = lists("192.0.2.7,1,10\n192.0.2.7,1,11\n");
  EXPECT_EQ(r.score(address("192.0.2.7"), 1), 11);
  EXPECT_EQ(r.size(), 1u);
}

TEST(IpReputation, WhatCannotBeReadIsSkippedInListsAndRefusedInCategories) {
  const IpReputation r = lists("nobody,1,10\n192.0.2.7,61,10\n192.0.2.7,1,128\n192.0.2.7\n192.0.2.7,1,0\n");
  EXPECT_EQ(r.skipped(), 4u);
  EXPECT_EQ(r.score(address("192.0.2.7"), 1), 0);
  IpReputation categories;
  EXPECT_NE(categories.add_categories("1,Good\n0,None\n").error().find("line 2"), std::string::npos);
  EXPECT_FALSE(categories.add_categories("61,TooMany"));
  EXPECT_FALSE(categories.add_categories("5,,no name"));
}

// ---- countries: a database of one node, whose left half (0.0.0.0/1) is of "AA", made by the format's description.

std::string small_database() {
  const auto text = [](std::string_view s) { return static_cast<char>(0x40 | s.size()) + std::string{s}; };
  const auto map = [](unsigned pairs) { return std::string{static_cast<char>(0xe0 | pairs)}; };
  const auto number16 = [](unsigned n) { return std::string{static_cast<char>(0xa1), static_cast<char>(n)}; };
  std::string file{"\x00\x00\x11\x00\x00\x01", 6};  // node 0: left to the data's beginning (1 + 16), right to nothing
  file += std::string(16, '\0');
  file += map(1) + text("country") + map(1) + text("iso_code") + text("AA");
  file += "\xab\xcd\xefMaxMind.com";
  file += map(9);
  file += text("node_count") + std::string{"\xc1\x01", 2};
  file += text("record_size") + number16(24);
  file += text("ip_version") + number16(4);
  file += text("binary_format_major_version") + number16(2);
  file += text("binary_format_minor_version") + number16(0);
  file += text("database_type") + text("Test");
  file += text("languages") + std::string{"\x00\x04", 2};  // an empty list
  file += text("description") + map(0);
  file += text("build_epoch") + std::string{"\x01\x02\x01", 3};
  return file;
}

TEST(Countries, AreLookedUpByAddress) {
  const auto path = std::filesystem::path{::testing::TempDir()} / "countries.mmdb";
  std::ofstream{path, std::ios::binary} << small_database();
  const auto opened = Countries::open(path);
  ASSERT_TRUE(opened) << opened.error().text;
  EXPECT_EQ((*opened)->of(address("1.2.3.4")), "AA");
  EXPECT_EQ((*opened)->of(address("200.1.2.3")), "");
  EXPECT_EQ((*opened)->of(address("2001:db8::1")), "") << "the database is of IPv4";
  EXPECT_EQ((*opened)->of(IpAddress{}), "");
}

TEST(Countries, WhatIsNoDatabaseIsAnError) {
  const auto path = std::filesystem::path{::testing::TempDir()} / "no.mmdb";
  std::ofstream{path} << "nothing of the kind";
  EXPECT_FALSE(Countries::open(path));
  EXPECT_NE(Countries::open("/nowhere/at.all").error().text.find("/nowhere/at.all"), std::string::npos);
}

// ---- headers as buffers

TEST(HeaderBuffers, AreFoundByName) {
  for (const auto* name :
       {"ipv4.hdr", "ipv6.hdr", "tcp.hdr", "udp.hdr", "icmpv4.hdr", "icmpv6.hdr", "ip.src", "ip.dst", "ether.hdr"})
    EXPECT_NE(header_buffer(name), nullptr) << name;
  EXPECT_EQ(header_buffer("http.uri"), nullptr);
}

TEST(HeaderBuffers, AreThePacketsOwnBytes) {
  std::array<std::uint8_t, 60> frame{};
  for (std::uint8_t i = 0; i < frame.size(); ++i) frame[i] = i;
  RawPacket raw;
  raw.data = frame;
  Packet p;
  p.raw = &raw;
  p.has_ip = p.has_transport = true;
  p.protocol = ip_protocol::tcp;
  p.src = address("192.0.2.1");
  p.dst = address("192.0.2.2");
  p.mac = Bytes{frame}.first(12);
  p.ip_header = Bytes{frame}.subspan(14, 20);
  p.transport_header = Bytes{frame}.subspan(34, 24);
  std::array<std::uint8_t, 16> space{};
  const auto bytes = [&](const char* name) { return header_buffer(name)(p, space); };
  EXPECT_EQ(bytes("ether.hdr").size(), 14u);
  EXPECT_EQ(bytes("ether.hdr").data(), frame.data());
  EXPECT_EQ(bytes("ipv4.hdr").size(), 20u);
  EXPECT_TRUE(bytes("ipv6.hdr").empty());
  EXPECT_EQ(bytes("tcp.hdr").size(), 24u);
  EXPECT_TRUE(bytes("udp.hdr").empty());
  EXPECT_TRUE(bytes("icmpv4.hdr").empty());
  EXPECT_EQ(as_text(bytes("ip.dst")), (std::string_view{"\xc0\x00\x02\x02", 4}));
  p.src = address("2001:db8::1");
  EXPECT_EQ(bytes("ip.src").size(), 16u);
  p.mac = {};
  EXPECT_TRUE(bytes("ether.hdr").empty());
  p.protocol = ip_protocol::udp;
  EXPECT_EQ(bytes("udp.hdr").size(), 8u);
}

TEST(HeaderBuffers, OfAFrameThatIsCutShortThereIsNone) {
  std::array<std::uint8_t, 13> frame{};
  RawPacket raw;
  raw.data = frame;
  Packet p;
  p.raw = &raw;
  p.mac = Bytes{frame}.first(12);
  std::array<std::uint8_t, 16> space{};
  EXPECT_TRUE(header_buffer("ether.hdr")(p, space).empty());
  EXPECT_TRUE(header_buffer("ip.src")(p, space).empty());
}

}  // namespace
}  // namespace gatehouse::ips::test
