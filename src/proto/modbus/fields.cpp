// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/modbus/fields.hpp"

#include "proto/modbus/functions.hpp"
#include "proto/modbus/log_names.hpp"
#include "proto/modbus/transaction.hpp"
#include "proto/modbus/umas.hpp"

namespace gatehouse::proto::modbus {
namespace {

const ModbusTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const ModbusTransaction&>(tx);
}
// The request says what is wanted; where it was not seen, the response does.
const Message& asked(const Transaction& tx) noexcept {
  return of(tx).has_request ? of(tx).request : of(tx).response;
}

FieldValue function(const Transaction& tx, unsigned) {
  return FieldValue::of_number(asked(tx).function());
}
FieldValue subfunction(const Transaction& tx, unsigned) {
  return asked(tx).has_subfunction ? FieldValue::of_number(asked(tx).subfunction) : FieldValue::none();
}
FieldValue mei(const Transaction& tx, unsigned) {
  return asked(tx).has_mei ? FieldValue::of_number(asked(tx).mei) : FieldValue::none();
}

FieldValue access(const Transaction& tx, unsigned) {
  const Message& m = asked(tx);
  if (const auto special = access_of_subfunction(m)) return FieldValue::of_number(static_cast<std::uint64_t>(*special));
  if (of(tx).has_request && umas::is_umas(m))
    return FieldValue::of_number(static_cast<std::uint64_t>(umas::access_of(m)));
  const Function* row = find_function(m.function());
  const auto access = row == nullptr ? industrial::Access::other : row->access;
  return FieldValue::of_number(static_cast<std::uint64_t>(access));
}

FieldValue touches(const Transaction& tx, unsigned) {
  const Function* row = find_function(asked(tx).function());
  return FieldValue::of_number(row == nullptr ? 0 : row->touches);
}
FieldValue category(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(category_of(asked(tx))));
}
FieldValue unit(const Transaction& tx, unsigned) {
  return FieldValue::of_number(asked(tx).header.unit);
}

// One that is read before one that is written.
const Range* range_at(const Message& m, unsigned index) noexcept {
  for (const Range* range : {&m.read, &m.write})
    if (range->present && index-- == 0) return range;
  return nullptr;
}
FieldValue address(const Transaction& tx, unsigned index) {
  const Range* range = of(tx).has_request ? range_at(of(tx).request, index) : nullptr;
  return range == nullptr ? FieldValue::none() : FieldValue::of_number(range->address);
}
FieldValue count(const Transaction& tx, unsigned index) {
  const Range* range = of(tx).has_request ? range_at(of(tx).request, index) : nullptr;
  return range == nullptr ? FieldValue::none() : FieldValue::of_number(range->count);
}
FieldValue write_address(const Transaction& tx, unsigned) {
  const Range& range = of(tx).request.write;
  return range.present ? FieldValue::of_number(range.address) : FieldValue::none();
}

FieldValue value(const Transaction& tx, unsigned index) {
  const Message& m = of(tx).request;
  if (!m.write.present || index >= m.write.count) return FieldValue::none();
  const Bytes values = m.write.values;
  if (m.function() == code::write_multiple_coils)
    return index / 8 < values.size() ? FieldValue::of_number(values[index / 8] >> index % 8 & 1) : FieldValue::none();
  if (m.function() == code::mask_write_register || index * 2 + 1 >= values.size()) return FieldValue::none();
  const std::uint64_t word = static_cast<std::uint64_t>(values[index * 2]) << 8 | values[index * 2 + 1];
  return FieldValue::of_number(m.function() == code::write_single_coil ? (word != 0 ? 1 : 0) : word);
}

FieldValue exception(const Transaction& tx, unsigned) {
  return of(tx).response.is_exception() ? FieldValue::of_number(of(tx).response.exception) : FieldValue::none();
}

template <std::uint8_t wanted>
FieldValue object(const Transaction& tx, unsigned) {
  if (!of(tx).has_response) return FieldValue::none();
  std::uint8_t id = 0;
  Bytes text;
  for (DeviceObjects objects{of(tx).response}; objects.next(id, text);)
    if (id == wanted && !text.empty()) return FieldValue::of(text);
  return FieldValue::none();
}

FieldValue umas_function(const Transaction& tx, unsigned) {
  return of(tx).has_request && umas::is_umas(of(tx).request) ? FieldValue::of_number(umas::function_of(of(tx).request))
                                                             : FieldValue::none();
}
FieldValue umas_model(const Transaction& tx, unsigned) {
  if (!of(tx).has_request || !of(tx).has_response) return FieldValue::none();
  const Bytes model = umas::model_of(of(tx).request, of(tx).response);
  return model.empty() ? FieldValue::none() : FieldValue::of(model);
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

constinit const std::array<FieldSpec, 19> kFields{
    FieldSpec{"modbus.function", number, both, kComplete, "function code, without the exception's bit", function,
              FieldRole::plain, function_names},
    FieldSpec{"modbus.subfunction", number, both, kComplete, "subfunction of diagnostics", subfunction,
              FieldRole::plain, kSubfunctionNames},
    FieldSpec{"modbus.mei", number, both, kComplete, "type of an encapsulated interface request", mei, FieldRole::plain,
              kMeiNames},
    FieldSpec{"modbus.access", number, both, kComplete, "what the request does to the process", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"modbus.access_type", number, both, kComplete,
              "bits: 1 read, 2 write, 4 discretes, 8 coils, 16 input, 32 holding, 64 single, 128 multiple", touches},
    FieldSpec{"modbus.category", number, both, kComplete, "whom the function code belongs to", category,
              FieldRole::plain, kCategoryNames},
    FieldSpec{"modbus.unit", number, both, kComplete, "unit identifier: the device behind a gateway", unit},
    FieldSpec{"modbus.address", number, to_server, kComplete,
              "first address of what is read or written; two values where a request does both", address},
    FieldSpec{"modbus.count", number, to_server, kComplete, "how many registers or coils from there on", count},
    FieldSpec{"modbus.write_address", number, to_server, kComplete, "first address of what is written", write_address},
    FieldSpec{"modbus.value", number, to_server, kComplete,
              "values that are written, in order of their addresses; coils 0 or 1", value},
    FieldSpec{"modbus.exception", number, to_client, kComplete, "why the device refuses", exception, FieldRole::plain,
              kExceptionNames},
    FieldSpec{"modbus.device.vendor", bytes, to_client, kComplete, "vendor that the device names", object<0>,
              FieldRole::device_vendor},
    FieldSpec{"modbus.device.product", bytes, to_client, kComplete, "product code that the device names", object<1>,
              FieldRole::device_model},
    FieldSpec{"modbus.device.revision", bytes, to_client, kComplete, "revision that the device names", object<2>,
              FieldRole::device_software},
    FieldSpec{"modbus.device.model", bytes, to_client, kComplete, "model name that the device names", object<5>,
              FieldRole::device_model},
    FieldSpec{"modbus.device.application", bytes, to_client, kComplete, "name that its owner gave the device",
              object<6>, FieldRole::device_name},
    FieldSpec{"modbus.umas.function", number, both, kComplete, "function of UMAS, behind function 90", umas_function,
              FieldRole::plain, umas::kFunctionNames},
    FieldSpec{"modbus.umas.model", bytes, to_client, kComplete, "type of the controller that answers UMAS", umas_model,
              FieldRole::device_model},
};

}  // namespace gatehouse::proto::modbus
