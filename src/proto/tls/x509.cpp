// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/x509.hpp"

#include <array>

#include "proto/asn1/asn1.hpp"

namespace gatehouse::proto::tls {
namespace {

using namespace std::string_view_literals;

// Attribute values and names within one RDN that are read; a name of more is no name.
constexpr std::size_t kMaxAttributes = 64;
constexpr std::size_t kMaxExtensions = 128;

constexpr std::string_view kSubjectAltName = "\x55\x1d\x11";
constexpr std::string_view kRsa = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
constexpr std::string_view kRsaPss = "\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a";
constexpr std::string_view kDsa = "\x2a\x86\x48\xce\x38\x04\x01";
constexpr std::string_view kEc = "\x2a\x86\x48\xce\x3d\x02\x01";

struct KeySize {
  std::string_view oid;
  unsigned bits;
};
constexpr std::array kCurves{
    KeySize{"\x2a\x86\x48\xce\x3d\x03\x01\x01"sv, 192},
    KeySize{"\x2b\x81\x04\x00\x21"sv, 224},
    KeySize{"\x2a\x86\x48\xce\x3d\x03\x01\x07"sv, 256},
    KeySize{"\x2b\x81\x04\x00\x0a"sv, 256},
    KeySize{"\x2b\x81\x04\x00\x22"sv, 384},
    KeySize{"\x2b\x81\x04\x00\x23"sv, 521},
};
// RFC 8410: the algorithm itself says the size.
constexpr std::array kFixedKeys{KeySize{"\x2b\x65\x6e", 253}, KeySize{"\x2b\x65\x6f", 448},
                                KeySize{"\x2b\x65\x70", 256}, KeySize{"\x2b\x65\x71", 456}};

// Bits of an unsigned INTEGER.
unsigned bit_length(Bytes integer) noexcept {
  while (!integer.empty() && integer.front() == 0) integer = integer.subspan(1);
  if (integer.empty()) return 0;
  unsigned bits = static_cast<unsigned>(integer.size() - 1) * 8;
  for (unsigned top = integer.front(); top != 0; top >>= 1) ++bits;
  return bits;
}

// RFC 5280, 4.1: SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING }
unsigned key_bits(Bytes info) noexcept {
  Cursor outer{info};
  Cursor c{asn1::expect(outer, asn1::sequence).body};
  Cursor algorithm{asn1::expect(c, asn1::sequence).body};
  const std::string_view kind = as_text(asn1::expect(algorithm, asn1::oid).body);
  Cursor key{asn1::expect(c, asn1::bit_string).body};
  if (!c.ok() || !algorithm.ok()) return 0;
  for (const KeySize& fixed : kFixedKeys)
    if (fixed.oid == kind) return fixed.bits;
  if (kind == kRsa || kind == kRsaPss) {
    key.skip(1);  // unused bits
    Cursor numbers{asn1::expect(key, asn1::sequence).body};
    const unsigned bits = bit_length(asn1::expect(numbers, asn1::integer).body);
    return numbers.ok() ? bits : 0;
  }
  if (kind == kEc) {
    const std::string_view curve = as_text(asn1::expect(algorithm, asn1::oid).body);
    for (const KeySize& known : kCurves)
      if (known.oid == curve) return known.bits;
  }
  if (kind == kDsa) {
    Cursor numbers{asn1::expect(algorithm, asn1::sequence).body};
    const unsigned bits = bit_length(asn1::expect(numbers, asn1::integer).body);
    return numbers.ok() ? bits : 0;
  }
  return 0;
}

// RFC 5280, 4.1.2.4: Name ::= SEQUENCE OF SET OF SEQUENCE { type OBJECT IDENTIFIER, value ANY }
bool name_is_sound(Bytes name) noexcept {
  Cursor c{name};
  Cursor parts{asn1::expect(c, asn1::sequence).body};
  if (!c.ok()) return false;
  std::size_t attributes = 0;
  while (!parts.empty()) {
    Cursor part{asn1::expect(parts, asn1::set).body};
    if (!parts.ok()) return false;
    while (!part.empty()) {
      Cursor attribute{asn1::expect(part, asn1::sequence).body};
      asn1::expect(attribute, asn1::oid);
      asn1::read(attribute);
      if (!part.ok() || !attribute.ok() || ++attributes > kMaxAttributes) return false;
    }
  }
  return true;
}

int digits(Cursor& c, int count) noexcept {
  int value = 0;
  for (int i = 0; i < count; ++i) {
    const std::uint8_t digit = c.u8();
    if (digit < '0' || digit > '9') c.fail();
    value = value * 10 + (digit - '0');
  }
  return value;
}

// Days since 1970-01-01 of a date in the Gregorian calendar, from the count of days since 0000-03-01.
constexpr std::int64_t days_from_civil(int year, int month, int day) noexcept {
  const int y = month <= 2 ? year - 1 : year;
  const int era = (y >= 0 ? y : y - 399) / 400;
  const int year_of_era = y - era * 400;
  const int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const int day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return std::int64_t{era} * 146097 + day_of_era - 719468;
}

constexpr int days_in_month(int year, int month) noexcept {
  constexpr std::array<int, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[static_cast<std::size_t>(month - 1)];
}

// RFC 5280, 4.1.2.5.1: "Where YY is greater than or equal to 50, the year SHALL be interpreted as 19YY". Seconds may be
// missing and an offset may stand for the Z in certificates of old, which receivers read all the same.
bool read_time(Cursor& c, std::int64_t& seconds) noexcept {
  const asn1::Value value = asn1::read(c);
  if (!c.ok() || (value.tag != asn1::utc_time && value.tag != asn1::generalized_time)) return false;
  Cursor t{value.body};
  int year = 0;
  if (value.tag == asn1::generalized_time) {
    year = digits(t, 4);
  } else {
    year = digits(t, 2);
    year += year >= 50 ? 1900 : 2000;
  }
  const int month = digits(t, 2), day = digits(t, 2), hour = digits(t, 2), minute = digits(t, 2);
  int second = 0, offset = 0;
  if (!t.empty() && t.peek() >= '0' && t.peek() <= '9') second = digits(t, 2);
  if (!t.empty() && t.peek() == '.') {
    t.skip(1);
    while (!t.empty() && t.peek() >= '0' && t.peek() <= '9') t.skip(1);
  }
  const std::uint8_t zone = t.u8();
  if (zone == '+' || zone == '-') {
    offset = digits(t, 2) * 3600;
    offset += digits(t, 2) * 60;
    if (zone == '-') offset = -offset;
  } else if (zone != 'Z') {
    return false;
  }
  if (!t.ok() || !t.empty() || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month) || hour > 23 ||
      minute > 59 || second > 60)
    return false;
  seconds = ((days_from_civil(year, month, day) * 24 + hour) * 60 + minute) * 60 + second - offset;
  return true;
}

// RFC 5280, 4.1: Extension ::= SEQUENCE { extnID OBJECT IDENTIFIER, critical BOOLEAN DEFAULT FALSE,
//                                         extnValue OCTET STRING }
bool read_extensions(Bytes body, Certificate& certificate) noexcept {
  Cursor c{body};
  Cursor list{asn1::expect(c, asn1::sequence).body};
  if (!c.ok()) return false;
  for (std::size_t count = 0; !list.empty(); ++count) {
    Cursor extension{asn1::expect(list, asn1::sequence).body};
    const Bytes id = asn1::expect(extension, asn1::oid).body;
    if (asn1::next_is(extension, asn1::boolean)) asn1::read(extension);
    const Bytes value = asn1::expect(extension, asn1::octet_string).body;
    if (!list.ok() || !extension.ok() || count >= kMaxExtensions) return false;
    if (as_text(id) == kSubjectAltName && certificate.alternative_names.empty()) {
      Cursor names{value};
      certificate.alternative_names = asn1::expect(names, asn1::sequence).body;
      if (!names.ok()) return false;
    }
  }
  return true;
}

// Whether the outermost value is cut short, as against being wrong.
bool is_cut_short(Bytes der_bytes) noexcept {
  Cursor c{der_bytes};
  if (c.u8() != asn1::sequence) return false;
  std::size_t length = c.u8();
  if (length == 0x80) return false;
  if (length > 0x80 && length <= 0x80 + asn1::kMaxLengthOctets) {
    const std::size_t octets = length & 0x7f;
    length = 0;
    for (std::size_t i = 0; i < octets && c.ok(); ++i) length = length << 8 | c.u8();
  }
  return !c.ok() || length > c.remaining();
}

}  // namespace

