// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rdp/fields.hpp"

#include "proto/rdp/names.hpp"
#include "proto/rdp/transaction.hpp"

namespace gatehouse::proto::rdp {
namespace {

const RdpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const RdpTransaction&>(tx);
}
FieldValue some(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}
FieldValue negotiated(const Transaction& tx, std::uint8_t kind) noexcept {
  return of(tx).connection.kind == kind ? FieldValue::of_number(of(tx).connection.value) : FieldValue::none();
}
FieldValue of_core(const Transaction& tx, std::uint32_t value) noexcept {
  return of(tx).connect.has_core ? FieldValue::of_number(value) : FieldValue::none();
}
FieldValue channel(const Transaction& tx, unsigned index) {
  const Channels& channels = of(tx).connect.channels;
  return index < channels.count ? FieldValue::of(channels.names[index]) : FieldValue::none();
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 11> kFields{
    FieldSpec{"rdp.cookie", bytes, to_server, kComplete, "the user, as far as the first message tells (mstshash)",
              [](const Transaction& tx, unsigned) { return some(of(tx).connection.cookie); }},
    FieldSpec{"rdp.routing_token", bytes, to_server, kComplete, "which server a balancer leads to (msts)",
              [](const Transaction& tx, unsigned) { return some(of(tx).connection.routing_token); }},
    FieldSpec{"rdp.requested_protocols", number, to_server, kComplete,
              "what the client can: the sum of 1 TLS, 2 CredSSP, 4 RDSTLS, 8 CredSSP with early user authorization",
              [](const Transaction& tx, unsigned) { return negotiated(tx, negotiation::request); }},
    FieldSpec{"rdp.protocol", number, to_client, kComplete, "what the server chose of it",
              [](const Transaction& tx, unsigned) { return negotiated(tx, negotiation::response); }, FieldRole::plain,
              kProtocolNames},
    FieldSpec{"rdp.failure", number, to_client, kComplete, "why the server refused",
              [](const Transaction& tx, unsigned) { return negotiated(tx, negotiation::failure); }, FieldRole::plain,
              kFailureNames},
    FieldSpec{"rdp.client_name", bytes, to_server, kComplete, "the client's host",
              [](const Transaction& tx, unsigned) { return some(as_bytes(of(tx).client_name.view())); },
              FieldRole::device_name},
    FieldSpec{"rdp.client_build", number, to_server, kComplete, "build number of the client's system",
              [](const Transaction& tx, unsigned) { return of_core(tx, of(tx).connect.core.build); }},
    FieldSpec{
        "rdp.client_software", bytes, to_server, kComplete, "the client's system by that number",
        [](const Transaction& tx, unsigned) { return some(as_bytes(windows_of_build(of(tx).connect.core.build))); },
        FieldRole::device_software},
    FieldSpec{"rdp.client_id", bytes, to_server, kComplete, "product identifier of the client's installation",
              [](const Transaction& tx, unsigned) { return some(as_bytes(of(tx).product_id.view())); },
              FieldRole::device_serial},
    FieldSpec{"rdp.keyboard_layout", number, to_server, kComplete, "the client's input locale: 1033 is en-US",
              [](const Transaction& tx, unsigned) { return of_core(tx, of(tx).connect.core.keyboard_layout); }},
    FieldSpec{"rdp.channels", list, to_server, kComplete, "virtual channels: drives, clipboard, sound", channel},
};

}  // namespace gatehouse::proto::rdp
