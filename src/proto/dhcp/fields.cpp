// SPDX-License-Identifier: GPL-3.0-or-later
// What a client says of itself is its own only in what the client sends: servers repeat the name in their answers.
#include "proto/dhcp/transaction.hpp"

namespace gatehouse::proto::dhcp {
namespace {

const DhcpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const DhcpTransaction&>(tx);
}

FieldValue present(Bytes value, unsigned index) noexcept {
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}

template <Bytes Message::* member>
FieldValue option_of(const Transaction& tx, unsigned index) {
  return present(of(tx).message.*member, index);
}
template <Bytes Message::* member>
FieldValue of_client(const Transaction& tx, unsigned index) {
  return of(tx).message.from_client() ? option_of<member>(tx, index) : FieldValue::none();
}
template <std::string_view DhcpTransaction::* member>
FieldValue text_of(const Transaction& tx, unsigned index) {
  return present(as_bytes(of(tx).*member), index);
}
template <std::string_view DhcpTransaction::* member>
FieldValue text_of_client(const Transaction& tx, unsigned index) {
  return of(tx).message.from_client() ? text_of<member>(tx, index) : FieldValue::none();
}
template <Seconds Message::* member>
FieldValue seconds(const Transaction& tx, unsigned index) {
  const Seconds& value = of(tx).message.*member;
  return index > 0 || !value.present ? FieldValue::none() : FieldValue::of_number(value.value);
}

FieldValue type(const Transaction& tx, unsigned index) {
  const Message& message = of(tx).message;
  return index > 0 || !message.has_type ? FieldValue::none() : FieldValue::of_number(message.type_value);
}

// Not "0.0.0.0", which assigns nothing.
FieldValue assigned_ip(const Transaction& tx, unsigned index) {
  return of(tx).assigned_ip == "0.0.0.0" ? FieldValue::none() : text_of<&DhcpTransaction::assigned_ip>(tx, index);
}

constexpr std::array kTypes{NamedNumber{1, "discover"}, NamedNumber{2, "offer"}, NamedNumber{3, "request"},
                            NamedNumber{4, "decline"},  NamedNumber{5, "ack"},   NamedNumber{6, "nak"},
                            NamedNumber{7, "release"},  NamedNumber{8, "inform"}};

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

}  // namespace

constinit const std::array<FieldSpec, 18> kFields{
    FieldSpec{"dhcp.type", number, kBoth, kComplete, "what the message does", type, FieldRole::plain, kTypes},
    FieldSpec{"dhcp.leasetime", number, kBoth, kComplete, "seconds for which an address is lent, or wanted",
              seconds<&Message::lease_time>},
    FieldSpec{"dhcp.rebinding_time", number, kBoth, kComplete, "seconds until any server is asked to prolong",
              seconds<&Message::rebinding_time>},
    FieldSpec{"dhcp.renewal_time", number, kBoth, kComplete, "seconds until the server is asked to prolong",
              seconds<&Message::renewal_time>},
    FieldSpec{"dhcp.client_mac", bytes, kBoth, kComplete, "the client's hardware address, \"02:00:5e:00:53:01\"",
              text_of<&DhcpTransaction::mac>},
    FieldSpec{"dhcp.client_id", bytes, kBoth, kComplete, "the client's identifier in hex, without its type",
              text_of<&DhcpTransaction::client_id>},
    FieldSpec{"dhcp.hostname", bytes, kBoth, kComplete, "the client's own name", of_client<&Message::hostname>,
              FieldRole::device_name},
    FieldSpec{"dhcp.fqdn", bytes, kBoth, kComplete, "the name that the client wants in the DNS",
              of_client<&Message::fqdn>, FieldRole::device_name},
    FieldSpec{"dhcp.vendor_class", bytes, kBoth, kComplete, "the client's software or maker, \"udhcp 1.36.1\"",
              of_client<&Message::vendor_class>, FieldRole::device_software},
    FieldSpec{"dhcp.user_class", bytes, kBoth, kComplete, "the kind of client, as its owner calls it",
              of_client<&Message::user_class>},
    FieldSpec{"dhcp.fingerprint", bytes, kBoth, kComplete,
              "the parameters that the client asks for, in its order: \"1,3,6,15\"",
              text_of_client<&DhcpTransaction::fingerprint>, FieldRole::device_fingerprint},
    FieldSpec{"dhcp.mud_url", bytes, kBoth, kComplete, "where the maker describes what the thing needs (RFC 8520)",
              of_client<&Message::mud_url>, FieldRole::device_model},
    FieldSpec{"dhcp.requested_ip", bytes, kBoth, kComplete, "the address that the client wants",
              text_of<&DhcpTransaction::requested_ip>},
    FieldSpec{"dhcp.assigned_ip", bytes, kBoth, kComplete, "the address that the server gives", assigned_ip},
    FieldSpec{"dhcp.server_ip", bytes, kBoth, kComplete, "the server that is spoken to, or speaks",
              text_of<&DhcpTransaction::server_ip>},
    FieldSpec{"dhcp.domain", bytes, kBoth, kComplete, "the domain that the server gives", option_of<&Message::domain>},
    FieldSpec{"dhcp.message", bytes, kBoth, kComplete, "why it was refused, in words", option_of<&Message::text>},
    FieldSpec{"dhcp.relay_hops", number, kBoth, kComplete, "relays that the message passed",
              [](const Transaction& tx, unsigned index) {
                return index > 0 ? FieldValue::none() : FieldValue::of_number(of(tx).message.header.hops);
              }},
};

}  // namespace gatehouse::proto::dhcp