// RFC 5280, 4.1:
//   Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signatureValue }
//   TBSCertificate ::= SEQUENCE { version [0] DEFAULT v1, serialNumber, signature, issuer, validity, subject,
//                                 subjectPublicKeyInfo, issuerUniqueID [1], subjectUniqueID [2], extensions [3] }
CertificateFault read_certificate(Bytes der_bytes, Certificate& certificate) noexcept {
  certificate = {};
  if (is_cut_short(der_bytes)) return CertificateFault::length;
  Cursor outer{der_bytes};
  Cursor body{asn1::expect(outer, asn1::sequence).body};
  if (outer.ok() && is_cut_short(body.rest())) return CertificateFault::length;
  Cursor tbs{asn1::expect(body, asn1::sequence).body};
  if (!outer.ok() || !body.ok()) return CertificateFault::der;

  if (asn1::next_is(tbs, asn1::context_constructed(0))) {
    Cursor version{asn1::read(tbs).body};
    const Bytes number = asn1::expect(version, asn1::integer).body;
    if (!version.ok() || !tbs.ok() || number.size() != 1 || number[0] > 2) return CertificateFault::version;
    certificate.version = static_cast<std::uint8_t>(number[0] + 1);
  }
  certificate.serial = asn1::expect(tbs, asn1::integer).body;
  if (!tbs.ok() || certificate.serial.empty()) return CertificateFault::serial;
  Cursor algorithm{asn1::expect(tbs, asn1::sequence).body};
  asn1::expect(algorithm, asn1::oid);
  if (!tbs.ok() || !algorithm.ok()) return CertificateFault::algorithm;
  certificate.issuer = asn1::read(tbs).whole;
  if (!tbs.ok() || !name_is_sound(certificate.issuer)) return CertificateFault::name;
  Cursor validity{asn1::expect(tbs, asn1::sequence).body};
  if (!tbs.ok() || !read_time(validity, certificate.not_before) || !read_time(validity, certificate.not_after))
    return CertificateFault::date;
  certificate.subject = asn1::read(tbs).whole;
  if (!tbs.ok() || !name_is_sound(certificate.subject)) return CertificateFault::name;
  certificate.public_key = asn1::expect(tbs, asn1::sequence).whole;
  if (!tbs.ok()) return CertificateFault::der;
  certificate.key_bits = key_bits(certificate.public_key);
  certificate.self_issued = as_text(certificate.issuer) == as_text(certificate.subject);

  for (const unsigned unique_id : {1u, 2u})
    if (asn1::next_is(tbs, asn1::context(unique_id))) asn1::read(tbs);
  if (asn1::next_is(tbs, asn1::context_constructed(3))) {
    const Bytes extensions = asn1::read(tbs).body;
    if (!tbs.ok() || !read_extensions(extensions, certificate)) return CertificateFault::extensions;
  }
  return tbs.ok() ? CertificateFault::none : CertificateFault::der;
}

}  // namespace gatehouse::proto::tls
