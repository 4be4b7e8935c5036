// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fins/message.hpp"

namespace gatehouse::proto::fins {
namespace {

constexpr std::size_t kPlace = 4;

Place read_place(Cursor& c) noexcept {
  Place place;
  place.area = c.u8();
  place.address = c.u16();
  place.bit = c.u8();
  return place;
}

}  // namespace

Frame::Frame(Cursor& c) noexcept
    : control{c.u8()},
      reserved{c.u8()},
      gateways{c.u8()},
      destination_network{c.u8()},
      destination_node{c.u8()},
      destination_unit{c.u8()},
      source_network{c.u8()},
      source_node{c.u8()},
      source_unit{c.u8()},
      service{c.u8()},
      code{c.u16()} {
  if (is_response()) end_code = c.u16();
  parameters = c.take(c.remaining());
}

bool Frame::plausible() const noexcept {
  constexpr std::uint8_t kFixedBits = 0xbe, kFixed = 0x80, kMostGateways = 7, kLastNetwork = 0x7f;
  constexpr std::uint16_t kLastEndCode = 0x40ff, kEndFlags = 0x8000;  // 0x8000: an error on the way
  return (control & kFixedBits) == kFixed && reserved == 0 && gateways <= kMostGateways &&
         destination_network <= kLastNetwork && source_network <= kLastNetwork &&
         (end_code & ~kEndFlags) <= kLastEndCode;
}

bool Frame::fits() const noexcept {
  const Command* row = find_command(code);
  if (row == nullptr || is_response()) return true;
  if (parameters.size() < row->least) return false;
  if (row->layout == Layout::addresses) return parameters.size() % kPlace == 0;
  return row->most == 0 || parameters.size() <= row->most;
}

bool place_of(const Frame& frame, unsigned index, Place& place) noexcept {
  const Command* row = find_command(frame.code);
  if (row == nullptr || frame.is_response()) return false;
  Cursor c{frame.parameters};
  switch (row->layout) {
    case Layout::opaque:
      return false;
    case Layout::range:
      place = read_place(c);
      place.count = c.u16();
      return c.ok() && index == 0;
    case Layout::addresses:
      c.skip(std::size_t{index} * kPlace);
      place = read_place(c);
      place.count = 1;
      return c.ok();
    case Layout::transfer: {
      const Place from = read_place(c), to = read_place(c);
      place = index == 0 ? from : to;
      place.count = c.u16();
      return c.ok() && index < 2;
    }
  }
  return false;
}

bool TcpHeader::plausible() const noexcept {
  constexpr std::uint32_t kLeast = 8, kMost = 1u << 16, kLastError = 0x25;
  return as_text(magic) == kMagic && length >= kLeast && length <= kMost && error <= kLastError &&
         !name_of(kTcpCommands, command).empty();
}

}  // namespace gatehouse::proto::fins
