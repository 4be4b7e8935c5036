// SPDX-License-Identifier: GPL-3.0-or-later
// One packet with a long header is one transaction: those at a session's beginning, until both hellos are known.
#pragma once

#include <array>
#include <cstdint>

#include "proto/quic/google.hpp"
#include "proto/quic/header.hpp"
#include "proto/quic/quic.hpp"
#include "proto/tls/fingerprints.hpp"

namespace gatehouse::proto::quic {

namespace event {
inline constexpr std::uint8_t failed_decrypt = 0, error_on_data = 1, crypto_frag_too_long = 2, invalid_hello = 3,
                              server_name_changed = 4, count = 5;
}

// Views live as long as the parse call that tells of the transaction.
struct QuicTransaction : Transaction {
  QuicTransaction() noexcept { protocol = &quic::protocol; }

  Header header;
  bool client = true;  // the client sent it

  tls::ClientHello client_hello;
  tls::ServerHello server_hello;
  bool has_client_hello = false, has_server_hello = false;
  std::string_view ja3;  // JA3S, where the server sent it
  tls::Ja3Hash ja3_hash{};
  std::array<char, tls::kJa4> ja4{};
  bool has_ja3 = false, has_ja4 = false;

  GoogleMessage google;
  std::string_view cyu;
  tls::Ja3Hash cyu_hash{};

  Bytes server_name() const noexcept { return has_client_hello ? client_hello.server_name : google.server_name; }

  std::array<char, tls::kMaxJa3> ja3_room;
  std::array<char, kMaxCyu> cyu_room;
};

inline const QuicTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const QuicTransaction&>(tx);
}

void log(const Transaction& tx, JsonWriter& json);
std::span<const FieldSpec> fields() noexcept;

}  // namespace gatehouse::proto::quic
