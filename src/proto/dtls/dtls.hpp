// SPDX-License-Identifier: GPL-3.0-or-later
// DTLS 1.0, 1.2 and 1.3: TLS over datagrams, for VPNs, media and things (CoAP).
#pragma once

#include <array>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/dtls/record.hpp"
#include "proto/tls/fingerprints.hpp"
#include "proto/tls/identity.hpp"

namespace gatehouse::proto::dtls {

extern const ProtocolSpec protocol;

namespace event {
inline constexpr std::uint8_t invalid_record = 0, invalid_fragment = 1, message_too_long = 2, invalid_hello = 3,
                              invalid_certificate = 4, server_name_changed = 5, error_alert = 6, count = 7;
}

// One transaction per session: the handshake, as far as it is readable.
struct DtlsTransaction : Transaction {
  explicit DtlsTransaction(Memory& memory) noexcept
      : client_bytes(&memory), server_bytes(&memory), ja3(&memory), ja3s(&memory), server(memory), client(memory) {
    protocol = &dtls::protocol;
  }

  // Copies of the hellos, which the views below look into.
  std::pmr::vector<std::uint8_t> client_bytes, server_bytes;
  tls::ClientHello client_hello;
  tls::ServerHello server_hello;
  bool has_client_hello = false, has_server_hello = false;
  bool cookie = false;  // the server asked the client to show that it receives what is sent to it
  bool srtp = false;    // the client offers keys for media (RFC 5764)

  std::pmr::string ja3, ja3s;
  tls::Ja3Hash ja3_hash{}, ja3s_hash{};
  std::array<char, tls::kJa4> ja4{};
  bool has_ja4 = false;

  tls::Identity server, client;

  std::uint16_t client_version() const noexcept { return has_client_hello ? client_hello.preferred_version() : 0; }
  std::uint16_t server_version() const noexcept { return has_server_hello ? server_hello.version() : 0; }
};
inline const DtlsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const DtlsTransaction&>(tx);
}

Probe probe(Direction direction, Bytes datagram, std::uint16_t server_port);
void log(const Transaction& tx, JsonWriter& json);
std::span<const FieldSpec> fields() noexcept;
std::span<const NamedNumber> version_names() noexcept;

}  // namespace gatehouse::proto::dtls
