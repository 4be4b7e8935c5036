// SPDX-License-Identifier: GPL-3.0-or-later
// What a certificate says, as people read it.
#include <array>

#include "base/ip.hpp"
#include "base/utf8.hpp"
#include "proto/asn1/asn1.hpp"
#include "proto/tls/x509.hpp"

namespace gatehouse::proto::tls {
namespace {

struct AttributeName {
  std::string_view oid;  // contents octets
  std::string_view text;
};
constexpr std::array kAttributeNames{
    AttributeName{"\x55\x04\x03", "CN"},
    AttributeName{"\x55\x04\x06", "C"},
    AttributeName{"\x55\x04\x07", "L"},
    AttributeName{"\x55\x04\x08", "ST"},
    AttributeName{"\x55\x04\x0a", "O"},
    AttributeName{"\x55\x04\x0b", "OU"},
    AttributeName{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", "DC"},
    AttributeName{"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", "Email"},
    AttributeName{"\x55\x04\x04", "surname"},
    AttributeName{"\x55\x04\x05", "serialNumber"},
    AttributeName{"\x55\x04\x09", "streetAddress"},
    AttributeName{"\x55\x04\x0c", "title"},
    AttributeName{"\x55\x04\x0d", "description"},
    AttributeName{"\x55\x04\x0f", "businessCategory"},
    AttributeName{"\x55\x04\x10", "postalAddress"},
    AttributeName{"\x55\x04\x11", "postalCode"},
    AttributeName{"\x55\x04\x14", "telephoneNumber"},
    AttributeName{"\x55\x04\x29", "name"},
    AttributeName{"\x55\x04\x2a", "givenName"},
    AttributeName{"\x55\x04\x2b", "initials"},
    AttributeName{"\x55\x04\x2c", "generationQualifier"},
    AttributeName{"\x55\x04\x2e", "dnQualifier"},
    AttributeName{"\x55\x04\x41", "pseudonym"},
    AttributeName{"\x55\x04\x61", "organizationIdentifier"},
    AttributeName{"\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", "UID"},
    AttributeName{"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x01", "jurisdictionL"},
    AttributeName{"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x02", "jurisdictionST"},
    AttributeName{"\x2b\x06\x01\x04\x01\x82\x37\x3c\x02\x01\x03", "jurisdictionC"},
};

bool is_text(std::uint8_t tag) noexcept {
  return tag == asn1::utf8_string || tag == asn1::printable_string || tag == asn1::ia5_string ||
         tag == asn1::numeric_string || tag == asn1::teletex_string || tag == asn1::visible_string;
}

// A code point as UTF-8; what is none becomes U+FFFD.
void put_code_point(std::uint32_t point, BoundedText& out) noexcept {
  if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) point = 0xfffd;
  const auto tail = [&](unsigned shift) { out.put(static_cast<char>(0x80 | (point >> shift & 0x3f))); };
  if (point < 0x80) {
    out.put(static_cast<char>(point));
  } else if (point < 0x800) {
    out.put(static_cast<char>(0xc0 | point >> 6)), tail(0);
  } else if (point < 0x10000) {
    out.put(static_cast<char>(0xe0 | point >> 12)), tail(6), tail(0);
  } else {
    out.put(static_cast<char>(0xf0 | point >> 18)), tail(12), tail(6), tail(0);
  }
}

bool write_value(const asn1::Value& value, BoundedText& out) noexcept {
  if (is_text(value.tag)) {
    out.put(as_text(value.body));
    return value.tag != asn1::utf8_string || is_utf8(value.body);
  }
  Cursor c{value.body};
  if (value.tag == asn1::bmp_string) {
    while (c.remaining() >= 2) put_code_point(c.u16(), out);
  } else if (value.tag == asn1::universal_string) {
    while (c.remaining() >= 4) put_code_point(c.u32(), out);
  } else {
    for (const std::uint8_t byte : value.body) out.hex(byte, true);
  }
  return true;
}

// An attribute without a name of its own is written as its object identifier in dots.
void write_oid(Bytes id, BoundedText& out) noexcept {
  std::uint64_t arc = 0;
  bool first = true;
  for (const std::uint8_t byte : id) {
    arc = arc << 7 | (byte & 0x7f);
    if ((byte & 0x80) != 0) continue;
    if (first) {
      const std::uint64_t root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
      out.decimal(root);
      arc -= root * 40;
      first = false;
    }
    out.put('.');
    out.decimal(arc);
    arc = 0;
  }
}

void write_attribute_name(Bytes id, BoundedText& out) noexcept {
  for (const AttributeName& known : kAttributeNames)
    if (known.oid == as_text(id)) return out.put(known.text);
  write_oid(id, out);
}

}  // namespace

bool write_name(Bytes name, BoundedText& out) noexcept {
  Cursor c{name};
  Cursor parts{asn1::expect(c, asn1::sequence).body};
  bool sound = true, first_part = true;
  while (!parts.empty()) {
    Cursor part{asn1::expect(parts, asn1::set).body};
    if (!first_part && !part.empty()) out.put(", ");
    bool first = true;
    while (!part.empty()) {
      Cursor attribute{asn1::expect(part, asn1::sequence).body};
      if (!first) out.put(" + ");
      write_attribute_name(asn1::expect(attribute, asn1::oid).body, out);
      out.put('=');
      if (!write_value(asn1::read(attribute), out)) sound = false;
      first = first_part = false;
    }
  }
  return sound;
}

void write_serial(Bytes serial, BoundedText& out) noexcept {
  for (std::size_t i = 0; i < serial.size(); ++i) {
    if (i > 0) out.put(':');
    out.hex(serial[i], true);
  }
}

void write_date(std::int64_t seconds, BoundedText& out) noexcept {
  std::int64_t days = seconds / 86400, rest = seconds % 86400;
  if (rest < 0) rest += 86400, --days;
  const std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const auto day_of_era = static_cast<unsigned>(z - era * 146097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned shifted = (5 * day_of_year + 2) / 153;
  const unsigned day = day_of_year - (153 * shifted + 2) / 5 + 1;
  const unsigned month = shifted < 10 ? shifted + 3 : shifted - 9;
  const auto year = static_cast<unsigned>(static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0));
  out.two_digits(year / 100 % 100);
  out.two_digits(year % 100);
  out.put('-'), out.two_digits(month), out.put('-'), out.two_digits(day), out.put('T');
  const auto time = static_cast<unsigned>(rest);
  out.two_digits(time / 3600), out.put(':'), out.two_digits(time / 60 % 60), out.put(':'), out.two_digits(time % 60);
}

// RFC 5280, 4.2.1.6: GeneralName ::= CHOICE { rfc822Name [1], dNSName [2], uniformResourceIdentifier [6],
//                                             iPAddress [7], and kinds that are not read here }
bool next_alternative_name(Cursor& names, std::span<char, kIpText> scratch, std::string_view& text) noexcept {
  while (!names.empty()) {
    const asn1::Value name = asn1::read(names);
    if (!names.ok()) return false;
    if (name.tag == asn1::context(1) || name.tag == asn1::context(2) || name.tag == asn1::context(6)) {
      text = as_text(name.body);
      return true;
    }
    if (name.tag != asn1::context(7) || (name.body.size() != 4 && name.body.size() != 16)) continue;
    const IpAddress address = name.body.size() == 4 ? IpAddress::v4(name.body.data()) : IpAddress::v6(name.body.data());
    text = format_ip(address, scratch.data());
    return true;
  }
  return false;
}

}  // namespace gatehouse::proto::tls
