// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/identity.hpp"

#include "proto/fingerprint/digest.hpp"

namespace gatehouse::proto::tls {

// RFC 5246, 7.4.2: opaque ASN.1Cert<1..2^24-1>; struct { ASN.1Cert certificate_list<0..2^24-1>; } Certificate;
IdentityFaults Identity::read(Bytes message) {
  IdentityFaults faults;
  if (seen_) return faults;
  seen_ = true;
  Cursor c{message};
  const std::size_t size = c.u24();
  if (!c.ok() || size != c.remaining()) faults.list = true;
  const Bytes list = c.take(size < c.remaining() ? size : c.remaining());
  chain_.assign(list.begin(), list.end());
  Cursor certificates{chain_};
  while (!certificates.empty()) {
    const std::size_t length = certificates.u24();
    const std::size_t offset = certificates.position();
    const Bytes one = certificates.take(length);
    if (!certificates.ok() || one.empty() || certificates_.size() >= kMaxChain) {
      faults.list = true;
      break;
    }
    certificates_.push_back({static_cast<std::uint32_t>(offset), static_cast<std::uint32_t>(one.size())});
  }
  if (!certificates_.empty()) read_leaf(faults);
  return faults;
}

IdentityFaults Identity::read_single(Bytes der) {
  IdentityFaults faults;
  if (seen_) return faults;
  seen_ = true;
  chain_.assign(der.begin(), der.end());
  certificates_.push_back({0, static_cast<std::uint32_t>(der.size())});
  read_leaf(faults);
  return faults;
}

Identity::Slice Identity::keep(std::string_view text) {
  const Slice slice{static_cast<std::uint32_t>(texts_.size()), static_cast<std::uint32_t>(text.size())};
  texts_.append(text);
  return slice;
}

void Identity::read_leaf(IdentityFaults& faults) {
  faults.certificate = read_certificate(chain(0), leaf_);
  if (faults.certificate != CertificateFault::none) return;
  known_ = true;

  std::array<char, kMaxNameText> room;
  BoundedText subject{room};
  faults.subject = !write_name(leaf_.subject, subject) || subject.overflowed();
  subject_ = keep(subject.text());
  BoundedText issuer{room};
  faults.issuer = !write_name(leaf_.issuer, issuer) || issuer.overflowed();
  issuer_ = keep(issuer.text());
  BoundedText serial{room};
  faults.serial = leaf_.serial.size() > kMaxSerialOctets;
  write_serial(leaf_.serial.first(std::min(leaf_.serial.size(), kMaxSerialOctets)), serial);
  serial_ = keep(serial.text());
  faults.validity = leaf_.not_after < leaf_.not_before;

  const Digest sha1 = digest(DigestKind::sha1, chain(0));
  BoundedText fingerprint{fingerprint_};
  for (std::size_t i = 0; i < sha1.size; ++i) {
    if (i > 0) fingerprint.put(':');
    fingerprint.hex(sha1.bytes[i]);
  }

  Cursor names{leaf_.alternative_names};
  std::array<char, kIpText> scratch;
  std::string_view name;
  while (next_alternative_name(names, scratch, name)) {
    if (names_.size() >= kMaxAlternativeNames) {
      faults.too_many_names = true;
      break;
    }
    names_.push_back(keep(name));
  }
  if (!names.ok()) faults.certificate = CertificateFault::extensions;
}

}  // namespace gatehouse::proto::tls
