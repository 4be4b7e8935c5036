// SPDX-License-Identifier: GPL-3.0-or-later
// TLS over TCP as the rest of the house sees it: one transaction per session, and the row that describes the protocol.
#pragma once

#include <array>
#include <cstdint>
#include <memory_resource>
#include <string>
#include <vector>

#include "model/protocol.hpp"
#include "proto/tls/client_hello.hpp"
#include "proto/tls/fingerprints.hpp"
#include "proto/tls/identity.hpp"
#include "proto/tls/server_hello.hpp"

namespace gatehouse::proto::tls {

extern const ProtocolSpec protocol;

// RFC 8446, 5.1: a record of plaintext has at most 2^14 octets, RFC 5246, 6.2.3: one of ciphertext 2^14 + 2048.
inline constexpr std::size_t kRecordHeader = 5;
inline constexpr std::size_t kMaxRecord = (1 << 14) + 2048;
inline constexpr std::size_t kHandshakeHeader = 4;
inline constexpr std::size_t kMaxHello = 1 << 16;
inline constexpr std::size_t kMaxCertificateMessage = 1 << 18;  // what the libraries of receivers take
inline constexpr unsigned kMaxEmptyRecords = 32;                // in a row, as OpenSSL counts

// Rows of protocol.events.
enum class Event : std::uint8_t {
  invalid_sslv2_header,
  invalid_tls_header,
  invalid_record_version,
  invalid_record_type,
  invalid_record_length,
  invalid_handshake_message,
  invalid_certificate,
  certificate_invalid_length,
  error_message_encountered,
  invalid_ssl_record,
  heartbeat_message,
  overflow_heartbeat_message,
  invalid_heartbeat_message,
  dataleak_heartbeat_mismatch,
  multiple_sni_extensions,
  invalid_sni_type,
  invalid_sni_length,
  handshake_invalid_length,
  too_many_records_in_packet,
  certificate_invalid_version,
  certificate_invalid_serial,
  certificate_invalid_algorithmidentifier,
  certificate_invalid_x509name,
  certificate_invalid_date,
  certificate_invalid_extensions,
  certificate_invalid_der,
  certificate_invalid_subject,
  certificate_invalid_issuer,
  certificate_invalid_validity,
  invalid_alert_message,
  too_many_subject_alternative_names,
  count
};

// Rows of protocol.stages. The first and the last name of each are those that every protocol has.
enum class ClientStage : std::uint8_t {
  started,
  in_progress,
  hello_done,
  cert_done,
  handshake_done,
  finished,
  complete
};
enum class ServerStage : std::uint8_t {
  started,
  in_progress,
  hello,
  cert_done,
  hello_done,
  handshake_done,
  finished,
  complete
};

struct TlsTransaction : Transaction {
  explicit TlsTransaction(Memory& memory) noexcept
      : client_bytes(&memory), server_bytes(&memory), ja3(&memory), ja3s(&memory), client(memory), server(memory) {
    protocol = &tls::protocol;
  }

  // Copies of the hellos, which the views below look into.
  std::pmr::vector<std::uint8_t> client_bytes, server_bytes;
  ClientHello client_hello;
  ServerHello server_hello;
  bool has_client_hello = false, has_server_hello = false;

  // What each end speaks: by its hello, or before that by its records. 0: not known.
  std::uint16_t client_version = 0, server_version = 0;
  std::uint32_t messages = 0;  // bit n: a handshake message of type n < 32 was seen
  bool certificate_requested = false;

  std::pmr::string ja3, ja3s;
  Ja3Hash ja3_hash{}, ja3s_hash{};
  std::array<char, kJa4> ja4{};
  bool has_ja3 = false, has_ja3s = false, has_ja4 = false;

  Identity client, server;

  // A session that the client had before, as far as can be seen from outside: TLS 1.2 and older without a certificate.
  bool resumed() const noexcept;
  bool may_be_resumed() const noexcept;
  bool is_tls13() const noexcept { return has_server_hello && server_version > version::tls12; }
};

inline const TlsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const TlsTransaction&>(tx);
}

// Protocol-row functions, each in its own file.
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
void log(const Transaction& tx, JsonWriter& json);
std::span<const FieldSpec> fields() noexcept;

}  // namespace gatehouse::proto::tls
