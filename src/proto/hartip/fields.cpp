// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/hartip/fields.hpp"

#include "proto/hartip/session.hpp"

namespace gatehouse::proto::hartip {
namespace {

const HartTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const HartTransaction&>(tx);
}
FieldValue number_if(bool present, std::uint64_t value) noexcept {
  return present ? FieldValue::of_number(value) : FieldValue::none();
}

FieldValue message(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).header.id);
}
FieldValue type(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).header.type);
}
FieldValue version(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).header.version);
}
FieldValue status(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).header.status);
}
FieldValue function(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_frame, of(tx).frame.command);
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx))));
}
// HCF_SPEC-081, 5.2.2: the low six bits of a short address, the low 38 of a long one.
FieldValue unit(const Transaction& tx, unsigned) {
  const Frame& frame = of(tx).frame;
  if (!of(tx).has_frame) return FieldValue::none();
  std::uint64_t address = frame.address[0] & 0x3fu;
  for (const std::uint8_t octet : frame.address.subspan(1)) address = address << 8 | octet;
  return FieldValue::of_number(address);
}
FieldValue response_code(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_frame && of(tx).frame.is_answer(), of(tx).frame.response_code);
}
FieldValue device_type(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_identity, of(tx).identity.device_type);
}
FieldValue manufacturer(const Transaction& tx, unsigned) {
  return number_if(of(tx).has_identity, of(tx).identity.manufacturer);
}
FieldValue vendor(const Transaction& tx, unsigned) {
  const std::string_view name = name_of(kManufacturers, of(tx).identity.manufacturer);
  return of(tx).has_identity && of(tx).of_server && !name.empty() ? FieldValue::of(name) : FieldValue::none();
}
FieldValue serial(const Transaction& tx, unsigned) {
  if (!of(tx).has_identity || !of(tx).of_server) return FieldValue::none();
  return FieldValue::of(std::string_view{of(tx).serial.data(), of(tx).serial.size()});
}
FieldValue software(const Transaction& tx, unsigned) {
  if (!of(tx).has_identity || !of(tx).of_server) return FieldValue::none();
  return FieldValue::of(std::string_view{of(tx).software.data(), of(tx).software_size});
}
FieldValue tag(const Transaction& tx, unsigned) {
  return of(tx).name.empty() || !of(tx).of_server ? FieldValue::none() : FieldValue::of(of(tx).name);
}

constexpr auto command_names = [] {
  std::array<NamedNumber, kCommands.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kCommands[i].number, kCommands[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 14> kFields{
    FieldSpec{"hartip.message", number, both, kComplete, "what the message does with the session", message,
              FieldRole::plain, kMessageIds},
    FieldSpec{"hartip.type", number, both, kComplete, "request, response or told unasked", type, FieldRole::plain,
              kMessageTypes},
    FieldSpec{"hartip.version", number, both, kComplete, "version of the protocol", version},
    FieldSpec{"hartip.status", number, both, kComplete, "status of the session; 0: done", status},
    FieldSpec{"hartip.function", number, both, kComplete, "HART command", function, FieldRole::plain, command_names},
    FieldSpec{"hartip.access", number, both, kComplete, "what the command does to the process", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"hartip.unit", number, both, kComplete, "address of the instrument, short or long", unit},
    FieldSpec{"hartip.response_code", number, both, kComplete, "what the instrument answers; 0: done", response_code},
    FieldSpec{"hartip.device_type", number, both, kComplete, "the instrument's type", device_type},
    FieldSpec{"hartip.manufacturer", number, both, kComplete, "number of the instrument's maker", manufacturer},
    FieldSpec{"hartip.vendor", bytes, both, kComplete, "the maker of the device that the session is with", vendor,
              FieldRole::device_vendor},
    FieldSpec{"hartip.serial", bytes, both, kComplete, "its type and number, which are unique, in hexadecimal digits",
              serial, FieldRole::device_serial},
    FieldSpec{"hartip.software", bytes, both, kComplete, "its device and software revision", software,
              FieldRole::device_software},
    FieldSpec{"hartip.tag", bytes, both, kComplete, "the name that its owner gave it", tag, FieldRole::device_name},
};

}  // namespace gatehouse::proto::hartip
