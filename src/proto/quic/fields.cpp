// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/quic/transaction.hpp"

namespace gatehouse::proto::quic {
namespace {

using enum FieldDirection;
constexpr std::uint8_t kComplete = 1;

FieldValue octets(Bytes b) noexcept {
  return b.empty() ? FieldValue::none() : FieldValue::of(b);
}
FieldValue text_if(bool known, std::string_view t) noexcept {
  return known ? FieldValue::of(t) : FieldValue::none();
}

constexpr NamedNumber kTypeNames[] = {
    {static_cast<std::uint64_t>(PacketType::initial), "initial"},
    {static_cast<std::uint64_t>(PacketType::zero_rtt), "0-rtt"},
    {static_cast<std::uint64_t>(PacketType::handshake), "handshake"},
    {static_cast<std::uint64_t>(PacketType::retry), "retry"},
    {static_cast<std::uint64_t>(PacketType::version_negotiation), "version_negotiation"},
};

FieldValue version_bytes(const Transaction& tx, unsigned) {
  return octets(of(tx).header.version_bytes);
}
FieldValue packet_type(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(of(tx).header.type));
}
FieldValue server_name(const Transaction& tx, unsigned) {
  return octets(of(tx).server_name());
}
FieldValue user_agent(const Transaction& tx, unsigned) {
  return octets(of(tx).google.user_agent);
}
FieldValue cyu_hash(const Transaction& tx, unsigned i) {
  return text_if(i == 0 && !of(tx).cyu.empty(), {of(tx).cyu_hash.data(), of(tx).cyu_hash.size()});
}
FieldValue cyu_string(const Transaction& tx, unsigned i) {
  return text_if(i == 0 && !of(tx).cyu.empty(), of(tx).cyu);
}
FieldValue alpn(const Transaction& tx, unsigned i) {
  Bytes name;
  const Bytes list = of(tx).has_client_hello ? of(tx).client_hello.alpn : Bytes{};
  return tls::alpn_name(list, i, name) ? FieldValue::of(name) : FieldValue::none();
}
FieldValue ech(const Transaction& tx, unsigned) {
  return of(tx).has_client_hello ? FieldValue::of_number(of(tx).client_hello.ech ? 1 : 0) : FieldValue::none();
}
FieldValue cipher(const Transaction& tx, unsigned) {
  return of(tx).has_server_hello ? FieldValue::of_number(of(tx).server_hello.cipher_suite) : FieldValue::none();
}
FieldValue ja3_hash(const Transaction& tx, unsigned) {
  return text_if(of(tx).has_ja3, {of(tx).ja3_hash.data(), of(tx).ja3_hash.size()});
}
FieldValue ja3_string(const Transaction& tx, unsigned) {
  return text_if(of(tx).has_ja3, of(tx).ja3);
}
FieldValue ja4_hash(const Transaction& tx, unsigned) {
  return text_if(of(tx).has_ja4, {of(tx).ja4.data(), of(tx).ja4.size()});
}

using enum FieldType;

constexpr FieldSpec kFields[] = {
    {"quic.version", FieldType::bytes, both, kComplete, "version of the packet as sent: 4 bytes", version_bytes},
    {"quic.type", number, both, kComplete, "type of the packet", packet_type, FieldRole::plain, kTypeNames},
    {"quic.sni", FieldType::bytes, to_server, kComplete, "server name that the client asks for", server_name,
     FieldRole::session_domain},
    {"quic.ua", FieldType::bytes, to_server, kComplete, "user agent of a client of gQUIC", user_agent,
     FieldRole::device_software},
    {"quic.alpn", list, to_server, kComplete, "application protocols that the client offers", alpn},
    {"quic.ech", number, to_server, kComplete,
     "1: an encrypted hello stands beside the readable one (ECH, or a dummy of it)", ech},
    {"quic.cipher", number, to_client, kComplete, "cipher suite that the server chose", cipher},
    {"quic.cyu.hash", list, to_server, kComplete, "CYU of a client of gQUIC", cyu_hash},
    {"quic.cyu.string", list, to_server, kComplete, "what CYU is the hash of", cyu_string},
    {"ja3.hash", FieldType::bytes, to_server, kComplete, "JA3 of the client", ja3_hash},
    {"ja3.string", FieldType::bytes, to_server, kComplete, "what JA3 is the hash of", ja3_string},
    {"ja3s.hash", FieldType::bytes, to_client, kComplete, "JA3S of the server", ja3_hash},
    {"ja3s.string", FieldType::bytes, to_client, kComplete, "what JA3S is the hash of", ja3_string},
    {"ja4.hash", FieldType::bytes, to_server, kComplete, "JA4 of the client", ja4_hash, FieldRole::device_fingerprint},
};

}  // namespace

std::span<const FieldSpec> fields() noexcept {
  return kFields;
}

}  // namespace gatehouse::proto::quic
