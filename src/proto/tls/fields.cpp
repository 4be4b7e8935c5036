// SPDX-License-Identifier: GPL-3.0-or-later
// The fields of TLS. A name that both ends have stands in two rows, one for each direction; the row of the end that
// people mean when they do not say which comes first.
#include <algorithm>

#include "proto/tls/tls.hpp"

namespace gatehouse::proto::tls {
namespace {

using enum FieldDirection;
constexpr auto kHello = static_cast<std::uint8_t>(ClientStage::hello_done);
constexpr auto kClientCert = static_cast<std::uint8_t>(ClientStage::cert_done);
constexpr auto kServerHello = static_cast<std::uint8_t>(ServerStage::hello);
constexpr auto kServerCert = static_cast<std::uint8_t>(ServerStage::cert_done);

FieldValue text(std::string_view t) noexcept {
  return t.empty() ? FieldValue::none() : FieldValue::of(t);
}
FieldValue octets(Bytes b) noexcept {
  return b.empty() ? FieldValue::none() : FieldValue::of(b);
}
FieldValue number_if(bool known, std::uint64_t n) noexcept {
  return known ? FieldValue::of_number(n) : FieldValue::none();
}

template <Direction D>
const Identity& identity(const Transaction& tx) noexcept {
  return D == Direction::to_server ? of(tx).client : of(tx).server;
}
template <Direction D>
Bytes random(const Transaction& tx) noexcept {
  return D == Direction::to_server ? of(tx).client_hello.random : of(tx).server_hello.random;
}

template <Direction D>
FieldValue subject(const Transaction& tx, unsigned) {
  return text(identity<D>(tx).subject());
}
template <Direction D>
FieldValue issuer(const Transaction& tx, unsigned) {
  return text(identity<D>(tx).issuer());
}
template <Direction D>
FieldValue serial(const Transaction& tx, unsigned) {
  return text(identity<D>(tx).serial());
}
template <Direction D>
FieldValue fingerprint(const Transaction& tx, unsigned) {
  return text(identity<D>(tx).fingerprint());
}
template <Direction D>
FieldValue alternative_name(const Transaction& tx, unsigned i) {
  const Identity& who = identity<D>(tx);
  return i < who.alternative_names() ? FieldValue::of(who.alternative_name(i)) : FieldValue::none();
}
template <Direction D>
FieldValue chain(const Transaction& tx, unsigned i) {
  const Identity& who = identity<D>(tx);
  return i < who.chain_length() ? FieldValue::of(who.chain(i)) : FieldValue::none();
}
template <Direction D>
FieldValue chain_length(const Transaction& tx, unsigned) {
  return number_if(identity<D>(tx).seen(), identity<D>(tx).chain_length());
}
// Before 1970 is 0: older than any date that a rule compares with.
template <Direction D>
FieldValue not_before(const Transaction& tx, unsigned) {
  const Identity& who = identity<D>(tx);
  return number_if(who.known(), static_cast<std::uint64_t>(std::max<std::int64_t>(0, who.certificate().not_before)));
}
template <Direction D>
FieldValue not_after(const Transaction& tx, unsigned) {
  const Identity& who = identity<D>(tx);
  return number_if(who.known(), static_cast<std::uint64_t>(std::max<std::int64_t>(0, who.certificate().not_after)));
}
template <Direction D>
FieldValue self_signed(const Transaction& tx, unsigned) {
  return number_if(identity<D>(tx).known(), identity<D>(tx).certificate().self_issued ? 1 : 0);
}
template <Direction D>
FieldValue key_bits(const Transaction& tx, unsigned) {
  const Identity& who = identity<D>(tx);
  return number_if(who.known() && who.certificate().key_bits > 0, who.certificate().key_bits);
}

template <Direction D>
FieldValue whole_random(const Transaction& tx, unsigned) {
  return octets(random<D>(tx));
}
template <Direction D>
FieldValue random_time(const Transaction& tx, unsigned) {
  const Bytes all = random<D>(tx);
  return all.size() == 32 ? FieldValue::of(all.first(4)) : FieldValue::none();
}
template <Direction D>
FieldValue random_bytes(const Transaction& tx, unsigned) {
  const Bytes all = random<D>(tx);
  return all.size() == 32 ? FieldValue::of(all.subspan(4)) : FieldValue::none();
}
template <Direction D>
FieldValue version_number(const Transaction& tx, unsigned) {
  const std::uint16_t v = D == Direction::to_server ? of(tx).client_version : of(tx).server_version;
  return number_if(v != 0, v);
}
template <Direction D>
FieldValue alpn(const Transaction& tx, unsigned i) {
  Bytes name;
  const Bytes list = D == Direction::to_server ? of(tx).client_hello.alpn : of(tx).server_hello.alpn;
  return alpn_name(list, i, name) ? FieldValue::of(name) : FieldValue::none();
}
FieldValue messages(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).messages);
}

