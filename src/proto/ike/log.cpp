// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <charconv>
#include <string_view>

#include "proto/ike/ike.hpp"

namespace gatehouse::proto::ike {
namespace {

// Octets of a key exchange, nonce or vendor id that are written: real ones have up to 1568 (ML-KEM-1024), 256 and 64.
constexpr std::size_t kLoggedOctets = 2048, kLoggedVendor = 256;
constexpr unsigned kLoggedProposals = 32;

Bytes bounded(Bytes bytes, std::size_t most) noexcept {
  return bytes.first(std::min(bytes.size(), most));
}

void write_association(JsonWriter& json, bool v1, const Association& one) {
  constexpr std::string_view raw[] = {"alg_enc_raw",      "alg_hash_raw",         "alg_auth_raw",     "alg_dh_raw",
                                      "sa_life_type_raw", "sa_life_duration_raw", "sa_key_length_raw"};
  for (std::size_t i = 0; i < kAttributes; ++i) {
    const auto attribute = static_cast<Attribute>(i);
    if (!one.has(attribute)) continue;
    json.member(attribute_name(attribute), value_name(v1, attribute, one.get(attribute)));
    json.member(raw[i], one.get(attribute));
  }
}

void write_keys(JsonWriter& json, const Message& message) {
  if (!message.key_exchange.empty()) {
    json.member_hex("key_exchange_payload", bounded(message.key_exchange, kLoggedOctets));
    json.member("key_exchange_payload_length", message.key_exchange.size());
  }
  if (!message.nonce.empty()) {
    json.member_hex("nonce_payload", bounded(message.nonce, kLoggedOctets));
    json.member("nonce_payload_length", message.nonce.size());
  }
}

void write_v1(JsonWriter& json, const IkeTransaction& tx) {
  const Message& message = tx.message;
  json.open_object("ikev1");
  if (message.has_association) json.member("doi", message.domain_of_interpretation);
  json.member("encrypted_payloads", message.header.encrypted());
  if (!message.header.encrypted()) {
    json.open_object(tx.client ? "client" : "server");
    write_keys(json, message);
    if (tx.client && message.associations.size > 0) {
      json.open_array("proposals");
      for (unsigned i = 0; i < message.associations.size && i < kLoggedProposals; ++i) {
        json.open_object();
        write_association(json, true, message.associations.items[i]);
        json.close_object();
      }
      json.close_array();
    }
    json.close_object();
  }
  if (message.vendors.size > 0) {
    json.open_array("vendor_ids");
    for (const Bytes vendor : message.vendors) {
      std::array<char, 2 * kLoggedVendor> room;
      json.element(write_hex(bounded(vendor, kLoggedVendor), room));
    }
    json.close_array();
  }
  json.close_object();
}

void write_v2(JsonWriter& json, const Message& message) {
  json.open_object("ikev2");
  json.member("errors", message.errors);
  if (message.notifies.size > 0) {
    json.open_array("notify");
    for (const std::uint16_t type : message.notifies) {
      std::array<char, 8> room;
      const auto end = std::to_chars(room.data(), room.data() + room.size(), type).ptr;
      const std::string_view name = notify_name(type);
      json.element(name.empty() ? std::string_view{room.data(), static_cast<std::size_t>(end - room.data())} : name);
    }
    json.close_array();
  }
  json.close_object();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const IkeTransaction& tx = of(transaction);
  const Message& message = tx.message;
  const Header& header = message.header;
  const bool v1 = header.v1();
  json.open_object("ike");
  json.member("version_major", header.major());
  json.member("version_minor", header.minor());
  json.member("init_spi", std::string_view{tx.initiator.data(), tx.initiator.size()});
  json.member("resp_spi", std::string_view{tx.responder.data(), tx.responder.size()});
  json.member("message_id", header.message_id);
  json.member("exchange_type", header.exchange);
  if (const auto name = name_of(exchange_names(), header.exchange); !name.empty())
    json.member("exchange_type_verbose", name);
  if (!v1) json.member("role", header.from_initiator() ? "initiator" : "responder");
  if (tx.chosen() != nullptr) write_association(json, v1, *tx.chosen());
  if (message.payloads.size > 0) {
    json.open_array("payload");
    for (const std::uint8_t type : message.payloads) json.element(payload_name(v1, type));
    json.close_array();
  }
  if (v1)
    write_v1(json, tx);
  else
    write_v2(json, message);
  json.close_object();
}

}  // namespace gatehouse::proto::ike
