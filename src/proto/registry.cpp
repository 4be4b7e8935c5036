// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>

#include "proto/dhcp/dhcp.hpp"
#include "proto/dhcpv6/dhcpv6.hpp"
#include "proto/dns/dns.hpp"
#include "proto/http/http.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/ntp/ntp.hpp"
#include "proto/rtp/rtp.hpp"
#include "proto/rtsp/rtsp.hpp"
#include "proto/sip/sip.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/ssdp/ssdp.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto {
namespace {

constexpr std::array kAll{
    &tls::protocol,
    &ssh::protocol,
    &mdns::protocol,
    &dns::protocol,
    &llmnr::protocol,
    &http::protocol,
    &dhcp::protocol,
    &sip::protocol,
    &rtsp::protocol,
    &ssdp::protocol,
    &mqtt::protocol,
    &smtp::protocol,
    &slp::protocol,
    &dhcpv6::protocol,
    &ntp::protocol,
    &rtcp::protocol,
    &rtp::protocol,
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
