// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>

#include "proto/dns/dns.hpp"
#include "proto/doh2/doh2.hpp"
#include "proto/http/http.hpp"
#include "proto/http2/http2.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/socks/socks.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/tls/tls.hpp"
#include "proto/websocket/websocket.hpp"

namespace gatehouse::proto {
namespace {

constexpr std::array kAll{
    &tls::protocol,
    &ssh::protocol,
    &dns::protocol,
    &mdns::protocol,
    &llmnr::protocol,
    &http::protocol,
    &http2::protocol,
    &doh2::protocol,
    &websocket::protocol,
    &mqtt::protocol,
    &smtp::protocol,
    &slp::protocol,
    &socks::protocol,
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
