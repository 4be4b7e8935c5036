// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/endpoint_mapper.hpp"

namespace gatehouse::proto::dcerpc {
namespace {

// C706, appendix I: protocol identifiers.
constexpr std::uint8_t kUdp = 0x08, kTcp = 0x07, kUuid = 0x0d, kNamedPipe = 0x0f, kHttp = 0x1f;
constexpr unsigned kMaxFloors = 8;

// C706, appendix L: a count of floors, each a left and a right side with their lengths. The numbers of a tower are
// little endian, but for ports.
bool read_tower(Bytes octets, Tower& tower) noexcept {
  Cursor c{octets};
  const unsigned floors = c.le16();
  for (unsigned i = 0; i < floors && i < kMaxFloors && c.ok(); ++i) {
    Cursor left = c.sub(c.le16());
    Cursor right = c.sub(c.le16());
    const std::uint8_t protocol = left.u8();
    if (i == 0) {
      if (protocol != kUuid) return false;
      tower.interface = Uuid::read(left, true);
      tower.version = left.le16();
      if (!left.ok()) return false;
    }
    if (protocol == kTcp) tower.protocol = "ncacn_ip_tcp";
    if (protocol == kUdp) tower.protocol = "ncadg_ip_udp";
    if (protocol == kHttp) tower.protocol = "ncacn_http";
    if (protocol == kNamedPipe) tower.protocol = "ncacn_np";
    if (protocol == kTcp || protocol == kUdp || protocol == kHttp) tower.port = right.u16();
  }
  return c.ok() && floors > 0;
}

// A pointer's target: the array's size, the tower's length, its octets.
bool read_counted(Cursor& c, Tower& tower) noexcept {
  c.skip(4);
  const Bytes octets = c.take(c.le32());
  return c.ok() && read_tower(octets, tower);
}

}  // namespace

bool read_map_request(Bytes stub, Tower& tower) noexcept {
  Cursor c{stub};
  if (c.le32() != 0) c.skip(16);  // a pointer to the object's identifier
  if (c.le32() == 0) return false;
  return read_counted(c, tower);
}

bool read_map_response(Bytes stub, Tower& tower) noexcept {
  constexpr std::uint32_t kMostTowers = 500;  // C706, appendix O: more may not be asked for
  Cursor c{stub};
  c.skip(20);  // the handle for more
  const std::uint32_t count = c.le32();
  c.skip(4 + 4 + 4);  // size, offset and length of the array of pointers
  if (!c.ok() || count == 0 || count > kMostTowers) return false;
  c.skip(std::size_t{count} * 4);
  return read_counted(c, tower);
}

}  // namespace gatehouse::proto::dcerpc
