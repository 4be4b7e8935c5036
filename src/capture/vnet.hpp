// SPDX-License-Identifier: GPL-3.0-or-later
// The header that travels before a frame of a packet socket with PACKET_VNET_HDR: what the kernel has left undone
// (checksum, cutting into segments) and must do when the frame goes on. Byte order is the host's.
#pragma once

#include <cstdint>
#include <cstring>

namespace gatehouse::capture {

struct VnetHeader {
  std::uint8_t flags = 0, gso_type = 0;
  std::uint16_t header_length = 0, gso_size = 0, checksum_start = 0, checksum_offset = 0;
};
inline constexpr std::size_t kVnetHeader = 10;
static_assert(sizeof(VnetHeader) == kVnetHeader);

inline constexpr std::uint8_t kVnetNeedsChecksum = 1, kVnetChecksumValid = 2;
inline constexpr std::uint8_t kVnetGsoNone = 0;
inline constexpr std::size_t kVlanTag = 4, kMacs = 12;

inline VnetHeader read_vnet(const std::uint8_t* at) noexcept {
  VnetHeader header;
  std::memcpy(&header, at, sizeof header);
  return header;
}
inline void write_vnet(std::uint8_t* at, const VnetHeader& header) noexcept {
  std::memcpy(at, &header, sizeof header);
}

// Puts a VLAN tag that the kernel took out of the frame back to its place. `at` is the vnet header with the frame right
// behind it (at least the MAC addresses); the four bytes before it are ours to write. Returns where the vnet header now
// stands; the frame has grown by kVlanTag.
inline std::uint8_t* restore_vlan_tag(std::uint8_t* at, std::uint16_t ethertype, std::uint16_t tag) noexcept {
  std::uint8_t* moved = at - kVlanTag;
  std::memmove(moved, at, kVnetHeader + kMacs);
  std::uint8_t* place = moved + kVnetHeader + kMacs;
  place[0] = static_cast<std::uint8_t>(ethertype >> 8), place[1] = static_cast<std::uint8_t>(ethertype);
  place[2] = static_cast<std::uint8_t>(tag >> 8), place[3] = static_cast<std::uint8_t>(tag);

  VnetHeader header = read_vnet(moved);
  constexpr auto grown = static_cast<std::uint16_t>(kVlanTag);
  if (header.header_length != 0) header.header_length = static_cast<std::uint16_t>(header.header_length + grown);
  if (header.flags & kVnetNeedsChecksum)
    header.checksum_start = static_cast<std::uint16_t>(header.checksum_start + grown);
  write_vnet(moved, header);
  return moved;
}

}  // namespace gatehouse::capture
