// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/address_set.hpp"

#include <gmock/gmock.h>
#include <random>
#include <set>

#include "ips/match/address_index.hpp"

using namespace gatehouse;
using namespace gatehouse::ips;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

namespace gatehouse::ips {
void PrintTo(const AddressRange& range, std::ostream* out) {
  *out << to_string(range.first) << '-' << to_string(range.last);
}
}  // namespace gatehouse::ips

namespace {

IpAddress ip(std::string_view text) {
  return *IpAddress::parse(text);
}
AddressRange range(std::string_view first, std::string_view last) {
  return {ip(first), ip(last)};
}
const AddressRange kAllV4 = range("0.0.0.0", "255.255.255.255");
const AddressRange kAllV6 = range("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");

// The last address byte, of one of the two versions: a world small enough to ask everything.
IpAddress small(bool v6, unsigned byte) {
  IpAddress address;
  address.version = v6 ? 6 : 4;
  address.bytes.fill(0);
  address.bytes[address.size() - 1] = static_cast<std::uint8_t>(byte);
  return address;
}

using Naive = std::set<std::pair<bool, unsigned>>;

std::pair<AddressSet, Naive> random_set(std::mt19937& random) {
  std::vector<AddressRange> ranges;
  Naive naive;
  for (auto n = random() % 6; n > 0; --n) {
    const bool v6 = random() % 2 != 0;
    const unsigned a = static_cast<unsigned>(random() % 256);
    const unsigned b = std::min(255u, a + static_cast<unsigned>(random() % 40));
    ranges.push_back({small(v6, a), small(v6, b)});
    for (unsigned i = a; i <= b; ++i) naive.emplace(v6, i);
  }
  return {AddressSet{ranges}, naive};
}

void expect_same(const AddressSet& set, const Naive& naive) {
  for (const bool v6 : {false, true})
    for (unsigned i = 0; i < 256; ++i) ASSERT_EQ(set.contains(small(v6, i)), naive.contains({v6, i})) << v6 << ' ' << i;
}

}  // namespace

TEST(AddressSet, JoinsWhatOverlapsOrTouches) {
  const AddressSet set{{range("10.0.0.8", "10.0.0.9"), range("10.0.0.0", "10.0.0.3"), range("10.0.0.4", "10.0.0.5"),
                        range("10.0.0.2", "10.0.0.2")}};
  EXPECT_THAT(set.ranges(), ElementsAre(range("10.0.0.0", "10.0.0.5"), range("10.0.0.8", "10.0.0.9")));
  EXPECT_TRUE(set.contains(ip("10.0.0.5")));
  EXPECT_FALSE(set.contains(ip("10.0.0.6")));
  EXPECT_FALSE(set.contains(ip("a00:5::")));  // same bytes, another version
}

TEST(AddressSet, AnyIsAllOfBothVersions) {
  EXPECT_TRUE((AddressSet{{kAllV6, kAllV4}}.is_any()));
  EXPECT_FALSE(AddressSet{{kAllV4}}.is_any());
  EXPECT_TRUE(AddressSet::any().contains(IpAddress{}));  // of a packet that has no address
  EXPECT_FALSE(AddressSet{}.contains(IpAddress{}));
  EXPECT_TRUE(AddressSet{}.empty());
  EXPECT_TRUE(AddressSet::any().without(AddressSet::any()).empty());
}

TEST(AddressSet, WithoutReachesTheEndsOfBothVersions) {
  const AddressSet rest = AddressSet::any().without(AddressSet{{range("128.0.0.0", "255.255.255.255"), kAllV6}});
  EXPECT_THAT(rest.ranges(), ElementsAre(range("0.0.0.0", "127.255.255.255")));
  EXPECT_TRUE(rest.with(AddressSet{{range("128.0.0.0", "255.255.255.255"), kAllV6}}).is_any());
  EXPECT_THAT(AddressSet::any().without(AddressSet{{kAllV4}}).ranges(), ElementsAre(kAllV6));
}

TEST(AddressSet, IsWhatASetOfSingleAddressesIs) {
  std::mt19937 random{7};
  for (int round = 0; round < 300; ++round) {
    const auto [a, naive_a] = random_set(random);
    const auto [b, naive_b] = random_set(random);
    expect_same(a, naive_a);
    Naive both = naive_a, rest;
    both.insert(naive_b.begin(), naive_b.end());
    std::ranges::set_difference(naive_a, naive_b, std::inserter(rest, rest.end()));
    expect_same(a.with(b), both);
    expect_same(a.without(b), rest);
    EXPECT_EQ(AddressSet::any().without(AddressSet::any().without(a)), a);
  }
}

