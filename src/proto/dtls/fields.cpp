// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dtls/dtls.hpp"

namespace gatehouse::proto::dtls {
namespace {

using enum FieldDirection;
constexpr std::uint8_t kComplete = 1;

FieldValue octets(Bytes b) noexcept {
  return b.empty() ? FieldValue::none() : FieldValue::of(b);
}
FieldValue text(std::string_view t) noexcept {
  return t.empty() ? FieldValue::none() : FieldValue::of(t);
}
FieldValue number_if(bool known, std::uint64_t n) noexcept {
  return known ? FieldValue::of_number(n) : FieldValue::none();
}

FieldValue server_name(const Transaction& tx, unsigned) {
  return octets(of(tx).client_hello.server_name);
}
FieldValue alpn(const Transaction& tx, unsigned i) {
  Bytes name;
  return tls::alpn_name(of(tx).client_hello.alpn, i, name) ? FieldValue::of(name) : FieldValue::none();
}
FieldValue client_version(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_client_hello, of(tx).client_version());
}
FieldValue server_version(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_server_hello, of(tx).server_version());
}
FieldValue cipher(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_server_hello, of(tx).server_hello.cipher_suite);
}
FieldValue srtp(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_client_hello, of(tx).srtp ? 1 : 0);
}
FieldValue subject(const Transaction& tx, unsigned) {
  return text(of(tx).server.subject());
}
FieldValue issuer(const Transaction& tx, unsigned) {
  return text(of(tx).server.issuer());
}
FieldValue fingerprint(const Transaction& tx, unsigned) {
  return text(of(tx).server.fingerprint());
}
FieldValue client_subject(const Transaction& tx, unsigned) {
  return text(of(tx).client.subject());
}
FieldValue client_fingerprint(const Transaction& tx, unsigned) {
  return text(of(tx).client.fingerprint());
}
FieldValue alternative_name(const Transaction& tx, unsigned i) {
  const tls::Identity& who = of(tx).server;
  return i < who.alternative_names() ? FieldValue::of(who.alternative_name(i)) : FieldValue::none();
}
FieldValue ja3_hash(const Transaction& tx, unsigned) {
  return of(tx).ja3.empty() ? FieldValue::none() : FieldValue::of({of(tx).ja3_hash.data(), tls::kJa3Hash});
}
FieldValue ja3_string(const Transaction& tx, unsigned) {
  return text(of(tx).ja3);
}
FieldValue ja3s_hash(const Transaction& tx, unsigned) {
  return of(tx).ja3s.empty() ? FieldValue::none() : FieldValue::of({of(tx).ja3s_hash.data(), tls::kJa3Hash});
}
FieldValue ja3s_string(const Transaction& tx, unsigned) {
  return text(of(tx).ja3s);
}
FieldValue ja4_hash(const Transaction& tx, unsigned) {
  return of(tx).has_ja4 ? FieldValue::of({of(tx).ja4.data(), tls::kJa4}) : FieldValue::none();
}

constexpr NamedNumber kVersionNames[] = {{version::dtls10, "dtls1.0"},
                                         {version::dtls12, "dtls1.2"},
                                         {version::dtls13, "dtls1.3"},
                                         {version::old, "dtls0.9"}};

using enum FieldType;
constexpr FieldSpec kFields[] = {
    {"dtls.sni", FieldType::bytes, to_server, kComplete, "server name that the client asks for", server_name,
     FieldRole::session_domain},
    {"dtls.alpn", list, to_server, kComplete, "application protocols that the client offers", alpn},
    {"dtls.version", number, to_server, kComplete, "version that the client prefers", client_version, FieldRole::plain,
     kVersionNames},
    {"dtls.version", number, to_client, kComplete, "version that the server chose", server_version, FieldRole::plain,
     kVersionNames},
    {"dtls.cipher", number, to_client, kComplete, "cipher suite that the server chose", cipher},
    {"dtls.srtp", number, to_server, kComplete, "1: the client offers keys for media", srtp},
    {"dtls.cert_subject", FieldType::bytes, to_client, kComplete, "subject of the server's certificate", subject},
    {"dtls.cert_issuer", FieldType::bytes, to_client, kComplete, "issuer of the server's certificate", issuer},
    {"dtls.cert_fingerprint", FieldType::bytes, to_client, kComplete, "SHA-1 of the server's certificate", fingerprint},
    {"dtls.cert_subject", FieldType::bytes, to_server, kComplete, "subject of the client's certificate",
     client_subject},
    {"dtls.cert_fingerprint", FieldType::bytes, to_server, kComplete, "SHA-1 of the client's certificate",
     client_fingerprint},
    {"dtls.subjectaltname", list, to_client, kComplete, "alternative names of the server's certificate",
     alternative_name},
    {"ja3.hash", FieldType::bytes, to_server, kComplete, "JA3 of the client", ja3_hash},
    {"ja3.string", FieldType::bytes, to_server, kComplete, "what JA3 is the hash of", ja3_string},
    {"ja3s.hash", FieldType::bytes, to_client, kComplete, "JA3S of the server", ja3s_hash},
    {"ja3s.string", FieldType::bytes, to_client, kComplete, "what JA3S is the hash of", ja3s_string},
    {"ja4.hash", FieldType::bytes, to_server, kComplete, "JA4 of the client", ja4_hash, FieldRole::device_fingerprint},
};

}  // namespace

std::span<const FieldSpec> fields() noexcept {
  return kFields;
}
std::span<const NamedNumber> version_names() noexcept {
  return kVersionNames;
}

}  // namespace gatehouse::proto::dtls
