// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>

#include "proto/dcerpc/dcerpc.hpp"
#include "proto/dns/dns.hpp"
#include "proto/http/http.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/netbios/netbios.hpp"
#include "proto/profinet/profinet.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smb/smb.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto {
namespace {

constexpr std::array kAll{
    &tls::protocol,
    &ssh::protocol,
    &netbios::protocol,
    &dns::protocol,
    &mdns::protocol,
    &llmnr::protocol,
    &http::protocol,
    &smb::protocol,
    &mqtt::protocol,
    &smtp::protocol,
    &slp::protocol,
    &profinet::protocol,
    &dcerpc::protocol,
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