TEST(PortSet, IsWhatASetOfSinglePortsIs) {
  std::mt19937 random{11};
  for (int round = 0; round < 100; ++round) {
    std::vector<PortRange> ranges[2];
    std::set<unsigned> naive[2];
    for (int side = 0; side < 2; ++side)
      for (auto n = random() % 5; n > 0; --n) {
        const auto first = static_cast<std::uint16_t>(65535 - random() % 300);
        const auto last = static_cast<std::uint16_t>(std::min(65535u, first + static_cast<unsigned>(random() % 50)));
        ranges[side].push_back({first, last});
        for (unsigned p = first; p <= last; ++p) naive[side].insert(p);
      }
    const PortSet a{ranges[0]}, b{ranges[1]}, both = a.with(b), rest = a.without(b);
    for (unsigned p = 65200; p <= 65535; ++p) {
      const auto port = static_cast<std::uint16_t>(p);
      ASSERT_EQ(a.contains(port), naive[0].contains(p));
      ASSERT_EQ(both.contains(port), naive[0].contains(p) || naive[1].contains(p));
      ASSERT_EQ(rest.contains(port), naive[0].contains(p) && !naive[1].contains(p));
    }
  }
}

TEST(PortSet, AnyAndEmpty) {
  EXPECT_TRUE(PortSet::any().is_any());
  EXPECT_TRUE((PortSet{{{1024, 65535}, {0, 1023}}}.is_any()));
  EXPECT_TRUE(PortSet::any().without(PortSet::any()).empty());
  EXPECT_THAT(PortSet::any().without(PortSet{{{80, 80}}}).ranges(),
              ElementsAre(PortRange{0, 79}, PortRange{81, 65535}));
}

// ---- the index

namespace {

std::set<std::uint32_t> found(const AddressIndex& index, const IpAddress& source, const IpAddress& destination) {
  std::set<std::uint32_t> all;
  index.find(source, destination, [&](std::uint32_t s) { all.insert(s); });
  return all;
}

}  // namespace

TEST(AddressIndex, FindsBySourceOrDestination) {
  AddressIndex index;
  EXPECT_TRUE(index.empty());
  index.add(1, AddressIndex::End::source, AddressSet{{range("10.0.0.0", "10.255.255.255")}});
  index.add(2, AddressIndex::End::destination, AddressSet{{range("10.0.0.0", "10.0.0.255")}});
  index.add(3, AddressIndex::End::none, AddressSet{});
  index.add(4, AddressIndex::End::source, AddressSet{{kAllV4}});
  index.add(5, AddressIndex::End::source, AddressSet{{range("2001:db8::", "2001:db8::f")}});
  index.finish();
  EXPECT_FALSE(index.empty());
  EXPECT_THAT(found(index, ip("10.1.2.3"), ip("8.8.8.8")), UnorderedElementsAre(1, 3, 4));
  EXPECT_THAT(found(index, ip("8.8.8.8"), ip("10.0.0.1")), UnorderedElementsAre(2, 3, 4));
  EXPECT_THAT(found(index, ip("2001:db8::1"), ip("::1")), UnorderedElementsAre(3, 5));
  EXPECT_THAT(found(index, ip("::"), ip("ffff::")), UnorderedElementsAre(3));
  EXPECT_THAT(found(index, IpAddress{}, IpAddress{}), UnorderedElementsAre(3));
}

TEST(AddressIndex, FindsWhatAskingEachWouldFind) {
  std::mt19937 random{3};
  for (int round = 0; round < 50; ++round) {
    AddressIndex index;
    std::vector<AddressSet> sets;
    for (std::uint32_t s = 0; s < 20; ++s) {
      sets.push_back(random_set(random).first);
      index.add(s, s % 2 == 0 ? AddressIndex::End::source : AddressIndex::End::destination, sets.back());
    }
    index.finish();
    for (unsigned i = 0; i < 256; ++i) {
      const IpAddress source = small(i % 3 == 0, i), destination = small(i % 3 == 0, 255 - i);
      std::set<std::uint32_t> expected;
      for (std::uint32_t s = 0; s < 20; ++s)
        if (sets[s].contains(s % 2 == 0 ? source : destination)) expected.insert(s);
      ASSERT_EQ(found(index, source, destination), expected);
    }
  }
}

// Every other address of many, and wide ranges over all of them: the lists of the pieces would be 4,000 × 6,000 long.
TEST(AddressIndex, StaysSmallUnderWideRangesOverManySmallOnes) {
  AddressIndex index;
  std::vector<AddressRange> singles;
  for (unsigned i = 0; i < 3000; ++i) {
    const std::array<std::uint8_t, 4> bytes{10, 0, static_cast<std::uint8_t>(i / 128),
                                            static_cast<std::uint8_t>(i % 128 * 2)};
    singles.push_back({IpAddress::v4(bytes.data()), IpAddress::v4(bytes.data())});
  }
  index.add(0, AddressIndex::End::source, AddressSet{singles});
  for (std::uint32_t s = 1; s <= 4000; ++s)
    index.add(s, AddressIndex::End::source, AddressSet{{range("9.0.0.0", "11.0.0.0")}});
  index.finish();
  EXPECT_EQ(found(index, ip("10.0.0.2"), ip("8.8.8.8")).size(), 4001u);
  EXPECT_FALSE(found(index, ip("10.0.0.3"), ip("8.8.8.8")).contains(0));
}
