// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/profinet/blocks.hpp"

#include "proto/dcerpc/pdu.hpp"

namespace gatehouse::proto::profinet {
namespace {

// IEC 61158-6-10, 5.2.1.2: the types of blocks that are looked at.
constexpr std::uint16_t kWriteRequest = 0x0008, kReadRequest = 0x0009, kIdentification = 0x0020, kRelation = 0x0101,
                        kWriteAnswer = 0x8008, kReadAnswer = 0x8009;
constexpr std::uint16_t kFirstControl = 0x0110, kLastControl = 0x0118;
constexpr unsigned kMaxBlocks = 64;

std::string_view padded(Bytes text) noexcept {
  std::string_view view = as_text(text);
  while (!view.empty() && (view.back() == ' ' || view.back() == '\0')) view.remove_suffix(1);
  return view;
}

void read_relation(Cursor& c, Contents& out) noexcept {
  const std::uint16_t type = c.u16();
  c.skip(16 + 2 + 6);  // identifier of the relation, session key, hardware address
  const dcerpc::Uuid object = dcerpc::Uuid::read(c, false);
  c.skip(4 + 2 + 2);  // properties, timeout, port
  const Bytes station = c.take(c.u16());
  if (!c.ok()) return;
  out.has_relation = true;
  out.relation_type = type;
  out.initiator = identity_of(object);
  out.station = as_text(station);
}

void read_record(Cursor& c, Contents& out) noexcept {
  c.skip(2 + 16 + 4);  // sequence, identifier of the relation, application
  out.slot = c.u16();
  out.subslot = c.u16();
  c.skip(2);
  out.index = c.u16();
  out.length = c.u32();
  out.has_record = c.ok();
}

void read_control(Cursor& c, Contents& out) noexcept {
  c.skip(2 + 16 + 2 + 2);  // reserved, identifier of the relation, session key, alarm or reserved
  out.command = c.u16();
  out.has_command = c.ok();
}

// IEC 61158-6-10, 5.2.10: identification and maintenance 0.
void read_identification(Cursor& c, Contents& out) noexcept {
  out.vendor = c.u16();
  const Bytes order = c.take(20), serial = c.take(16);
  out.hardware = c.u16();
  out.software_prefix = static_cast<char>(c.u8());
  for (std::uint8_t& part : out.software) part = c.u8();
  if (!c.ok()) return;
  out.has_identification = true;
  out.order_id = padded(order);
  out.serial = padded(serial);
}

}  // namespace

Identity identity_of(const dcerpc::Uuid& object) noexcept {
  constexpr dcerpc::Uuid kPattern = dcerpc::Uuid::of("dea00000-6c97-11d1-8271-000000000000");
  Identity identity;
  for (std::size_t i = 0; i < 10; ++i)
    if (object.bytes[i] != kPattern.bytes[i]) return identity;
  identity.device = static_cast<std::uint16_t>(object.bytes[12] << 8 | object.bytes[13]);
  identity.vendor = static_cast<std::uint16_t>(object.bytes[14] << 8 | object.bytes[15]);
  identity.known = true;
  return identity;
}

// IEC 61158-6-10, 4.10: before the blocks the room that the answer may take, or the status, then the length as a
// conformant and varying array has it: thrice, with an offset.
bool read_stub(Bytes stub, bool answer, bool little, Contents& out) noexcept {
  dcerpc::Numbers head{stub, little};
  const std::uint32_t first = head.u32();
  if (answer) out.status = first;
  const std::uint32_t length = head.u32();
  head.c.skip(4 + 4 + 4);
  Cursor blocks = head.c.sub(length);
  for (unsigned i = 0; i < kMaxBlocks && blocks.ok() && !blocks.empty(); ++i) {
    const std::uint16_t type = blocks.u16();
    Cursor block = blocks.sub(blocks.u16());
    block.skip(2);  // version
    if (!blocks.ok()) return false;
    if (type == kRelation) read_relation(block, out);
    if (type == kReadRequest || type == kWriteRequest || type == kReadAnswer || type == kWriteAnswer)
      read_record(block, out);
    if (type >= kFirstControl && type <= kLastControl) read_control(block, out);
    if (type == kIdentification) read_identification(block, out);
    if (!block.ok()) return false;
    // Behind a record's header come its data, which are blocks only where the standard defines them.
    constexpr std::uint16_t kFirstStandard = 0x8000;
    if (out.has_record && (type == kWriteRequest || type == kReadAnswer) && out.index < kFirstStandard) break;
  }
  return head.c.ok();
}

}  // namespace gatehouse::proto::profinet
