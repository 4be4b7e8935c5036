// SPDX-License-Identifier: GPL-3.0-or-later
// What a client says of itself is its own only in what the client sends.
#include "proto/dhcpv6/transaction.hpp"

namespace gatehouse::proto::dhcpv6 {
namespace {

const Dhcpv6Transaction& of(const Transaction& tx) noexcept {
  return static_cast<const Dhcpv6Transaction&>(tx);
}

FieldValue present(std::string_view value, unsigned index) noexcept {
  return index > 0 || value.empty() ? FieldValue::none() : FieldValue::of(value);
}
FieldValue number_if(bool is_there, std::uint64_t value, unsigned index) noexcept {
  return index > 0 || !is_there ? FieldValue::none() : FieldValue::of_number(value);
}

template <std::string_view Dhcpv6Transaction::* member>
FieldValue text(const Transaction& tx, unsigned index) {
  return present(of(tx).*member, index);
}
template <std::string_view Dhcpv6Transaction::* member>
FieldValue text_of_client(const Transaction& tx, unsigned index) {
  return of(tx).message.from_client() ? text<member>(tx, index) : FieldValue::none();
}
template <Bytes Message::* member>
FieldValue option_of_client(const Transaction& tx, unsigned index) {
  return of(tx).message.from_client() ? present(as_text(of(tx).message.*member), index) : FieldValue::none();
}
template <std::array<std::string_view, kMaxAddresses> Dhcpv6Transaction::* member>
FieldValue list_of(const Transaction& tx, unsigned index) {
  return index >= kMaxAddresses || (of(tx).*member)[index].empty() ? FieldValue::none()
                                                                   : FieldValue::of((of(tx).*member)[index]);
}

constexpr std::array kTypes{NamedNumber{1, "solicit"},
                            NamedNumber{2, "advertise"},
                            NamedNumber{3, "request"},
                            NamedNumber{4, "confirm"},
                            NamedNumber{5, "renew"},
                            NamedNumber{6, "rebind"},
                            NamedNumber{7, "reply"},
                            NamedNumber{8, "release"},
                            NamedNumber{9, "decline"},
                            NamedNumber{10, "reconfigure"},
                            NamedNumber{11, "information_request"},
                            NamedNumber{12, "relay_forward"},
                            NamedNumber{13, "relay_reply"}};
constexpr std::array kStatus{NamedNumber{0, "success"},      NamedNumber{1, "unspecified_failure"},
                             NamedNumber{2, "no_addresses"}, NamedNumber{3, "no_binding"},
                             NamedNumber{4, "not_on_link"},  NamedNumber{5, "use_multicast"},
                             NamedNumber{6, "no_prefix"}};

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
constexpr auto kBoth = FieldDirection::both;

}  // namespace

constinit const std::array<FieldSpec, 17> kFields{
    FieldSpec{"dhcpv6.type", number, kBoth, kComplete, "what the message does, within those of relays",
              [](const Transaction& tx, unsigned i) { return number_if(true, of(tx).message.type, i); },
              FieldRole::plain, kTypes},
    FieldSpec{"dhcpv6.client_duid", bytes, kBoth, kComplete, "the client's identifier in hex, \"00:03:00:01:…\"",
              text<&Dhcpv6Transaction::client_duid>},
    FieldSpec{"dhcpv6.client_mac", bytes, kBoth, kComplete, "the hardware address within it",
              text<&Dhcpv6Transaction::mac>},
    FieldSpec{"dhcpv6.server_duid", bytes, kBoth, kComplete, "the server's identifier in hex",
              text<&Dhcpv6Transaction::server_duid>},
    FieldSpec{"dhcpv6.fqdn", bytes, kBoth, kComplete, "the client's own name", text_of_client<&Dhcpv6Transaction::fqdn>,
              FieldRole::device_name},
    FieldSpec{"dhcpv6.vendor_class", bytes, kBoth, kComplete, "the client's software or maker",
              option_of_client<&Message::vendor_class>, FieldRole::device_software},
    FieldSpec{"dhcpv6.enterprise", number, kBoth, kComplete, "the vendor class's enterprise number, 311 is Microsoft",
              [](const Transaction& tx, unsigned i) {
                return number_if(of(tx).message.has_enterprise, of(tx).message.enterprise, i);
              }},
    FieldSpec{"dhcpv6.fingerprint", bytes, kBoth, kComplete, "the options that the client asks for, in its order",
              text_of_client<&Dhcpv6Transaction::fingerprint>, FieldRole::device_fingerprint},
    FieldSpec{"dhcpv6.mud_url", bytes, kBoth, kComplete, "where the maker describes what the thing needs (RFC 8520)",
              option_of_client<&Message::mud_url>, FieldRole::device_model},
    FieldSpec{"dhcpv6.address", list, kBoth, kComplete, "addresses that are wanted or given",
              list_of<&Dhcpv6Transaction::addresses>},
    FieldSpec{"dhcpv6.prefix", list, kBoth, kComplete, "prefixes that are wanted or given, \"2001:db8::/56\"",
              list_of<&Dhcpv6Transaction::prefixes>},
    FieldSpec{"dhcpv6.leasetime", number, kBoth, kComplete, "seconds for which the first address is valid",
              [](const Transaction& tx, unsigned i) {
                return number_if(of(tx).message.has_lifetime, of(tx).message.valid_lifetime, i);
              }},
    FieldSpec{"dhcpv6.status", number, kBoth, kComplete, "the first status that is told",
              [](const Transaction& tx, unsigned i) {
                return number_if(of(tx).message.has_status, of(tx).message.status, i);
              },
              FieldRole::plain, kStatus},
    FieldSpec{"dhcpv6.relays", number, kBoth, kComplete, "relays that the message is wrapped by",
              [](const Transaction& tx, unsigned i) { return number_if(true, of(tx).message.relays, i); }},
    FieldSpec{"dhcpv6.relay_link", bytes, kBoth, kComplete, "the client's link, as the outermost relay says",
              text<&Dhcpv6Transaction::link>},
    FieldSpec{"dhcpv6.relay_peer", bytes, kBoth, kComplete, "whom the outermost relay had the message from",
              text<&Dhcpv6Transaction::peer>},
    FieldSpec{"dhcpv6.interface_id", bytes, kBoth, kComplete, "the relay's interface on the client's link",
              [](const Transaction& tx, unsigned i) { return present(as_text(of(tx).message.interface_id), i); }},
};

}  // namespace gatehouse::proto::dhcpv6
