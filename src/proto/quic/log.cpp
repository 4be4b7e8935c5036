// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <utility>

#include "proto/quic/transaction.hpp"

namespace gatehouse::proto::quic {
namespace {

// Names that peers send are written up to this many octets in all: nobody keeps his session out of the log by saying
// much.
constexpr std::size_t kValuesBudget = 2048;

// IANA's names of TLS extensions, ALPN's shortened as readers of EVE know it.
constexpr NamedNumber kExtensionNames[] = {
    {0, "server_name"},
    {1, "max_fragment_length"},
    {5, "status_request"},
    {10, "supported_groups"},
    {11, "ec_point_formats"},
    {13, "signature_algorithms"},
    {14, "use_srtp"},
    {15, "heartbeat"},
    {16, "alpn"},
    {18, "signed_certificate_timestamp"},
    {21, "padding"},
    {22, "encrypt_then_mac"},
    {23, "extended_master_secret"},
    {27, "compress_certificate"},
    {28, "record_size_limit"},
    {34, "delegated_credential"},
    {35, "session_ticket"},
    {41, "pre_shared_key"},
    {42, "early_data"},
    {43, "supported_versions"},
    {44, "cookie"},
    {45, "psk_key_exchange_modes"},
    {47, "certificate_authorities"},
    {48, "oid_filters"},
    {49, "post_handshake_auth"},
    {50, "signature_algorithms_cert"},
    {51, "key_share"},
    {57, "quic_transport_parameters"},
    {0x4469, "application_settings"},
    {0x44cd, "application_settings"},
    {0xfe0d, "encrypted_client_hello"},
    {0xff01, "renegotiation_info"},
    {0xffa5, "quic_transport_parameters"},
};

void write_alpn(JsonWriter& json, Bytes list) noexcept {
  Bytes name;
  if (!tls::alpn_name(list, 0, name)) return;
  json.open_array("values");
  std::size_t left = kValuesBudget;
  for (unsigned i = 0; tls::alpn_name(list, i, name) && name.size() <= left; ++i) {
    left -= name.size();
    json.element(name);
  }
  json.close_array();
}

void write_extensions(JsonWriter& json, Bytes extensions, Bytes server_name, Bytes alpn) noexcept {
  if (extensions.empty()) return;
  Cursor c{extensions};
  (void)tls::read_extension(c);
  if (!c.ok()) return;  // readers of the log expect no list that is empty
  json.open_array("extensions");
  c = Cursor{extensions};
  bool name_written = false, alpn_written = false;
  for (std::size_t count = 0; !c.empty() && count < tls::kMaxExtensions; ++count) {
    const tls::Extension one = tls::read_extension(c);
    if (!c.ok()) break;
    json.open_object();
    if (const std::string_view name = name_of(kExtensionNames, one.type); !name.empty()) json.member("name", name);
    json.member("type", one.type);
    if (one.type == tls::extension::server_name && !server_name.empty() && !std::exchange(name_written, true)) {
      json.open_array("values");
      json.element(server_name);
      json.close_array();
    }
    if (one.type == tls::extension::alpn && !std::exchange(alpn_written, true)) write_alpn(json, alpn);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const QuicTransaction& tx = of(transaction);
  json.open_object("quic");
  std::array<char, kVersionText> room;
  json.member("version", write_version(tx.header.version, room));
  if (!tx.server_name().empty()) json.member("sni", tx.server_name());
  if (!tx.google.user_agent.empty())
    json.member("ua", tx.google.user_agent.first(std::min<std::size_t>(tx.google.user_agent.size(), kValuesBudget)));
  if (!tx.cyu.empty()) {
    json.open_array("cyu");
    json.open_object();
    json.member("hash", std::string_view{tx.cyu_hash.data(), tx.cyu_hash.size()});
    json.member("string", tx.cyu);
    json.close_object();
    json.close_array();
  }
  if (tx.has_ja3) {
    json.open_object(tx.client ? "ja3" : "ja3s");
    json.member("hash", std::string_view{tx.ja3_hash.data(), tx.ja3_hash.size()});
    json.member("string", tx.ja3);
    json.close_object();
  }
  if (tx.has_ja4) json.member("ja4", std::string_view{tx.ja4.data(), tx.ja4.size()});
  if (tx.has_client_hello)
    write_extensions(json, tx.client_hello.extensions, tx.client_hello.server_name, tx.client_hello.alpn);
  if (tx.has_server_hello) write_extensions(json, tx.server_hello.extensions, {}, tx.server_hello.alpn);
  json.close_object();
}

}  // namespace gatehouse::proto::quic
