// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/fields.hpp"

#include "proto/enip/names.hpp"
#include "proto/enip/transaction.hpp"

namespace gatehouse::proto::enip {
namespace {

const EnipTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const EnipTransaction&>(tx);
}
// What was sent last: the response once there is one.
const Message& newest(const Transaction& tx) noexcept {
  return of(tx).has_response ? of(tx).response : of(tx).request;
}
const Message& asked(const Transaction& tx) noexcept {
  return of(tx).has_request ? of(tx).request : of(tx).response;
}

FieldValue command_of(const Transaction& tx, unsigned) {
  return FieldValue::of_number(newest(tx).header.command);
}
FieldValue status(const Transaction& tx, unsigned) {
  return FieldValue::of_number(newest(tx).header.status);
}
FieldValue version(const Transaction& tx, unsigned) {
  const Message& m = newest(tx);
  if (m.has_register) return FieldValue::of_number(m.version);
  if (m.has_services) return FieldValue::of_number(m.services_version);
  return m.identity.present ? FieldValue::of_number(m.identity.protocol_version) : FieldValue::none();
}
FieldValue capabilities(const Transaction& tx, unsigned) {
  return newest(tx).has_services ? FieldValue::of_number(newest(tx).capabilities) : FieldValue::none();
}
FieldValue service_name(const Transaction& tx, unsigned) {
  return newest(tx).has_services ? FieldValue::of(newest(tx).service_name) : FieldValue::none();
}

template <auto member>
FieldValue of_identity(const Transaction& tx, unsigned) {
  const Identity& id = of(tx).identity;
  return id.present ? FieldValue::of_number(id.*member) : FieldValue::none();
}
FieldValue revision(const Transaction& tx, unsigned) {
  const Identity& id = of(tx).identity;
  return id.present ? FieldValue::of_number(std::uint64_t{id.major} << 8 | id.minor) : FieldValue::none();
}
FieldValue product_name(const Transaction& tx, unsigned) {
  return of(tx).identity.present ? FieldValue::of(of(tx).identity.product_name) : FieldValue::none();
}
FieldValue vendor_text(const Transaction& tx, unsigned) {
  const std::string_view name = name_of(kVendors, of(tx).identity.vendor);
  return of(tx).identity.present && !name.empty() ? FieldValue::of(name) : FieldValue::none();
}
FieldValue serial_text(const Transaction& tx, unsigned) {
  constexpr std::size_t kDigits = 8;
  return of(tx).identity.present ? FieldValue::of(std::string_view{of(tx).serial.data(), kDigits}) : FieldValue::none();
}
FieldValue revision_text(const Transaction& tx, unsigned) {
  const auto& t = of(tx);
  return t.identity.present ? FieldValue::of(std::string_view{t.revision.data(), t.revision_size}) : FieldValue::none();
}

// The value that `value` gives at `index`, over all CIP messages of the packet that have one.
template <typename Value>
FieldValue each(const Message& m, unsigned index, Value value) {
  if (m.cip.empty()) return FieldValue::none();
  CipMessages messages{m.cip};
  for (Cip cip; messages.next(cip);) {
    const FieldValue found = value(cip);
    if (found.present && index-- == 0) return found;
  }
  return FieldValue::none();
}
FieldValue services(const Transaction& tx, unsigned index) {
  return each(asked(tx), index, [](const Cip& cip) { return FieldValue::of_number(cip.service); });
}
template <SegmentKind kind>
FieldValue segment(const Transaction& tx, unsigned index) {
  return each(of(tx).request, index, [](const Cip& cip) {
    const std::uint32_t value = cip.find(kind);
    return value == kNone ? FieldValue::none() : FieldValue::of_number(value);
  });
}
FieldValue triple(const Transaction& tx, unsigned index) {
  return each(of(tx).request, index, [](const Cip& cip) {
    const std::uint64_t object = cip.find(SegmentKind::object_class) & 0xffff;
    const std::uint64_t attribute = cip.find(SegmentKind::attribute) & 0xffff;
    return FieldValue::of_number(std::uint64_t{cip.service} << 32 | object << 16 | attribute);
  });
}
FieldValue tag(const Transaction& tx, unsigned index) {
  return each(of(tx).request, index, [](const Cip& cip) {
    Path path{cip.path};
    for (Segment segment; path.next(segment);)
      if (segment.kind == SegmentKind::symbol) return FieldValue::of(segment.symbol);
    return FieldValue::none();
  });
}
FieldValue access(const Transaction& tx, unsigned index) {
  return each(of(tx).request, index,
              [](const Cip& cip) { return FieldValue::of_number(static_cast<std::uint64_t>(access_of(cip))); });
}
FieldValue cip_status(const Transaction& tx, unsigned index) {
  return each(of(tx).response, index,
              [](const Cip& cip) { return cip.response ? FieldValue::of_number(cip.status) : FieldValue::none(); });
}
FieldValue cip_extended(const Transaction& tx, unsigned index) {
  return each(of(tx).response, index, [](const Cip& cip) {
    if (cip.extended.size() < 2) return FieldValue::none();
    return FieldValue::of_number(static_cast<std::uint64_t>(cip.extended[0] | cip.extended[1] << 8));
  });
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 26> kFields{
    FieldSpec{"enip.command", number, both, kComplete, "command of the encapsulation", command_of, FieldRole::plain,
              kCommands},
    FieldSpec{"enip.status", number, both, kComplete, "status of the encapsulation", status, FieldRole::plain,
              kStatuses},
    FieldSpec{"enip.protocol_version", number, both, kComplete, "version that is asked for or told", version},
    FieldSpec{"enip.capabilities", number, to_client, kComplete, "what the communication service can do", capabilities},
    FieldSpec{"enip.service_name", bytes, to_client, kComplete, "name of the communication service", service_name},
    FieldSpec{"enip.product_name", bytes, to_client, kComplete, "what the device is", product_name,
              FieldRole::device_model},
    FieldSpec{"enip.vendor_id", number, to_client, kComplete, "number of the device's maker",
              of_identity<&Identity::vendor>},
    FieldSpec{"enip.device_type", number, to_client, kComplete, "profile of the device",
              of_identity<&Identity::device_type>},
    FieldSpec{"enip.product_code", number, to_client, kComplete, "the maker's number of the product",
              of_identity<&Identity::product_code>},
    FieldSpec{"enip.revision", number, to_client, kComplete, "firmware: 256 times major plus minor", revision},
    FieldSpec{"enip.identity_status", number, to_client, kComplete, "status word of the device",
              of_identity<&Identity::status>},
    FieldSpec{"enip.serial", number, to_client, kComplete, "serial number", of_identity<&Identity::serial>},
    FieldSpec{"enip.state", number, to_client, kComplete, "state of the device: 3 operational, …",
              of_identity<&Identity::state>},
    FieldSpec{"enip.cip_service", number, both, kComplete,
              "services, those within others too; without the response's bit; several values", services,
              FieldRole::plain, kServices},
    FieldSpec{"enip.cip_class", number, to_server, kComplete, "classes of the objects; several values",
              segment<SegmentKind::object_class>},
    FieldSpec{"enip.cip_instance", number, to_server, kComplete, "instances of the objects; several values",
              segment<SegmentKind::instance>},
    FieldSpec{"enip.cip_attribute", number, to_server, kComplete, "attributes; several values",
              segment<SegmentKind::attribute>},
    FieldSpec{"enip.cip_triple", number, to_server, kComplete,
              "service, class and attribute of each message as one number, 16 bits each; 65535 where there is none",
              triple},
    FieldSpec{"enip.cip_tag", list, to_server, kComplete, "names of controllers' variables", tag},
    FieldSpec{"enip.access", number, to_server, kComplete, "what the services do to the process; several values",
              access, FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"enip.cip_status", number, to_client, kComplete, "status of the services; several values", cip_status},
    FieldSpec{"enip.cip_extendedstatus", number, to_client, kComplete, "what they add to it; several values",
              cip_extended},
    FieldSpec{"enip.device.vendor", bytes, to_client, kComplete, "the device's maker", vendor_text,
              FieldRole::device_vendor},
    FieldSpec{"enip.device.serial", bytes, to_client, kComplete, "serial number in hexadecimal digits", serial_text,
              FieldRole::device_serial},
    FieldSpec{"enip.device.revision", bytes, to_client, kComplete, "firmware: major and minor revision", revision_text,
              FieldRole::device_software},
    FieldSpec{"enip.session", number, both, kComplete, "handle of the session",
              [](const Transaction& tx, unsigned) { return FieldValue::of_number(newest(tx).header.session); }},
};

}  // namespace gatehouse::proto::enip
