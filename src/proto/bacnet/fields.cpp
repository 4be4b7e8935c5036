// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/bacnet/fields.hpp"

#include "proto/bacnet/transaction.hpp"

namespace gatehouse::proto::bacnet {
namespace {

const BacnetTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const BacnetTransaction&>(tx);
}
FieldValue number_if(bool present, std::uint64_t value) noexcept {
  return present ? FieldValue::of_number(value) : FieldValue::none();
}

FieldValue bvlc_function(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).message.function);
}
FieldValue network_message(const Transaction& tx, unsigned) {
  return number_if(of(tx).message.is_network_message, of(tx).message.network_message);
}
FieldValue network(const Transaction& tx, unsigned) {
  return number_if(of(tx).message.from_other_network, of(tx).message.source_network);
}
FieldValue pdu(const Transaction& tx, unsigned) {
  return number_if(of(tx).message.has_apdu, static_cast<std::uint64_t>(of(tx).message.pdu));
}
FieldValue service_number(const Transaction& tx, unsigned) {
  return number_if(of(tx).message.has_service, of(tx).message.service);
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx).message)));
}
FieldValue unit(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_device, of(tx).device);
}
FieldValue vendor_id(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_vendor, of(tx).vendor);
}

template <Item::Kind kind, typename Number>
FieldValue nth(const Transaction& tx, unsigned index, Number number) {
  Items items{of(tx).message};
  for (Item item; items.next(item);)
    if (item.kind == kind && index-- == 0) return FieldValue::of_number(number(item.number));
  return FieldValue::none();
}
FieldValue object_types(const Transaction& tx, unsigned index) {
  return nth<Item::Kind::object>(tx, index, object_type);
}
FieldValue instances(const Transaction& tx, unsigned index) {
  return nth<Item::Kind::object>(tx, index, object_instance);
}
FieldValue properties(const Transaction& tx, unsigned index) {
  return nth<Item::Kind::property>(tx, index, [](std::uint32_t p) { return p; });
}
FieldValue count(const Transaction& tx, unsigned) {
  unsigned objects = 0;
  Items items{of(tx).message};
  for (Item item; items.next(item);) objects += item.kind == Item::Kind::object;
  return number_if(objects > 0, objects);
}

template <Bytes BacnetTransaction::* member>
FieldValue text(const Transaction& tx, unsigned) {
  return (of(tx).*member).empty() ? FieldValue::none() : FieldValue::of(of(tx).*member);
}
FieldValue vendor(const Transaction& tx, unsigned index) {
  if (!of(tx).vendor_name.empty()) return text<&BacnetTransaction::vendor_name>(tx, index);
  const std::string_view name = of(tx).has_vendor ? name_of(kVendors, of(tx).vendor) : std::string_view{};
  return name.empty() ? FieldValue::none() : FieldValue::of(name);
}

constexpr auto service_names = [] {
  std::array<NamedNumber, kServices.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kServices[i].number, kServices[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 17> kFields{
    FieldSpec{"bacnet.bvlc", number, both, kComplete, "function of the virtual link", bvlc_function, FieldRole::plain,
              kBvlcFunctions},
    FieldSpec{"bacnet.network_message", number, both, kComplete, "message between routers", network_message,
              FieldRole::plain, kNetworkMessages},
    FieldSpec{"bacnet.network", number, both, kComplete, "number of the network behind a router that it comes from",
              network},
    FieldSpec{"bacnet.pdu", number, both, kComplete, "request, kind of answer, or refusal", pdu, FieldRole::plain,
              kPdus},
    FieldSpec{"bacnet.function", number, both, kComplete, "service; those without a reply count from 256",
              service_number, FieldRole::plain, service_names},
    FieldSpec{"bacnet.access", number, both, kComplete, "what the service does to the process", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"bacnet.unit", number, both, kComplete, "instance of the device that announces itself", unit},
    FieldSpec{"bacnet.object_type", number, both, kComplete, "types of the objects; several values", object_types,
              FieldRole::plain, kObjectTypes},
    FieldSpec{"bacnet.address", number, both, kComplete, "instances of the objects; several values", instances},
    FieldSpec{"bacnet.count", number, both, kComplete, "how many objects", count},
    FieldSpec{"bacnet.property", number, both, kComplete, "properties of the objects; several values", properties,
              FieldRole::plain, kProperties},
    FieldSpec{"bacnet.vendor_id", number, both, kComplete, "number of the device's maker", vendor_id},
    FieldSpec{"bacnet.vendor", bytes, both, kComplete, "the device's maker", vendor, FieldRole::device_vendor},
    FieldSpec{"bacnet.device_name", bytes, both, kComplete, "the device's name", text<&BacnetTransaction::object_name>,
              FieldRole::device_name},
    FieldSpec{"bacnet.model", bytes, both, kComplete, "the device's model", text<&BacnetTransaction::model>,
              FieldRole::device_model},
    FieldSpec{"bacnet.firmware", bytes, both, kComplete, "the device's firmware", text<&BacnetTransaction::firmware>,
              FieldRole::device_software},
    FieldSpec{"bacnet.serial", bytes, both, kComplete, "the device's serial number", text<&BacnetTransaction::serial>,
              FieldRole::device_serial},
};

}  // namespace gatehouse::proto::bacnet