FieldValue server_name(const Transaction& tx, unsigned) {
  return octets(of(tx).client_hello.server_name);
}
FieldValue ja3_hash(const Transaction& tx, unsigned) {
  return of(tx).has_ja3 ? text({of(tx).ja3_hash.data(), kJa3Hash}) : FieldValue::none();
}
FieldValue ja3_string(const Transaction& tx, unsigned) {
  return text(of(tx).ja3);
}
FieldValue ja3s_hash(const Transaction& tx, unsigned) {
  return of(tx).has_ja3s ? text({of(tx).ja3s_hash.data(), kJa3Hash}) : FieldValue::none();
}
FieldValue ja3s_string(const Transaction& tx, unsigned) {
  return text(of(tx).ja3s);
}
FieldValue ja4_hash(const Transaction& tx, unsigned) {
  return of(tx).has_ja4 ? text({of(tx).ja4.data(), kJa4}) : FieldValue::none();
}
FieldValue ech(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_client_hello, of(tx).client_hello.ech ? 1 : 0);
}
FieldValue cipher(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_server_hello && of(tx).server_hello.cipher_suite != 0, of(tx).server_hello.cipher_suite);
}
FieldValue server_version(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_server_hello, of(tx).server_version);
}

constexpr auto kToServer = Direction::to_server, kToClient = Direction::to_client;
using enum FieldType;

