// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>

#include "proto/dns/dns.hpp"
#include "proto/dtls/dtls.hpp"
#include "proto/http/http.hpp"
#include "proto/ike/ike.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/openvpn/openvpn.hpp"
#include "proto/quic/quic.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/stun/stun.hpp"
#include "proto/tls/tls.hpp"
#include "proto/wireguard/wireguard.hpp"

namespace gatehouse::proto {
namespace {

constexpr std::array kAll{
    &tls::protocol,
    &quic::protocol,
    &dtls::protocol,
    &ssh::protocol,
    &dns::protocol,
    &mdns::protocol,
    &llmnr::protocol,
    &http::protocol,
    &mqtt::protocol,
    &smtp::protocol,
    &slp::protocol,
    &stun::protocol,
    &ike::protocol,
    &wireguard::protocol,
    &openvpn::protocol,
};

}  // namespace

std::span<const ProtocolSpec* const> all() noexcept { return kAll; }

const ProtocolSpec* find(std::string_view name) noexcept {
  for (const ProtocolSpec* protocol : kAll)
    if (protocol->name == name) return protocol;
  return nullptr;
}

const FieldSpec* find_field(std::string_view name) noexcept {
  for (const ProtocolSpec* protocol : kAll)
    for (const FieldSpec& field : protocol->fields)
      if (field.name == name) return &field;
  return nullptr;
}

}  // namespace gatehouse::proto
