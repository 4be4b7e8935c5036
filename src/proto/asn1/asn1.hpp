// SPDX-License-Identifier: GPL-3.0-or-later
// ASN.1 in its distinguished and basic encodings with definite lengths, as X.509, SNMP, LDAP, Kerberos and MMS send it:
// one value at a time over a Cursor. Nothing here recurses or allocates; how deep a structure is read is how many times
// its reader steps inside.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::asn1 {

// X.690, 8.1.2: class and constructed bit together with the number, as they stand in the identifier octet.
enum Tag : std::uint8_t {
  boolean = 0x01,
  integer = 0x02,
  enumerated = 0x0a,
  bit_string = 0x03,
  octet_string = 0x04,
  oid = 0x06,
  utf8_string = 0x0c,
  numeric_string = 0x12,
  printable_string = 0x13,
  teletex_string = 0x14,
  ia5_string = 0x16,
  general_string = 0x1b,
  utc_time = 0x17,
  generalized_time = 0x18,
  visible_string = 0x1a,
  universal_string = 0x1c,
  bmp_string = 0x1e,
  sequence = 0x30,
  set = 0x31,  // also "SET OF"
};
constexpr std::uint8_t application(unsigned number) noexcept {  // constructed, as all messages are
  return static_cast<std::uint8_t>(0x60 | number);
}
constexpr std::uint8_t context(unsigned number) noexcept {
  return static_cast<std::uint8_t>(0x80 | number);
}
constexpr std::uint8_t context_constructed(unsigned number) noexcept {
  return static_cast<std::uint8_t>(0xa0 | number);
}

inline constexpr std::size_t kMaxLengthOctets = 4;

struct Value {
  std::uint8_t tag = 0;
  Bytes body{};
  Bytes whole{};  // with identifier and length
};

// How many octets the value that begins here takes with identifier and length: so that a stream's reader knows how much
// to wait for. 0: more octets are needed to tell; kNoValue: these begin no value that is read here.
inline constexpr std::size_t kNoValue = static_cast<std::size_t>(-1);
inline std::size_t whole_size(Bytes bytes) noexcept {
  if (!bytes.empty() && (bytes[0] & 0x1f) == 0x1f) return kNoValue;
  if (bytes.size() < 2) return 0;
  if (bytes[1] < 0x80) return 2u + bytes[1];
  const std::size_t octets = bytes[1] & 0x7f;
  if (octets == 0 || octets > kMaxLengthOctets) return kNoValue;
  if (bytes.size() < 2 + octets) return 0;
  std::size_t length = 0;
  for (std::size_t i = 0; i < octets; ++i) length = length << 8 | bytes[2 + i];
  return 2 + octets + length;
}

// X.690, 8.1.3: "the length octets shall consist of one or more octets, and shall represent the number of octets in the
// contents octets using the definite form". Lengths longer than they need to be are read, as the libraries of the
// receivers read them; the indefinite form is not DER and fails the cursor, as do tags of more than one octet.
inline Value read(Cursor& c) noexcept {
  const std::size_t start = c.position();
  Value value;
  value.tag = c.u8();
  if ((value.tag & 0x1f) == 0x1f) c.fail();
  std::size_t length = c.u8();
  if (length >= 0x80) {
    const std::size_t octets = length & 0x7f;
    if (octets == 0 || octets > kMaxLengthOctets) c.fail();
    length = 0;
    for (std::size_t i = 0; i < octets && c.ok(); ++i) length = length << 8 | c.u8();
  }
  value.body = c.take(length);
  if (c.ok()) value.whole = c.since(start);
  return value;
}

// The next value if it has this tag; anything else fails the cursor.
inline Value expect(Cursor& c, std::uint8_t tag) noexcept {
  const Value value = read(c);
  if (value.tag != tag) c.fail();
  return c.ok() ? value : Value{};
}

// X.690, 8.3: a two's complement number. Longer than eight octets fails the cursor that it came from.
inline std::int64_t integer_of(Bytes body, Cursor& c) noexcept {
  if (body.empty() || body.size() > 8) {
    c.fail();
    return 0;
  }
  std::uint64_t value = body[0] & 0x80 ? ~std::uint64_t{0} : 0;
  for (const std::uint8_t b : body) value = value << 8 | b;
  return static_cast<std::int64_t>(value);
}
inline std::int64_t expect_integer(Cursor& c, std::uint8_t tag = integer) noexcept {
  return integer_of(expect(c, tag).body, c);
}

inline bool next_is(Cursor& c, std::uint8_t tag) noexcept {
  return !c.empty() && c.peek() == tag;
}

}  // namespace gatehouse::proto::asn1
