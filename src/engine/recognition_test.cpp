// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "engine/expected_flows.hpp"
#include "engine/protocol_set.hpp"
#include "engine/sightings.hpp"
#include "proto/registry.hpp"

namespace gatehouse::engine {
namespace {

constexpr Timestamp kNow{1'700'000'000'000'000};

IpAddress ip(const char* text) {
  return *IpAddress::parse(text);
}

ExpectedPlace place(std::uint16_t port) {
  return {ip("192.0.2.1"), ip("198.51.100.7"), port, 6};
}

ExpectedFlow flow_of(std::string_view text) {
  ExpectedFlow flow;
  flow.protocol = proto::find("tls");
  flow.introduction_size = static_cast<std::uint16_t>(text.size());
  std::ranges::copy(text, flow.introduction.begin());
  return flow;
}

TEST(ExpectedFlows, AnArrangedFlowIsFoundWithItsIntroduction) {
  ExpectedFlows flows;
  ASSERT_TRUE(flows.add(place(2048), flow_of("RETR firmware.bin"), kNow));
  ExpectedFlow found;
  ASSERT_TRUE(flows.find(place(2048), kNow + seconds(1), found));
  EXPECT_EQ(found.protocol->name, "tls");
  EXPECT_EQ(found.text(), "RETR firmware.bin");
  EXPECT_FALSE(flows.find(place(2049), kNow, found));
}

TEST(ExpectedFlows, TheCallerMustBeTheOneThatWasNamed) {
  ExpectedFlows flows;
  flows.add(place(2048), flow_of(""), kNow);
  ExpectedPlace other = place(2048);
  other.caller = ip("203.0.113.9");
  ExpectedFlow found;
  EXPECT_FALSE(flows.find(other, kNow, found));
}

TEST(ExpectedFlows, AnArrangementEnds) {
  ExpectedFlows flows;
  flows.add(place(2048), flow_of(""), kNow);
  ExpectedFlow found;
  EXPECT_FALSE(flows.find(place(2048), kNow + ExpectedFlows::kLife + seconds(1), found));
}

TEST(ExpectedFlows, TheSamePlaceArrangedAnewTakesTheOldOnesPlace) {
  ExpectedFlows flows;
  flows.add(place(2048), flow_of("one"), kNow);
  flows.add(place(2048), flow_of("two"), kNow);
  ExpectedFlow found;
  ASSERT_TRUE(flows.find(place(2048), kNow, found));
  EXPECT_EQ(found.text(), "two");
}

TEST(ExpectedFlows, MoreThanThereIsRoomForAreRefusedAndNotLost) {
  ExpectedFlows flows;
  std::size_t taken = 0;
  for (unsigned port = 1; port <= 4 * ExpectedFlows::kSlots; ++port)
    taken += flows.add(place(static_cast<std::uint16_t>(port)), flow_of(""), kNow) ? 1 : 0;
  EXPECT_LE(taken, ExpectedFlows::kSlots);
  EXPECT_GT(taken, ExpectedFlows::kSlots / 2);
  EXPECT_TRUE(flows.add(place(9999), flow_of(""), kNow + ExpectedFlows::kLife + seconds(1)));
}

TEST(ExpectedFlows, WorkersReadWhileOthersWrite) {
  ExpectedFlows flows;
  std::atomic<bool> stop{false};
  std::thread writer{[&] {
    for (unsigned i = 0; !stop; ++i)
      flows.add(place(2048), flow_of(i % 2 == 0 ? "aaaaaaaaaaaaaaaa" : "bbbbbbbbbbbbbbbb"), kNow);
  }};
  for (int i = 0; i < 20000; ++i) {
    ExpectedFlow found;
    if (!flows.find(place(2048), kNow, found)) continue;
    const std::string_view text = found.text();
    ASSERT_TRUE(std::ranges::all_of(text, [&](char c) { return c == text[0]; })) << text;
  }
  stop = true;
  writer.join();
}

TEST(ProtocolSet, HoldsTheWholeRegistryAndGivesItInOrder) {
  ASSERT_LE(proto::all().size(), kMostProtocols);
  ProtocolSet set;
  for (const std::size_t i : {191u, 64u, 3u, 127u}) set.add(i);
  std::vector<std::size_t> members;
  while (!set.empty()) members.push_back(set.take_first());
  EXPECT_EQ(members, (std::vector<std::size_t>{3, 64, 127, 191}));
}

TEST(Sightings, EachSayingIsNewOnce) {
  Sightings sightings;
  const int name = 0, software = 0;
  const IpAddress who = ip("10.0.0.7");
  EXPECT_TRUE(sightings.is_new(who, {}, &name, as_bytes("lamp")));
  EXPECT_FALSE(sightings.is_new(who, {}, &name, as_bytes("lamp")));
  EXPECT_TRUE(sightings.is_new(who, {}, &software, as_bytes("lamp")));
  EXPECT_TRUE(sightings.is_new(ip("10.0.0.8"), {}, &name, as_bytes("lamp")));
  EXPECT_TRUE(sightings.is_new(who, as_bytes("\1\2\3\4\5\6"), &name, as_bytes("lamp")));
  EXPECT_TRUE(sightings.is_new(who, {}, &name, as_bytes("lamps")));
}

}  // namespace
}  // namespace gatehouse::engine
