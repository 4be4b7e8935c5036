// SPDX-License-Identifier: GPL-3.0-or-later
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "ips/match/flow_memory.hpp"
#include "ips/match/shared_memory.hpp"

namespace gatehouse::ips::test {
namespace {

Timestamp at(std::int64_t second) {
  return Timestamp{(1'700'000'000 + second) * 1'000'000};
}
const IpAddress kOne = *IpAddress::parse("192.0.2.1"), kTwo = *IpAddress::parse("192.0.2.2"),
                kSix = *IpAddress::parse("2001:db8::1");

// ---- of a flow

class FlowMemoryTest : public ::testing::Test {
 protected:
  FlowMemory memory{*std::pmr::get_default_resource()};
};

TEST_F(FlowMemoryTest, BitsAreSetUnsetAndToggled) {
  EXPECT_FALSE(memory.has_bit(7));
  EXPECT_TRUE(memory.set_bit(7, true));
  EXPECT_TRUE(memory.set_bit(3, true));
  EXPECT_TRUE(memory.set_bit(7, true));
  EXPECT_TRUE(memory.has_bit(7));
  std::vector<NameId> seen;
  memory.for_each_bit([&](NameId bit) { seen.push_back(bit); });
  EXPECT_EQ(seen, (std::vector<NameId>{3, 7}));
  memory.toggle_bit(7);
  EXPECT_FALSE(memory.has_bit(7));
  memory.toggle_bit(7);
  EXPECT_TRUE(memory.has_bit(7));
  EXPECT_TRUE(memory.set_bit(7, false));
  EXPECT_TRUE(memory.set_bit(7, false));
  EXPECT_FALSE(memory.has_bit(7));
}

TEST_F(FlowMemoryTest, ACounterIsZeroUntilItIsSet) {
  EXPECT_FALSE(memory.has_counter(1));
  EXPECT_EQ(memory.counter(1), 0u);
  memory.set_counter(1, 0);
  EXPECT_TRUE(memory.has_counter(1));
  memory.set_counter(1, 5);
  EXPECT_EQ(memory.counter(1), 5u);
  EXPECT_FALSE(memory.has_counter(2));
}

TEST_F(FlowMemoryTest, BitsOfTransactionsAreTheirOwnAndTheOldestGiveWay) {
  EXPECT_TRUE(memory.set_bit(1, 7, true));
  EXPECT_TRUE(memory.has_bit(1, 7));
  EXPECT_FALSE(memory.has_bit(2, 7));
  EXPECT_FALSE(memory.has_bit(7)) << "the flow has not";
  for (std::uint64_t tx = 2; tx < 2 + FlowMemory::kMostTransactionBits; ++tx) memory.set_bit(tx, 7, true);
  EXPECT_FALSE(memory.has_bit(1, 7));
  EXPECT_TRUE(memory.has_bit(2, 7));
  memory.set_bit(2, 7, false);
  EXPECT_FALSE(memory.has_bit(2, 7));
}

TEST(FlowMemoryWithoutMemory, SaysThatABitWasNotKept) {
  FlowMemory memory{*std::pmr::null_memory_resource()};
  EXPECT_FALSE(memory.set_bit(1, true));
  EXPECT_FALSE(memory.has_bit(1));
  memory.set_counter(1, 1);
  EXPECT_FALSE(memory.has_counter(1));
  EXPECT_FALSE(memory.set_bit(1, 1, true));
  EXPECT_EQ(memory.counted({}), nullptr);
}

// ---- of all flows

class SharedMemoryTest : public ::testing::Test {
 protected:
  SharedMemory memory;
};

TEST_F(SharedMemoryTest, ABitStandsUntilItsTime) {
  EXPECT_FALSE(memory.has_bit(1, kOne, nullptr, at(0)));
  memory.set_bit(1, kOne, nullptr, at(30));
  EXPECT_TRUE(memory.has_bit(1, kOne, nullptr, at(0)));
  EXPECT_TRUE(memory.has_bit(1, kOne, nullptr, at(30)));
  EXPECT_FALSE(memory.has_bit(1, kOne, nullptr, at(31)));
  memory.set_bit(1, kOne, nullptr, at(60));
  EXPECT_TRUE(memory.has_bit(1, kOne, nullptr, at(31))) << "set again, it stands longer";
  memory.unset_bit(1, kOne, nullptr);
  EXPECT_FALSE(memory.has_bit(1, kOne, nullptr, at(31)));
}

TEST_F(SharedMemoryTest, BitsAreOfANameAndAnAddress) {
  memory.set_bit(1, kOne, nullptr, at(30));
  EXPECT_FALSE(memory.has_bit(2, kOne, nullptr, at(0)));
  EXPECT_FALSE(memory.has_bit(1, kTwo, nullptr, at(0)));
  EXPECT_FALSE(memory.has_bit(1, kSix, nullptr, at(0)));
}

TEST_F(SharedMemoryTest, APairIsTheSameInEitherOrderAndNotItsEnds) {
  memory.set_bit(1, kOne, &kTwo, at(30));
  EXPECT_TRUE(memory.has_bit(1, kTwo, &kOne, at(0)));
  EXPECT_FALSE(memory.has_bit(1, kOne, nullptr, at(0)));
  EXPECT_FALSE(memory.has_bit(1, kTwo, nullptr, at(0)));
}

// The bytes of an IPv4 address, with zeros behind them, are an IPv6 address too.
TEST_F(SharedMemoryTest, VersionsOfIpDoNotMeet) {
  const IpAddress like_one = IpAddress::v6(kOne.bytes.data()), like_two = IpAddress::v6(kTwo.bytes.data());
  memory.set_bit(1, kOne, &kTwo, at(30));
  EXPECT_FALSE(memory.has_bit(1, like_one, &like_two, at(0)));
}

TEST_F(SharedMemoryTest, WorkersSeeWhatOthersSet) {
  std::vector<std::thread> workers;
  for (NameId w = 0; w < 4; ++w)
    workers.emplace_back([this, w] {
      for (int round = 0; round < 2000; ++round) {
        memory.set_bit(w, kOne, nullptr, at(30));
        EXPECT_TRUE(memory.has_bit(w, kOne, nullptr, at(0)));
        memory.unset_bit(w, kOne, nullptr);
      }
      memory.set_bit(w, kOne, nullptr, at(30));
    });
  for (std::thread& worker : workers) worker.join();
  for (NameId w = 0; w < 4; ++w) EXPECT_TRUE(memory.has_bit(w, kOne, nullptr, at(0)));
}

TEST(SmallSharedMemory, BitsThatFindNoRoomAreCounted) {
  SharedMemory small{1};
  for (NameId bit = 0; bit < 5000; ++bit) small.set_bit(bit, kOne, nullptr, at(bit));
  EXPECT_GT(small.forgotten().bits, 3000u);
  EXPECT_TRUE(small.has_bit(4999, kOne, nullptr, at(0)));
}

TEST_F(SharedMemoryTest, ATagEndsWithItsPackets) {
  EXPECT_FALSE(memory.tagged(kOne, 100, at(0)));
  memory.tag(kOne, {.sid = 7, .gid = 1, .packets = 2});
  ASSERT_TRUE(memory.tagged(kOne, 100, at(0)));
  EXPECT_FALSE(memory.tagged(kTwo, 100, at(0)));
  memory.tag(kOne, {.sid = 7, .gid = 1, .packets = 2});  // it still runs, and goes on as it was
  EXPECT_EQ(memory.tagged(kOne, 100, at(0))->sid, 7u);
  EXPECT_FALSE(memory.tagged(kOne, 100, at(0)));
}

TEST_F(SharedMemoryTest, ATagEndsWithItsBytesOrItsTime) {
  memory.tag(kOne, {.sid = 7, .gid = 1, .bytes = 150});
  EXPECT_TRUE(memory.tagged(kOne, 100, at(0)));
  EXPECT_TRUE(memory.tagged(kOne, 100, at(0)));
  EXPECT_FALSE(memory.tagged(kOne, 100, at(0)));
  memory.tag(kTwo, {.sid = 7, .gid = 1, .until = at(10)});
  EXPECT_TRUE(memory.tagged(kTwo, 100, at(10)));
  EXPECT_FALSE(memory.tagged(kTwo, 100, at(11)));
  EXPECT_FALSE(memory.tagged(kTwo, 100, at(5))) << "over is over";
}

}  // namespace
}  // namespace gatehouse::ips::test
