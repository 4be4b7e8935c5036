// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers of the TLS record and handshake layers that TLS, DTLS and QUIC share, and lists of two-octet numbers as
// views.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "proto/fingerprint/text.hpp"

namespace gatehouse::proto::tls {

// RFC 8446, 5.1 and RFC 6520, 3: ContentType
enum class ContentType : std::uint8_t {
  change_cipher_spec = 20,
  alert = 21,
  handshake = 22,
  application_data = 23,
  heartbeat = 24,
};

// RFC 5246, 7.4 and RFC 8446, 4: HandshakeType
enum class HandshakeType : std::uint8_t {
  hello_request = 0,
  client_hello = 1,
  server_hello = 2,
  new_session_ticket = 4,
  certificate = 11,
  server_key_exchange = 12,
  certificate_request = 13,
  server_hello_done = 14,
  certificate_verify = 15,
  client_key_exchange = 16,
  finished = 20,
};

// Whether the registry of handshake types knows this number.
constexpr bool is_known(std::uint8_t type) noexcept {
  return type <= 6 || type == 8 || (type >= 11 && type <= 18) || (type >= 20 && type <= 26) || type == 67;
}

namespace extension {
inline constexpr std::uint16_t server_name = 0, supported_groups = 10, ec_point_formats = 11, signature_algorithms = 13,
                               heartbeat = 15, alpn = 16, session_ticket = 35, pre_shared_key = 41, early_data = 42,
                               supported_versions = 43, encrypted_client_hello = 0xfe0d;
}

namespace version {
inline constexpr std::uint16_t ssl2 = 0x0002, ssl3 = 0x0300, tls10 = 0x0301, tls11 = 0x0302, tls12 = 0x0303,
                               tls13 = 0x0304;
}

// RFC 8701, 2: the values with which clients keep servers used to values that they do not know.
constexpr bool is_grease(std::uint16_t value) noexcept {
  return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff);
}

// A list of uint16 in wire form. An odd octet at the end is no element.
class U16List {
 public:
  U16List() = default;
  explicit U16List(Bytes bytes) noexcept : bytes_(bytes) {}

  std::size_t size() const noexcept { return bytes_.size() / 2; }
  bool empty() const noexcept { return size() == 0; }
  std::uint16_t operator[](std::size_t i) const noexcept {
    return static_cast<std::uint16_t>(bytes_[2 * i] << 8 | bytes_[2 * i + 1]);
  }

 private:
  Bytes bytes_;
};

// "TLS 1.2", as readers of EVE know the versions; 0 is "UNDETERMINED".
void write_version(std::uint16_t version, BoundedText& out) noexcept;
inline constexpr std::size_t kVersionText = 24;

}  // namespace gatehouse::proto::tls
