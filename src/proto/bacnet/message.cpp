// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bacnet/message.hpp"

namespace gatehouse::proto::bacnet {
namespace {

constexpr std::size_t kBvlcHeader = 4;
constexpr std::size_t kTableEntry = 10;

bool carries_npdu(std::uint8_t function) noexcept {
  return function == bvlc::forwarded_npdu || function >= bvlc::distribute_broadcast;
}

// Annex J.2: what follows a header that carries no network layer.
bool fits(std::uint8_t function, std::size_t body) noexcept {
  switch (function) {
    case bvlc::result:
    case bvlc::register_foreign:
      return body == 2;
    case bvlc::read_bdt:
    case bvlc::read_fdt:
      return body == 0;
    case bvlc::delete_fdt:
      return body == 6;
    default:
      return body % kTableEntry == 0;
  }
}

// ASHRAE 135, 6.2.
void read_npdu(Cursor& c, Message& m) noexcept {
  constexpr std::uint8_t kNetworkMessage = 0x80, kDestination = 0x20, kSource = 0x08, kReserved = 0x50;
  const std::uint8_t version = c.u8(), control = c.u8();
  if (version != kNpduVersion || (control & kReserved) != 0) return c.fail();
  if ((control & kDestination) != 0) {
    c.skip(2);
    c.skip(c.u8());
  }
  if ((control & kSource) != 0) {
    m.from_other_network = true;
    m.source_network = c.u16();
    c.skip(c.u8());
  }
  if ((control & kDestination) != 0) c.skip(1);  // hops
  m.is_network_message = (control & kNetworkMessage) != 0;
  if (m.is_network_message) m.network_message = c.u8();
}

// 20.1.2 to 20.1.9.
void read_apdu(Cursor& c, Message& m) noexcept {
  constexpr std::uint8_t kSegmented = 0x08, kLastPdu = 7;
  const std::uint8_t first = c.u8();
  if (first >> 4 > kLastPdu) return c.fail();
  m.pdu = static_cast<Pdu>(first >> 4);
  m.has_apdu = true;
  if (m.pdu == Pdu::unconfirmed_request) {
    m.service = static_cast<std::uint16_t>(kUnconfirmed + c.u8());
    m.has_service = true;
    m.parameters = c.take(c.remaining());
    return;
  }
  if (m.pdu == Pdu::confirmed_request) c.skip(1);  // greatest answer
  m.invoke = c.u8();
  m.has_invoke = true;
  const bool may_be_cut = m.pdu == Pdu::confirmed_request || m.pdu == Pdu::complex_ack;
  if (may_be_cut && (first & kSegmented) != 0) {
    m.segmented = true;
    m.segment = c.u8();
    c.skip(1);  // window
  }
  if (m.pdu == Pdu::segment_ack) return c.skip(2);
  if (m.pdu == Pdu::reject || m.pdu == Pdu::abort) {
    m.reason = c.u8();
    return;
  }
  m.service = c.u8();
  m.has_service = true;
  m.parameters = c.take(c.remaining());
}

}  // namespace

std::uint32_t Tag::number_value() const noexcept {
  std::uint32_t sum = 0;
  if (value.size() > sizeof sum) return 0;
  for (const std::uint8_t octet : value) sum = sum << 8 | octet;
  return sum;
}

// 20.2.1: number, class, and length, value or type; each may go on in further octets.
bool read_tag(Cursor& c, Tag& tag) noexcept {
  constexpr std::uint8_t kExtended = 5, kOpening = 6, kClosing = 7, kLongNumber = 15, kContext = 0x08;
  constexpr std::uint8_t kLength16 = 254, kLength32 = 255, kBoolean = 1;
  const std::uint8_t first = c.u8();
  tag = {};
  tag.number = first >> 4;
  tag.context = (first & kContext) != 0;
  if (tag.number == kLongNumber) tag.number = c.u8();
  std::uint32_t length = first & 7;
  tag.opening = tag.context && length == kOpening;
  tag.closing = tag.context && length == kClosing;
  if (tag.opening || tag.closing) return c.ok();
  if (length > kExtended) return false;
  if (!tag.context && tag.number == kBoolean) return c.ok();  // the value is in the length
  if (length == kExtended) {
    length = c.u8();
    if (length == kLength16)
      length = c.u16();
    else if (length == kLength32)
      length = c.u32();
  }
  tag.value = c.take(length);
  return c.ok();
}

bool read_message(Bytes datagram, Message& m) noexcept {
  Cursor c{datagram};
  m.type = c.u8(), m.function = c.u8(), m.length = c.u16();
  if (!c.ok() || m.type != kBvlcType || m.function > bvlc::broadcast || m.length != datagram.size()) return false;
  if (!carries_npdu(m.function)) return fits(m.function, datagram.size() - kBvlcHeader);
  constexpr std::size_t kAddress = 6;
  if (m.function == bvlc::forwarded_npdu) c.skip(kAddress);
  read_npdu(c, m);
  m.has_npdu = c.ok();
  if (c.ok() && !m.is_network_message) read_apdu(c, m);
  return c.ok();
}

Items::Items(const Message& m) noexcept : c_{m.parameters} {
  const bool asks_or_tells = m.pdu == Pdu::confirmed_request || m.pdu == Pdu::unconfirmed_request;
  const Service* row = m.has_service ? find_service(m.service) : nullptr;
  const bool readable = row != nullptr && (asks_or_tells || m.pdu == Pdu::complex_ack) && m.segment == 0;
  if (!readable) {
    c_.fail();
    return;
  }
  layout_ = row->layout;
  if (m.pdu == Pdu::complex_ack && m.service == service::read_property_multiple) layout_.inner = 2;  // 15.7.3.1
}

bool Items::next(Item& item) noexcept {
  Tag tag;
  while (!c_.empty() && read_tag(c_, tag)) {
    if (tag.closing && depth_ == 0) break;
    if (tag.opening || tag.closing) {
      tag.opening ? ++depth_ : --depth_;
      continue;
    }
    item.tag = tag;
    item.number = tag.number_value();
    const bool own_object = tag.context
                                ? tag.number == layout_.object
                                : layout_.object == kApplication && tag.number == application::object_identifier;
    if (depth_ == 0 && own_object && tag.is_object()) {
      item.kind = Item::Kind::object;
      return true;
    }
    if (tag.context &&
        ((depth_ == 0 && tag.number == layout_.property) || (depth_ == 1 && tag.number == layout_.inner))) {
      item.kind = Item::Kind::property;
      return true;
    }
    if (!tag.context) {
      item.kind = Item::Kind::value;
      return true;
    }
  }
  c_.fail();
  return false;
}

}  // namespace gatehouse::proto::bacnet
