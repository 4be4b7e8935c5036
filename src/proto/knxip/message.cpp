// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/knxip/message.hpp"

namespace gatehouse::proto::knxip {
namespace {

void read_data(Cursor& c, BusMessage& m) noexcept {
  constexpr std::uint8_t kGroup = 0x80, kControlOnly = 0x80;
  c.skip(1);  // priority, repetition
  m.to_group = (c.u8() & kGroup) != 0;
  m.source = c.u16();
  m.destination = c.u16();
  const std::uint8_t length = c.u8();  // counts what follows the transport layer's octet
  const std::uint8_t transport = c.u8();
  Cursor data = c.sub(length);
  m.is_data = c.ok();
  if (!m.is_data || length == 0 || (transport & kControlOnly) != 0) return;
  const std::uint8_t second = data.u8();
  m.function = static_cast<std::uint16_t>((transport & 3) << 8 | second);
  m.small_value = second & 0x3f;
  m.value = data.rest();
  m.has_function = true;
}

void read_property(Cursor& c, BusMessage& m) noexcept {
  m.object = c.u16();
  m.instance = c.u8();
  m.property = c.u8();
  c.skip(2);  // count and first index
  m.is_property = c.ok();
}

}  // namespace

bool read_bus_message(Cursor& c, BusMessage& m) noexcept {
  m.code = c.u8();
  switch (m.code) {
    case cemi::data_request:
    case cemi::data_confirmation:
    case cemi::data_indication:
      c.skip(c.u8());  // additional information
      read_data(c, m);
      break;
    case cemi::property_read:
    case cemi::property_read_answer:
    case cemi::property_write:
    case cemi::property_write_answer:
    case cemi::property_info:
      read_property(c, m);
      break;
    default:
      break;
  }
  return c.ok();
}

bool read_description(Cursor& c, Description& d) noexcept {
  constexpr std::uint8_t kDeviceInfo = 1, kBlockHeader = 2;
  constexpr std::size_t kSerial = 6, kIpv4 = 4, kMac = 6, kName = 30;
  while (c.ok() && !c.empty()) {
    const std::uint8_t size = c.u8(), type = c.u8();
    if (size < kBlockHeader) return false;
    Cursor block = c.sub(size - kBlockHeader);
    if (type != kDeviceInfo) continue;
    d.medium = block.u8(), d.status = block.u8();
    d.address = block.u16(), d.project = block.u16();
    d.serial = block.take(kSerial);
    d.multicast = block.take(kIpv4);
    d.mac = block.take(kMac);
    d.name = block.take(kName);
    return block.ok();
  }
  return false;
}

}  // namespace gatehouse::proto::knxip
