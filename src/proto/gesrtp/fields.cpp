// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/gesrtp/fields.hpp"

#include "proto/gesrtp/session.hpp"

namespace gatehouse::proto::gesrtp {
namespace {

const SrtpTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const SrtpTransaction&>(tx);
}
bool has_range(const SrtpTransaction& tx) noexcept {
  return tx.packet.is_request() && tx.service != nullptr && tx.service->has_range;
}
template <auto member>
FieldValue of_range(const Transaction& tx, unsigned) {
  return has_range(of(tx)) ? FieldValue::of_number(of(tx).packet.*member) : FieldValue::none();
}

FieldValue type(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).packet.type);
}
FieldValue function(const Transaction& tx, unsigned) {
  if (of(tx).packet.is_request()) return FieldValue::of_number(of(tx).packet.service);
  return of(tx).service == nullptr ? FieldValue::none() : FieldValue::of_number(of(tx).service->code);
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx))));
}
FieldValue unit(const Transaction& tx, unsigned) {
  return of(tx).packet.is_request() ? FieldValue::of_number(of(tx).packet.destination) : FieldValue::none();
}
FieldValue status(const Transaction& tx, unsigned) {
  const Packet& p = of(tx).packet;
  return p.is_response() ? FieldValue::of_number(std::uint64_t{p.major} << 8 | p.minor) : FieldValue::none();
}
FieldValue refused(const Transaction& tx, unsigned) {
  const Packet& p = of(tx).packet;
  return p.is_response() ? FieldValue::of_number(p.mailbox_type == mailbox::refused ? 1 : 0) : FieldValue::none();
}
FieldValue privilege(const Transaction& tx, unsigned) {
  return of(tx).packet.is_response() ? FieldValue::of_number(of(tx).packet.privilege) : FieldValue::none();
}

constexpr auto service_names = [] {
  std::array<NamedNumber, kServices.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kServices[i].code, kServices[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 10> kFields{
    FieldSpec{"gesrtp.type", number, both, kComplete, "kind of the packet", type, FieldRole::plain, kPackets},
    FieldSpec{"gesrtp.function", number, both, kComplete, "service that is requested or answered", function,
              FieldRole::plain, service_names},
    FieldSpec{"gesrtp.access", number, both, kComplete, "what the service does to the process", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"gesrtp.unit", number, to_server, kComplete, "mailbox that the request is for: slot and process", unit},
    FieldSpec{"gesrtp.area", number, to_server, kComplete, "memory area: segment selector", of_range<&Packet::selector>,
              FieldRole::plain, kAreas},
    FieldSpec{"gesrtp.address", number, to_server, kComplete, "first item in the area, counted from 0",
              of_range<&Packet::offset>},
    FieldSpec{"gesrtp.count", number, to_server, kComplete, "how many items", of_range<&Packet::length>},
    FieldSpec{"gesrtp.status", number, to_client, kComplete, "256 times major plus minor status; 0: done", status},
    FieldSpec{"gesrtp.refused", number, to_client, kComplete, "1: the controller refuses", refused},
    FieldSpec{"gesrtp.privilege", number, to_client, kComplete, "privilege level that the client has", privilege},
};

}  // namespace gatehouse::proto::gesrtp
