// SPDX-License-Identifier: GPL-3.0-or-later
// The session's line in the log. A record has its bounds and what peers send has not: what is long by nature (names,
// lists) is written up to a budget, so that nobody keeps his session out of the log by saying much.
#include <utility>

#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {
namespace {

constexpr std::size_t kNamesBudget = 20 * 1024;
constexpr std::size_t kAlpnBudget = 2 * 1024;
constexpr std::size_t kMaxLoggedNumbers = 256;

// Characters that a text may take in JSON: what is not printable ASCII takes up to six.
std::size_t cost(std::string_view text) noexcept {
  std::size_t sum = 3;
  for (const char c : text) sum += c >= ' ' && c < 0x7f && c != '"' && c != '\\' ? 1 : 6;
  return sum;
}

void write_date_member(JsonWriter& json, std::string_view key, std::int64_t seconds) noexcept {
  std::array<char, 24> room;
  BoundedText text{room};
  write_date(seconds, text);
  json.member(key, text.text());
}

void write_identity(JsonWriter& json, const Identity& who) noexcept {
  if (!who.known()) return;
  json.member("subject", who.subject());
  json.member("issuerdn", who.issuer());
  json.member("serial", who.serial());
  if (!who.fingerprint().empty()) json.member("fingerprint", who.fingerprint());
  write_date_member(json, "notbefore", who.certificate().not_before);
  write_date_member(json, "notafter", who.certificate().not_after);
  if (who.alternative_names() == 0) return;
  json.open_array("subjectaltname");
  std::size_t left = kNamesBudget;
  for (std::size_t i = 0; i < who.alternative_names(); ++i) {
    const std::size_t price = cost(who.alternative_name(i));
    if (price > left) break;
    left -= price;
    json.element(who.alternative_name(i));
  }
  json.close_array();
}

void write_alpn(JsonWriter& json, std::string_view key, Bytes list) noexcept {
  Bytes name;
  if (!alpn_name(list, 0, name)) return;
  json.open_array(key);
  std::size_t left = kAlpnBudget;
  for (unsigned i = 0; alpn_name(list, i, name); ++i) {
    const std::size_t price = cost(as_text(name));
    if (price > left) break;
    left -= price;
    json.element(name);
  }
  json.close_array();
}

void write_version_member(JsonWriter& json, std::uint16_t version) noexcept {
  std::array<char, kVersionText> room;
  BoundedText text{room};
  write_version(version, text);
  json.member("version", text.text());
}

void write_numbers(JsonWriter& json, std::string_view key, const U16List& list) noexcept {
  if (list.empty() || list.size() > kMaxLoggedNumbers) return;
  bool open = false;  // a list of nothing but GREASE is no list: readers of the log expect none that is empty
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (is_grease(list[i])) continue;
    if (!std::exchange(open, true)) json.open_array(key);
    json.element(list[i]);
  }
  if (open) json.close_array();
}

void write_extension_types(JsonWriter& json, Bytes extensions) noexcept {
  if (extensions.empty()) return;
  bool open = false;
  Cursor c{extensions};
  for (std::size_t i = 0; !c.empty() && i < kMaxLoggedNumbers; ++i) {
    const Extension one = read_extension(c);
    if (!c.ok() || is_grease(one.type)) continue;
    if (!std::exchange(open, true)) json.open_array("exts");
    json.element(one.type);
  }
  if (open) json.close_array();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const TlsTransaction& tx = of(transaction);
  json.open_object("tls");
  write_identity(json, tx.server);
  if (tx.resumed()) json.member("session_resumed", true);
  if (!tx.client_hello.server_name.empty()) json.member("sni", tx.client_hello.server_name);
  // A server that never answered has no version; then what was asked for is what can be said.
  write_version_member(json, tx.server_version != 0 ? tx.server_version : tx.client_version);
  if (tx.has_ja3) {
    json.open_object("ja3");
    json.member("hash", std::string_view{tx.ja3_hash.data(), tx.ja3_hash.size()});
    json.member("string", std::string_view{tx.ja3});
    json.close_object();
  }
  if (tx.has_ja3s) {
    json.open_object("ja3s");
    json.member("hash", std::string_view{tx.ja3s_hash.data(), tx.ja3s_hash.size()});
    json.member("string", std::string_view{tx.ja3s});
    json.close_object();
  }
  if (tx.has_ja4) json.member("ja4", std::string_view{tx.ja4.data(), tx.ja4.size()});
  write_alpn(json, "client_alpns", tx.client_hello.alpn);
  write_alpn(json, "server_alpns", tx.server_hello.alpn);
  if (tx.has_client_hello) {
    json.open_object("client_handshake");
    write_version_member(json, tx.client_version);
    write_numbers(json, "ciphers", tx.client_hello.cipher_suites);
    write_extension_types(json, tx.client_hello.extensions);
    write_numbers(json, "sig_algs", tx.client_hello.signature_algorithms);
    json.close_object();
  }
  if (tx.has_server_hello) {
    json.open_object("server_handshake");
    write_version_member(json, tx.server_hello.legacy_version);
    json.member("cipher", tx.server_hello.cipher_suite);
    write_extension_types(json, tx.server_hello.extensions);
    json.close_object();
  }
  if (tx.client.known()) {
    json.open_object("client");
    write_identity(json, tx.client);
    json.close_object();
  }
  if (!tx.from_protocol.empty()) json.member("from_proto", tx.from_protocol);
  json.close_object();
}

}  // namespace gatehouse::proto::tls
