// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mms/message.hpp"

#include <algorithm>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::mms {
namespace {

namespace si {  // ISO 8327-1, 8: session unit identifiers
constexpr std::uint8_t data_transfer = 1, connect = 13, accept = 14;
}

// The first value with this tag among those of `body`; empty where there is none.
Bytes child(Bytes body, std::uint8_t tag) noexcept {
  for (Cursor c{body}; !c.empty();) {
    const asn1::Value value = asn1::read(c);
    if (c.ok() && value.tag == tag) return value.body;
  }
  return {};
}

template <std::size_t count>
Bytes descend(Bytes body, const std::array<std::uint8_t, count>& tags) noexcept {
  for (const std::uint8_t tag : tags) body = child(body, tag);
  return body;
}

// ISO 8327-1, 8.2.5: a length of one octet, or of two behind 0xff.
std::size_t session_length(Cursor& c) noexcept {
  const std::uint8_t first = c.u8();
  return first == 0xff ? c.u16() : first;
}

// 8.3.1, 8.3.2: the user data of a connect or an accept.
Bytes connect_data(Cursor c) noexcept {
  constexpr std::uint8_t kUserData = 193, kExtendedUserData = 194;
  c.skip(1);
  for (Cursor parameters = c.sub(session_length(c)); !parameters.empty();) {
    const std::uint8_t code = parameters.u8();
    const Bytes value = parameters.take(session_length(parameters));
    if (code == kUserData || code == kExtendedUserData) return value;
  }
  return {};
}

// ISO 8823-1 (presentation), ISO 8650-1 (association control): from the connect down to what the association carries.
Bytes connect_message(Bytes presentation) noexcept {
  using namespace asn1;
  constexpr std::uint8_t kExternal = 0x28;
  const Bytes normal = descend(presentation, std::array<std::uint8_t, 2>{set, context_constructed(2)});
  const Bytes acse = descend(normal, std::array<std::uint8_t, 3>{application(1), sequence, context_constructed(0)});
  for (const unsigned association : {0u, 1u}) {  // request, response
    const Bytes carried = descend(acse, std::array<std::uint8_t, 4>{application(association), context_constructed(30),
                                                                    kExternal, context_constructed(0)});
    if (!carried.empty()) return carried;
  }
  return {};
}

// ISO 8823-1, 8.4: fully encoded data; of the lists in it the first whose context is not the association's own.
Bytes data_message(Cursor c) noexcept {
  constexpr std::int64_t kAssociation = 1;
  constexpr std::size_t kGiveTokens = 2, kDataTransfer = 2;
  c.skip(kGiveTokens + kDataTransfer);
  for (Cursor lists{child(c.rest(), asn1::application(1))}; !lists.empty();) {
    Cursor list{asn1::expect(lists, asn1::sequence).body};
    const std::int64_t context = asn1::expect_integer(list);
    const Bytes data = asn1::expect(list, asn1::context_constructed(0)).body;
    if (list.ok() && context != kAssociation) return data;
  }
  return {};
}

// An identifier of one or more octets: services beyond 30 have two.
std::uint32_t tag_number(Cursor& c) noexcept {
  std::uint32_t number = c.u8() & 0x1f;
  if (number != 0x1f) return number;
  number = 0;
  for (unsigned i = 0; i < 3 && c.ok(); ++i) {
    const std::uint8_t octet = c.u8();
    number = number << 7 | (octet & 0x7f);
    if ((octet & 0x80) == 0) return number;
  }
  c.fail();
  return 0;
}

// ISO 9506-2, 7.2 and 7.3: number of the invocation, modifiers, service.
bool read_service(Cursor c, Message& m) noexcept {
  const bool confirmed = m.pdu != Pdu::unconfirmed;
  if (confirmed) {
    m.invoke_id = static_cast<std::uint32_t>(asn1::expect_integer(c));
    m.has_invoke_id = c.ok();
    if (m.pdu == Pdu::confirmed_request && asn1::next_is(c, asn1::sequence)) (void)asn1::read(c);  // modifiers
  }
  m.service = tag_number(c);
  std::size_t length = c.u8();
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets == 0 || octets > asn1::kMaxLengthOctets) c.fail();
    length = 0;
    for (std::size_t i = 0; i < octets && c.ok(); ++i) length = length << 8 | c.u8();
  }
  m.body = c.take(length);
  m.has_service = c.ok();
  return c.ok();
}

bool read_message(Bytes bytes, Message& m) noexcept {
  Cursor c{bytes};
  const asn1::Value value = asn1::read(c);
  const std::uint8_t number = value.tag & 0x1f;
  if (!c.ok() || (value.tag & 0xc0) != 0x80 || number > kLastPdu) return false;
  m.pdu = static_cast<Pdu>(number);
  m.body = value.body;
  switch (m.pdu) {
    case Pdu::confirmed_request:
    case Pdu::confirmed_response:
    case Pdu::unconfirmed:
      return read_service(Cursor{value.body}, m);
    case Pdu::confirmed_error: {
      Cursor error{value.body};
      m.invoke_id = static_cast<std::uint32_t>(asn1::expect_integer(error, asn1::context(0)));
      m.has_invoke_id = error.ok();
      return error.ok();
    }
    default:
      return true;
  }
}

}  // namespace

bool is_connect(Bytes unit) noexcept {
  return !unit.empty() && (unit[0] == si::connect || unit[0] == si::accept);
}

bool names_mms(Bytes unit) noexcept {
  // ISO 9506-2: the object identifiers of its syntax and of its application context begin with 1.0.9506.2.
  constexpr std::array<std::uint8_t, 4> kMms{0x28, 0xca, 0x22, 0x02};
  return !std::ranges::search(unit, kMms).empty();
}

Found read_unit(Bytes unit, Message& message) noexcept {
  Cursor c{unit};
  message = {};
  Bytes bytes;
  if (is_connect(unit))
    bytes = connect_message(connect_data(c));
  else if (unit[0] == si::data_transfer)
    bytes = data_message(c);
  else
    return Found::nothing;
  if (bytes.empty()) return Found::nothing;
  return read_message(bytes, message) ? Found::message : Found::malformed;
}

bool Names::next(Bytes& domain, Bytes& item) noexcept {
  constexpr std::uint8_t kGraphicString = 0x19, kConstructed = 0x20;
  while (depth_ > 0 && looked_ < kMostValues) {
    Cursor& c = levels_[depth_ - 1];
    if (c.empty()) {
      --depth_;
      continue;
    }
    ++looked_;
    const asn1::Value value = asn1::read(c);
    if (!c.ok()) return false;
    if (value.tag == kGraphicString) {
      domain = {}, item = value.body;
      return true;
    }
    if ((value.tag & kConstructed) == 0) continue;
    // ISO 9506-2, 5.5.1: the name of an object within a domain is two identifiers, and nothing else.
    Cursor pair{value.body};
    const asn1::Value first = asn1::read(pair), second = asn1::read(pair);
    if (pair.ok() && pair.empty() && first.tag == asn1::visible_string && second.tag == asn1::visible_string) {
      domain = first.body, item = second.body;
      return true;
    }
    push(value.body);
  }
  return false;
}

Bytes identity_part(const Message& message, std::uint8_t part) noexcept {
  if (message.pdu != Pdu::confirmed_response || message.service != service::identify) return {};
  return child(message.body, asn1::context(part));
}

}  // namespace gatehouse::proto::mms