constexpr FieldSpec kFields[] = {
    {"tls.sni", FieldType::bytes, to_server, kHello, "server name that the client asks for", server_name,
     FieldRole::session_domain},
    {"tls.alpn", list, to_server, kHello, "application protocols that the client offers", alpn<kToServer>},
    {"tls.alpn", list, to_client, kServerHello, "application protocol that the server chose", alpn<kToClient>},
    {"tls.version", number, to_server, kHello, "version that the client prefers: 0x0303 is TLS 1.2",
     version_number<kToServer>},
    {"tls.version", number, to_client, kServerHello, "version that the server chose", version_number<kToClient>},
    {"tls.server_version", number, to_client, kServerHello, "version that the server chose, by its hello",
     server_version},
    {"tls.cipher", number, to_client, kServerHello, "cipher suite that the server chose", cipher},
    {"tls.ech", number, to_server, kHello,
     "1: an encrypted hello stands beside the readable one (ECH, or a dummy of it)", ech},
    {"tls.random", FieldType::bytes, to_server, kHello, "random of the client, 32 bytes", whole_random<kToServer>},
    {"tls.random", FieldType::bytes, to_client, kServerHello, "random of the server, 32 bytes",
     whole_random<kToClient>},
    {"tls.random_time", FieldType::bytes, to_server, kHello, "first 4 bytes of the client's random",
     random_time<kToServer>},
    {"tls.random_time", FieldType::bytes, to_client, kServerHello, "first 4 bytes of the server's random",
     random_time<kToClient>},
    {"tls.random_bytes", FieldType::bytes, to_server, kHello, "last 28 bytes of the client's random",
     random_bytes<kToServer>},
    {"tls.random_bytes", FieldType::bytes, to_client, kServerHello, "last 28 bytes of the server's random",
     random_bytes<kToClient>},
    {"tls.messages", number, both, 1, "bit n: a handshake message of type n was seen", messages},

    {"tls.cert_subject", FieldType::bytes, to_client, kServerCert, "subject of the server's certificate",
     subject<kToClient>},
    {"tls.cert_subject", FieldType::bytes, to_server, kClientCert, "subject of the client's certificate",
     subject<kToServer>},
    {"tls.cert_issuer", FieldType::bytes, to_client, kServerCert, "issuer of the server's certificate",
     issuer<kToClient>},
    {"tls.cert_issuer", FieldType::bytes, to_server, kClientCert, "issuer of the client's certificate",
     issuer<kToServer>},
    {"tls.cert_serial", FieldType::bytes, to_client, kServerCert, "serial number: 03:DE:23", serial<kToClient>},
    {"tls.cert_serial", FieldType::bytes, to_server, kClientCert, "serial number of the client's certificate",
     serial<kToServer>},
    {"tls.cert_fingerprint", FieldType::bytes, to_client, kServerCert, "SHA-1 of the certificate: 3a:0b:3b",
     fingerprint<kToClient>},
    {"tls.cert_fingerprint", FieldType::bytes, to_server, kClientCert, "SHA-1 of the client's certificate",
     fingerprint<kToServer>},
    {"tls.subjectaltname", list, to_client, kServerCert, "alternative names of the server's certificate",
     alternative_name<kToClient>},
    {"tls.subjectaltname", list, to_server, kClientCert, "alternative names of the client's certificate",
     alternative_name<kToServer>},
    {"tls.certs", list, to_client, kServerCert, "the server's certificates, DER", chain<kToClient>},
    {"tls.certs", list, to_server, kClientCert, "the client's certificates, DER", chain<kToServer>},
    {"tls.cert_chain_len", number, to_client, kServerCert, "how many certificates the server showed",
     chain_length<kToClient>},
    {"tls.cert_chain_len", number, to_server, kClientCert, "how many certificates the client showed",
     chain_length<kToServer>},
    {"tls.cert_notbefore", number, to_client, kServerCert, "seconds since 1970", not_before<kToClient>},
    {"tls.cert_notbefore", number, to_server, kClientCert, "seconds since 1970", not_before<kToServer>},
    {"tls.cert_notafter", number, to_client, kServerCert, "seconds since 1970", not_after<kToClient>},
    {"tls.cert_notafter", number, to_server, kClientCert, "seconds since 1970", not_after<kToServer>},
    {"tls.cert_self_signed", number, to_client, kServerCert, "1: issuer and subject are the same",
     self_signed<kToClient>},
    {"tls.cert_self_signed", number, to_server, kClientCert, "1: issuer and subject are the same",
     self_signed<kToServer>},
    {"tls.cert_key_bits", number, to_client, kServerCert, "size of the public key", key_bits<kToClient>},
    {"tls.cert_key_bits", number, to_server, kClientCert, "size of the public key", key_bits<kToServer>},

    {"ja3.hash", FieldType::bytes, to_server, kHello, "JA3 of the client", ja3_hash},
    {"ja3.string", FieldType::bytes, to_server, kHello, "what JA3 is the hash of", ja3_string},
    {"ja3s.hash", FieldType::bytes, to_client, kServerHello, "JA3S of the server", ja3s_hash},
    {"ja3s.string", FieldType::bytes, to_client, kServerHello, "what JA3S is the hash of", ja3s_string},
    {"ja4.hash", FieldType::bytes, to_server, kHello, "JA4 of the client", ja4_hash, FieldRole::device_fingerprint},
};

}  // namespace

std::span<const FieldSpec> fields() noexcept {
  return kFields;
}

}  // namespace gatehouse::proto::tls
