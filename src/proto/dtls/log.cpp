// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dtls/dtls.hpp"

namespace gatehouse::proto::dtls {
namespace {

// What is long by nature is written up to so many octets in all.
constexpr std::size_t kAlpnBudget = 2048, kNamesBudget = 8192;

void write_fingerprint(JsonWriter& json, std::string_view key, std::string_view text, const tls::Ja3Hash& hash) {
  if (text.empty()) return;
  json.open_object(key);
  json.member("hash", std::string_view{hash.data(), hash.size()});
  json.member("string", text);
  json.close_object();
}

void write_alpn(JsonWriter& json, std::string_view key, Bytes list) {
  Bytes name;
  if (!tls::alpn_name(list, 0, name)) return;
  json.open_array(key);
  std::size_t left = kAlpnBudget;
  for (unsigned i = 0; tls::alpn_name(list, i, name) && name.size() <= left; ++i) {
    left -= name.size();
    json.element(name);
  }
  json.close_array();
}

void write_identity(JsonWriter& json, const tls::Identity& who) {
  json.member("subject", who.subject());
  json.member("issuerdn", who.issuer());
  json.member("serial", who.serial());
  if (!who.fingerprint().empty()) json.member("fingerprint", who.fingerprint());
  if (who.alternative_names() == 0 || who.alternative_name(0).size() > kNamesBudget) return;
  json.open_array("subjectaltname");
  std::size_t left = kNamesBudget;
  for (std::size_t i = 0; i < who.alternative_names() && who.alternative_name(i).size() <= left; ++i) {
    left -= who.alternative_name(i).size();
    json.element(who.alternative_name(i));
  }
  json.close_array();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const DtlsTransaction& tx = of(transaction);
  json.open_object("dtls");
  const std::uint16_t version = tx.has_server_hello ? tx.server_version() : tx.client_version();
  if (const std::string_view name = name_of(version_names(), version); !name.empty()) json.member("version", name);
  if (!tx.client_hello.server_name.empty()) json.member("sni", tx.client_hello.server_name);
  write_alpn(json, "client_alpns", tx.client_hello.alpn);
  write_alpn(json, "server_alpns", tx.server_hello.alpn);
  if (tx.has_server_hello) json.member("cipher", tx.server_hello.cipher_suite);
  if (tx.cookie) json.member("cookie", true);
  if (tx.srtp) json.member("srtp", true);
  write_fingerprint(json, "ja3", tx.ja3, tx.ja3_hash);
  write_fingerprint(json, "ja3s", tx.ja3s, tx.ja3s_hash);
  if (tx.has_ja4) json.member("ja4", std::string_view{tx.ja4.data(), tx.ja4.size()});
  if (tx.server.known()) write_identity(json, tx.server);
  if (tx.client.known()) {
    json.open_object("client");
    write_identity(json, tx.client);
    json.close_object();
  }
  json.close_object();
}

}  // namespace gatehouse::proto::dtls
