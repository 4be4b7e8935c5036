// SPDX-License-Identifier: GPL-3.0-or-later
// X.509 certificates (RFC 5280) as views into their DER encoding, and the texts that people know them by.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "base/cursor.hpp"
#include "base/ip.hpp"
#include "proto/fingerprint/text.hpp"

namespace gatehouse::proto::tls {

// What is wrong with a certificate. The names of the events that tell of it are in spec.cpp.
enum class CertificateFault : std::uint8_t {
  none,
  length,  // ends before its own length says
  der,     // not the structure of a certificate
  version,
  serial,
  algorithm,
  name,
  date,
  extensions,
};

struct Certificate {
  std::uint8_t version = 1;                    // 1 to 3
  Bytes serial{};                              // octets of the INTEGER
  Bytes issuer{}, subject{};                   // Name, with its tag
  std::int64_t not_before = 0, not_after = 0;  // seconds since 1970, negative before
  Bytes public_key{};                          // SubjectPublicKeyInfo
  unsigned key_bits = 0;                       // 0: of a kind we do not know
  Bytes alternative_names{};                   // contents of the GeneralNames sequence
  bool self_issued = false;                    // issuer and subject are the same name
};

// One certificate, without bytes behind it being looked at.
CertificateFault read_certificate(Bytes der, Certificate& certificate) noexcept;

// "C=US, O=Example, CN=example.org": the order of the encoding, ", " between the names, " + " within one. `name` is
// checked (read_certificate did). False: a value that says it is UTF-8 is not.
bool write_name(Bytes name, BoundedText& out) noexcept;
// "00:97:E6".
void write_serial(Bytes serial, BoundedText& out) noexcept;
// "2012-01-05T00:00:00"; `seconds` since 1970. Years are kept to four digits.
void write_date(std::int64_t seconds, BoundedText& out) noexcept;

// The next alternative name that is a text or an address; other kinds are passed over. False: none left. `text` is a
// view into the certificate, or into `scratch` for an address.
bool next_alternative_name(Cursor& names, std::span<char, kIpText> scratch, std::string_view& text) noexcept;

}  // namespace gatehouse::proto::tls
