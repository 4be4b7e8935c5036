// SPDX-License-Identifier: GPL-3.0-or-later
// Who one end says it is: the certificates it showed, and the texts of the first of them.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "model/protocol.hpp"
#include "proto/tls/x509.hpp"

namespace gatehouse::proto::tls {

// Certificates of one chain that are kept; OpenSSL's verifier goes no deeper than 100, real chains have 2 to 4.
inline constexpr std::size_t kMaxChain = 64;
inline constexpr std::size_t kMaxAlternativeNames = 4096;
inline constexpr std::size_t kMaxNameText = 2048;     // subject, issuer
inline constexpr std::size_t kMaxSerialOctets = 128;  // RFC 5280 allows 20
inline constexpr std::size_t kFingerprintText = 59;   // "3a:0b:…"

// What the first certificate, or the list itself, is objected to for.
struct IdentityFaults {
  bool list = false;  // lengths of the list disagree
  CertificateFault certificate = CertificateFault::none;
  bool subject = false, issuer = false;  // cannot be written as text
  bool serial = false;                   // longer than kMaxSerialOctets
  bool validity = false;                 // ends before it begins
  bool too_many_names = false;
};

class Identity {
 public:
  explicit Identity(Memory& memory) noexcept
      : chain_(&memory), certificates_(&memory), texts_(&memory), names_(&memory) {}

  // RFC 5246, 7.4.2: the contents of a Certificate message. Reads once; a second message is not a better one.
  IdentityFaults read(Bytes message);
  // A single certificate without the list around it (SSLv2).
  IdentityFaults read_single(Bytes der);

  bool known() const noexcept { return known_; }  // the first certificate could be read
  bool seen() const noexcept { return seen_; }    // there was a message, maybe without certificates
  const Certificate& certificate() const noexcept { return leaf_; }
  std::string_view subject() const noexcept { return at(subject_); }
  std::string_view issuer() const noexcept { return at(issuer_); }
  std::string_view serial() const noexcept { return at(serial_); }
  std::string_view fingerprint() const noexcept { return {fingerprint_.data(), known_ ? fingerprint_.size() : 0}; }
  std::size_t alternative_names() const noexcept { return names_.size(); }
  std::string_view alternative_name(std::size_t i) const noexcept { return at(names_[i]); }
  std::size_t chain_length() const noexcept { return certificates_.size(); }
  Bytes chain(std::size_t i) const noexcept {
    return Bytes{chain_}.subspan(certificates_[i].offset, certificates_[i].size);
  }

 private:
  struct Slice {
    std::uint32_t offset = 0, size = 0;
  };
  std::string_view at(Slice s) const noexcept { return std::string_view{texts_}.substr(s.offset, s.size); }
  Slice keep(std::string_view text);
  void read_leaf(IdentityFaults& faults);

  std::pmr::vector<std::uint8_t> chain_;
  std::pmr::vector<Slice> certificates_;
  std::pmr::string texts_;
  std::pmr::vector<Slice> names_;
  Certificate leaf_;
  Slice subject_, issuer_, serial_;
  std::array<char, kFingerprintText> fingerprint_{};
  bool known_ = false, seen_ = false;
};

}  // namespace gatehouse::proto::tls
