// SPDX-License-Identifier: GPL-3.0-or-later
#include "capture/vnet.hpp"

#include <array>
#include <gmock/gmock.h>
#include <numeric>

namespace gatehouse::capture {
namespace {

TEST(Vnet, ATagComesBackBetweenAddressesAndType) {
  std::array<std::uint8_t, 64> memory{};
  std::uint8_t* vnet = memory.data() + 16;
  write_vnet(vnet, {kVnetNeedsChecksum, 1, 54, 1448, 34, 16});
  std::iota(vnet + kVnetHeader, vnet + kVnetHeader + 14, std::uint8_t{1});  // two addresses and a type: 1 … 14

  std::uint8_t* moved = restore_vlan_tag(vnet, 0x8100, 0x6abc);

  ASSERT_EQ(moved, vnet - kVlanTag);
  const std::vector<std::uint8_t> frame(moved + kVnetHeader, moved + kVnetHeader + 18);
  EXPECT_THAT(frame, testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0x81, 0x00, 0x6a, 0xbc, 13, 14));
  const VnetHeader header = read_vnet(moved);
  EXPECT_EQ(header.checksum_start, 38);  // counted from the frame's start, which has moved
  EXPECT_EQ(header.header_length, 58);
  EXPECT_EQ(header.gso_size, 1448);
  EXPECT_EQ(header.checksum_offset, 16);
}

TEST(Vnet, WithoutOffloadNothingInTheHeaderChanges) {
  std::array<std::uint8_t, 64> memory{};
  const std::uint8_t* moved = restore_vlan_tag(memory.data() + 16, 0x88a8, 5);
  const VnetHeader header = read_vnet(moved);
  EXPECT_EQ(header.checksum_start, 0);
  EXPECT_EQ(header.header_length, 0);
}

}  // namespace
}  // namespace gatehouse::capture
