// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/registry.hpp"

#include <array>
#include <vector>

#include "proto/amqp/amqp.hpp"
#include "proto/arp/arp.hpp"
#include "proto/bacnet/bacnet.hpp"
#include "proto/bittorrent/bittorrent.hpp"
#include "proto/coap/coap.hpp"
#include "proto/dcerpc/dcerpc.hpp"
#include "proto/dhcp/dhcp.hpp"
#include "proto/dhcpv6/dhcpv6.hpp"
#include "proto/dnp3/dnp3.hpp"
#include "proto/dns/dns.hpp"
#include "proto/doh2/doh2.hpp"
#include "proto/dtls/dtls.hpp"
#include "proto/enip/enip.hpp"
#include "proto/fins/fins.hpp"
#include "proto/fox/fox.hpp"
#include "proto/ftp/ftp.hpp"
#include "proto/gesrtp/gesrtp.hpp"
#include "proto/hartip/hartip.hpp"
#include "proto/http/http.hpp"
#include "proto/http2/http2.hpp"
#include "proto/iec104/iec104.hpp"
#include "proto/ike/ike.hpp"
#include "proto/imap/imap.hpp"
#include "proto/irc/irc.hpp"
#include "proto/jabber/jabber.hpp"
#include "proto/knxip/knxip.hpp"
#include "proto/krb5/krb5.hpp"
#include "proto/ldap/ldap.hpp"
#include "proto/llmnr/llmnr.hpp"
#include "proto/matter/matter.hpp"
#include "proto/mdns/mdns.hpp"
#include "proto/miio/miio.hpp"
#include "proto/mms/mms.hpp"
#include "proto/modbus/modbus.hpp"
#include "proto/mongodb/mongodb.hpp"
#include "proto/mqtt/mqtt.hpp"
#include "proto/mqttsn/mqttsn.hpp"
#include "proto/mysql/mysql.hpp"
#include "proto/netbios/netbios.hpp"
#include "proto/nfs/nfs.hpp"
#include "proto/ntp/ntp.hpp"
#include "proto/opcua/opcua.hpp"
#include "proto/openvpn/openvpn.hpp"
#include "proto/pgsql/pgsql.hpp"
#include "proto/pop3/pop3.hpp"
#include "proto/profinet/profinet.hpp"
#include "proto/profinet_dcp/profinet_dcp.hpp"
#include "proto/quic/quic.hpp"
#include "proto/radius/radius.hpp"
#include "proto/rdp/rdp.hpp"
#include "proto/recognised/recognised.hpp"
#include "proto/redis/redis.hpp"
#include "proto/rfb/rfb.hpp"
#include "proto/rpc/rpc.hpp"
#include "proto/rtp/rtp.hpp"
#include "proto/rtsp/rtsp.hpp"
#include "proto/s7comm/s7comm.hpp"
#include "proto/sip/sip.hpp"
#include "proto/slp/slp.hpp"
#include "proto/smb/smb.hpp"
#include "proto/smtp/smtp.hpp"
#include "proto/snmp/snmp.hpp"
#include "proto/socks/socks.hpp"
#include "proto/ssdp/ssdp.hpp"
#include "proto/ssh/ssh.hpp"
#include "proto/stun/stun.hpp"
#include "proto/syslog/syslog.hpp"
#include "proto/telnet/telnet.hpp"
#include "proto/tftp/tftp.hpp"
#include "proto/tls/tls.hpp"
#include "proto/tplink/tplink.hpp"
#include "proto/tuya/tuya.hpp"
#include "proto/websocket/websocket.hpp"
#include "proto/wireguard/wireguard.hpp"

namespace gatehouse::proto {
namespace {

// clang-format off: one line each
constexpr std::array kParsed{
    &tls::protocol,
    &ssh::protocol,
    &netbios::protocol,
    &mdns::protocol,
    &dns::protocol,
    &llmnr::protocol,
    &http::protocol,
    &http2::protocol,
    &doh2::protocol,
    &websocket::protocol,
    &dhcp::protocol,
    &sip::protocol,
    &rtsp::protocol,
    &ssdp::protocol,
    &mqtt::protocol,
    &smtp::protocol,
    &slp::protocol,
    &tplink::protocol,
    &tuya::protocol,
    &miio::protocol,
    &matter::protocol,
    &quic::protocol,
    &dtls::protocol,
    &smb::protocol,
    &amqp::protocol,
    &mysql::protocol,
    &nfs::protocol,
    &pgsql::protocol,
    &redis::protocol,
    &rpc::portmap,
    &rpc::mount,
    &profinet::protocol,
    &dcerpc::protocol,
    &snmp::protocol,
    &ldap::protocol,
    &krb5::protocol,
    &rfb::protocol,
    &rdp::protocol,
    &radius::protocol,
    &ftp::protocol,
    &ftp::data_protocol,
    &tftp::protocol,
    &pop3::protocol,
    &imap::protocol,
    &syslog::protocol,
    &telnet::protocol,
    &fox::protocol,
    &irc::protocol,
    &jabber::protocol,
    &bittorrent::dht_protocol,
    &dnp3::protocol,
    &iec104::protocol,
    &s7comm::protocol,
    &s7comm::plus_protocol,
    &mms::protocol,
    &enip::protocol,
    &mongodb::protocol,
    &socks::protocol,
    &stun::protocol,
    &coap::protocol,
    &mqttsn::protocol,
    &ike::protocol,
    &bacnet::protocol,
    &fins::protocol,
    &hartip::protocol,
    &knxip::protocol,
    &opcua::protocol,
    &gesrtp::protocol,
    &profinet_dcp::protocol,
    &arp::protocol,
    &modbus::protocol,
    &dhcpv6::protocol,
    &ntp::protocol,
    &openvpn::protocol,
    &wireguard::protocol,
    &bittorrent::protocol,
    &rtcp::protocol,
    &rtp::protocol,
};
// clang-format on

// Those that are only recognised come last: what is parsed says more.
const std::vector<const ProtocolSpec*>& list() {
  static const std::vector<const ProtocolSpec*> all = [] {
    std::vector<const ProtocolSpec*> specs{kParsed.begin(), kParsed.end()};
    for (const auto table : {recognised::plant(), recognised::network()})
      for (const ProtocolSpec& row : table) specs.push_back(&row);
    return specs;
  }();
  return all;
}

}  // namespace

std::span<const ProtocolSpec* const> all() noexcept {
  return list();
}

const ProtocolSpec* find(std::string_view name) noexcept {
  for (const ProtocolSpec* protocol : all())
    if (protocol->name == name) return protocol;
  return nullptr;
}

const FieldSpec* find_field(std::string_view name) noexcept {
  for (const ProtocolSpec* protocol : all())
    for (const FieldSpec& field : protocol->fields)
      if (field.name == name) return &field;
  return nullptr;
}

}  // namespace gatehouse::proto
