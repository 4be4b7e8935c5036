// SPDX-License-Identifier: GPL-3.0-or-later
// The ServerHello of TLS, DTLS and QUIC, HelloRetryRequest included, as views into its bytes.
#pragma once

#include <cstdint>

#include "proto/tls/client_hello.hpp"

namespace gatehouse::proto::tls {

struct ServerHello {
  std::uint16_t legacy_version = 0;
  Bytes random{};
  Bytes session_id{};
  std::uint16_t cipher_suite = 0;
  Bytes extensions{};

  Bytes alpn{};                        // a ProtocolNameList of one name
  std::uint16_t selected_version = 0;  // 0: no supported_versions
  bool has_alpn = false, heartbeat = false;
  bool retry_request = false;

  HelloFaults faults;

  std::uint16_t version() const noexcept { return selected_version != 0 ? selected_version : legacy_version; }
};

ServerHello read_server_hello(Bytes body) noexcept;

}  // namespace gatehouse::proto::tls
