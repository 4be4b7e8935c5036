// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>

#include "proto/dnp3/dnp3.hpp"
#include "proto/dns/dns.hpp"
#include "proto/enip/enip.hpp"
#include "proto/http/http.hpp"
#include "proto/iec104/iec104.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/mms/mms.hpp"
#include "proto/modbus/modbus.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/s7comm/s7comm.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/tls/tls.hpp"

namespace gatehouse::proto {
namespace {

constexpr std::array kAll{
    &tls::protocol,
    &ssh::protocol,
    &dns::protocol,
    &mdns::protocol,
    &llmnr::protocol,
    &http::protocol,
    &mqtt::protocol,
    &smtp::protocol,
    &slp::protocol,
    &dnp3::protocol,
    &iec104::protocol,
    &s7comm::protocol,
    &s7comm::plus_protocol,
    &mms::protocol,
    &enip::protocol,
    &modbus::protocol,
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
