// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/knxip/fields.hpp"

#include "proto/knxip/transaction.hpp"

namespace gatehouse::proto::knxip {
namespace {

const KnxTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const KnxTransaction&>(tx);
}
FieldValue number_if(bool present, std::uint64_t value) noexcept {
  return present ? FieldValue::of_number(value) : FieldValue::none();
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}

FieldValue service_number(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).header.service);
}
FieldValue message_code(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_bus, of(tx).bus.code);
}
FieldValue function(const Transaction& tx, unsigned) {
  const Function* row = function_of(of(tx));
  return row == nullptr ? FieldValue::none() : FieldValue::of_number(row->code);
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx))));
}
FieldValue address(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_bus && of(tx).bus.is_data && of(tx).bus.to_group, of(tx).bus.destination);
}
FieldValue unit(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_bus && of(tx).bus.is_data && !of(tx).bus.to_group, of(tx).bus.destination);
}
FieldValue group(const Transaction& tx, unsigned) {
  return of(tx).has_bus && of(tx).bus.to_group ? text(of(tx).destination.view()) : FieldValue::none();
}
FieldValue destination(const Transaction& tx, unsigned) {
  return of(tx).has_bus && !of(tx).bus.to_group ? text(of(tx).destination.view()) : FieldValue::none();
}
FieldValue source(const Transaction& tx, unsigned) {
  return text(of(tx).source.view());
}
FieldValue object(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_bus && of(tx).bus.is_property, of(tx).bus.object);
}
FieldValue property(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_bus && of(tx).bus.is_property, of(tx).bus.property);
}
FieldValue device_address(const Transaction& tx, unsigned) {
  return text(of(tx).device.view());
}
FieldValue device_name(const Transaction& tx, unsigned) {
  return text(name_text(of(tx)));
}
FieldValue serial(const Transaction& tx, unsigned) {
  return of(tx).has_description ? text({of(tx).serial.data(), of(tx).serial.size()}) : FieldValue::none();
}
FieldValue vendor(const Transaction& tx, unsigned) {
  return of(tx).has_description ? text(name_of(kManufacturers, manufacturer_of(of(tx)))) : FieldValue::none();
}

constexpr auto function_names = [] {
  std::array<NamedNumber, kFunctions.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kFunctions[i].code, kFunctions[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 15> kFields{
    FieldSpec{"knxip.service", number, both, kComplete, "service of the frame", service_number, FieldRole::plain,
              kServices},
    FieldSpec{"knxip.message_code", number, both, kComplete, "kind of the message from or for the bus", message_code,
              FieldRole::plain, kMessageCodes},
    FieldSpec{"knxip.function", number, both, kComplete, "service of the application layer", function, FieldRole::plain,
              function_names},
    FieldSpec{"knxip.access", number, both, kComplete, "what the message does to the building", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"knxip.address", number, both, kComplete, "group address as a number", address},
    FieldSpec{"knxip.unit", number, both, kComplete, "device that the message is for, as a number", unit},
    FieldSpec{"knxip.group", bytes, both, kComplete, "group address: 1/2/3", group},
    FieldSpec{"knxip.destination", bytes, both, kComplete, "device that the message is for: 1.1.5", destination},
    FieldSpec{"knxip.source", bytes, both, kComplete, "device that the message is from: 1.1.5", source},
    FieldSpec{"knxip.object", number, both, kComplete, "interface object of a property", object},
    FieldSpec{"knxip.property", number, both, kComplete, "property that is read or written", property},
    FieldSpec{"knxip.device_address", bytes, both, kComplete, "address on the bus of the device that describes itself",
              device_address},
    FieldSpec{"knxip.device_name", bytes, both, kComplete, "its name", device_name, FieldRole::device_name},
    FieldSpec{"knxip.serial", bytes, both, kComplete, "its serial number in hexadecimal digits", serial,
              FieldRole::device_serial},
    FieldSpec{"knxip.vendor", bytes, both, kComplete, "its maker, by the serial number", vendor,
              FieldRole::device_vendor},
};

}  // namespace gatehouse::proto::knxip
