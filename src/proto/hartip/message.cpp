// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/hartip/message.hpp"

namespace gatehouse::proto::hartip {

bool Header::plausible() const noexcept {
  constexpr std::uint8_t kLastVersion = 2;
  constexpr std::uint16_t kEmpty = kHeader, kInitiate = kHeader + 5;
  if (version < 1 || version > kLastVersion || name_of(kMessageTypes, type).empty() ||
      name_of(kMessageIds, id).empty() || length < kHeader)
    return false;
  if (type == message_type::request && status != 0) return false;
  if (type == message_type::request && id == message_id::initiate) return length == kInitiate;
  if (id == message_id::close || id == message_id::keep_alive) return length == kEmpty;
  return true;
}

bool read_frame(Bytes bytes, Frame& frame) noexcept {
  constexpr std::size_t kLong = 5, kShort = 1;
  constexpr std::uint8_t kBurst = 1, kRequest = 2, kAnswer = 6;
  if (bytes.empty()) return false;
  std::uint8_t check = 0;
  Cursor c{bytes.first(bytes.size() - 1)};
  frame.delimiter = c.u8();
  const std::uint8_t kind = frame.delimiter & 7;
  if (kind != kBurst && kind != kRequest && kind != kAnswer) return false;
  frame.address = c.take(frame.has_long_address() ? kLong : kShort);
  c.skip(frame.delimiter >> 5 & 3);  // expansion
  frame.command = c.u8();
  Cursor data = c.sub(c.u8());
  for (const std::uint8_t octet : c.whole()) check ^= octet;
  if (!c.ok() || !c.empty() || check != bytes.back()) return false;
  if (frame.is_answer()) {
    frame.response_code = data.u8();
    frame.device_status = data.u8();
  }
  if (frame.command == command::extended && data.remaining() >= 2) frame.command = data.u16();
  frame.data = data.rest();
  return data.ok();
}

// In revision 5 the maker and the type have an octet each where later ones have a type of two that includes the maker.
bool read_identity(Bytes data, Identity& identity) noexcept {
  constexpr std::uint8_t kExpanded = 254, kSeven = 7;
  Cursor c{data};
  if (c.u8() != kExpanded) return false;
  identity.device_type = c.u16();
  c.skip(1);  // preambles
  identity.universal_revision = c.u8();
  identity.device_revision = c.u8();
  identity.software_revision = c.u8();
  c.skip(2);  // hardware, flags
  identity.device_id = c.u24();
  identity.manufacturer = identity.device_type >> 8;
  if (!c.ok()) return false;
  if (identity.universal_revision < kSeven) return true;
  c.skip(5);  // preambles, variables, counter of changes, status
  if (const std::uint16_t maker = c.u16(); c.ok()) identity.manufacturer = maker;
  return true;
}

}  // namespace gatehouse::proto::hartip
