// SPDX-License-Identifier: GPL-3.0-or-later
// The ClientHello of TLS, DTLS and QUIC as views into its bytes. Pure: knows no record layer and no session.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/tls/handshake.hpp"

namespace gatehouse::proto::tls {

// What a hello is objected to for. Several may hold; what could be read stands all the same.
struct HelloFaults {
  bool length = false;    // a length disagrees with what is there
  bool too_many = false;  // more extensions or names than are read
  bool several_server_names = false;
  bool server_name_type = false;
  bool server_name_length = false;

  bool any() const noexcept {
    return length || too_many || several_server_names || server_name_type || server_name_length;
  }
};

inline constexpr std::size_t kMaxExtensions = 256;
inline constexpr std::size_t kMaxServerName = 255;  // RFC 1035, 2.3.4
inline constexpr unsigned kMaxAlpnNames = 64;

// One Extension: type and body.
struct Extension {
  std::uint16_t type = 0;
  Bytes body{};
};
inline Extension read_extension(Cursor& c) noexcept {
  const std::uint16_t type = c.u16();
  const Bytes body = c.take(c.u16());
  return {type, body};
}

struct ClientHello {
  std::uint16_t legacy_version = 0;
  Bytes random{};
  Bytes session_id{};
  U16List cipher_suites;
  Bytes compression_methods{};
  Bytes extensions{};  // contents of the extensions vector

  // From the extensions.
  Bytes server_name{};  // empty: none, or none that can be one
  Bytes alpn{};         // contents of the ProtocolNameList
  U16List groups;
  Bytes point_formats{};
  U16List signature_algorithms;
  U16List supported_versions;
  // That the extension is there, whatever it holds.
  bool has_server_name = false, has_alpn = false, has_supported_versions = false;
  bool session_ticket = false, pre_shared_key = false, early_data = false, heartbeat = false, ech = false,
       grease = false;

  HelloFaults faults;

  // The version that the client would like best: of supported_versions the first that is not GREASE, or legacy_version.
  std::uint16_t preferred_version() const noexcept;
};

// The body of a ClientHello message, behind its four octets of header. `with_cookie`: DTLS.
ClientHello read_client_hello(Bytes body, bool with_cookie = false) noexcept;

// Name `index` of the contents of a ProtocolNameList; false: there are not so many (or more than kMaxAlpnNames).
bool alpn_name(Bytes list, unsigned index, Bytes& name) noexcept;

}  // namespace gatehouse::proto::tls
