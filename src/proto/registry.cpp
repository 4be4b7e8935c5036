// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>

#include "proto/bittorrent/bittorrent.hpp"
#include "proto/dns/dns.hpp"
#include "proto/ftp/ftp.hpp"
#include "proto/http/http.hpp"
#include "proto/imap/imap.hpp"
#include "proto/irc/irc.hpp"
#include "proto/jabber/jabber.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/pop3/pop3.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/syslog/syslog.hpp"
#include "proto/telnet/telnet.hpp"
#include "proto/tftp/tftp.hpp"
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
    &ftp::protocol,
    &ftp::data_protocol,
    &tftp::protocol,
    &pop3::protocol,
    &imap::protocol,
    &syslog::protocol,
    &telnet::protocol,
    &irc::protocol,
    &jabber::protocol,
    &bittorrent::dht_protocol,
    &bittorrent::protocol,
    &slp::protocol,
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
