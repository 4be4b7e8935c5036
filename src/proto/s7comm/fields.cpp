// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/s7comm/fields.hpp"

#include <algorithm>
#include <charconv>

#include "proto/s7comm/names.hpp"
#include "proto/s7comm/transaction.hpp"

namespace gatehouse::proto::s7comm {
namespace {

const S7Transaction& of(const Transaction& tx) noexcept {
  return static_cast<const S7Transaction&>(tx);
}
const Message& message_of(const Transaction& tx) noexcept {
  return of(tx).message;
}
FieldValue present(Bytes text) noexcept {
  return text.empty() ? FieldValue::none() : FieldValue::of(text);
}

FieldValue message_kind(const Transaction& tx, unsigned) {
  return FieldValue::of_number(message_of(tx).kind);
}
FieldValue function(const Transaction& tx, unsigned) {
  return message_of(tx).has_function ? FieldValue::of_number(message_of(tx).function) : FieldValue::none();
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(message_of(tx))));
}
FieldValue group(const Transaction& tx, unsigned) {
  return message_of(tx).kind == kind::userdata ? FieldValue::of_number(message_of(tx).group) : FieldValue::none();
}
FieldValue subfunction(const Transaction& tx, unsigned) {
  return message_of(tx).kind == kind::userdata ? FieldValue::of_number(message_of(tx).subfunction) : FieldValue::none();
}
FieldValue name(const Transaction& tx, unsigned) {
  return present(message_of(tx).name);
}
FieldValue error(const Transaction& tx, unsigned) {
  const Message& m = message_of(tx);
  const bool answers = m.kind == kind::acknowledge || m.kind == kind::answer;
  return answers ? FieldValue::of_number(static_cast<std::uint64_t>(m.error_class << 8 | m.error_code))
                 : FieldValue::none();
}
FieldValue status_list(const Transaction& tx, unsigned) {
  return message_of(tx).has_list ? FieldValue::of_number(message_of(tx).list) : FieldValue::none();
}

template <typename Value>
FieldValue each_item(const Transaction& tx, unsigned index, Value value) {
  if (!message_of(tx).items_stand_here()) return FieldValue::none();
  Items items{message_of(tx).parameters};
  for (Item item; items.next(item);)
    if (item.syntax == kAnyPointer && index-- == 0) return FieldValue::of_number(value(item));
  return FieldValue::none();
}
FieldValue area(const Transaction& tx, unsigned index) {
  return each_item(tx, index, [](const Item& item) { return item.area; });
}
FieldValue db(const Transaction& tx, unsigned index) {
  return each_item(tx, index, [](const Item& item) { return item.db; });
}
FieldValue address(const Transaction& tx, unsigned index) {
  return each_item(tx, index, [](const Item& item) { return item.bit_address / 8; });
}
FieldValue count(const Transaction& tx, unsigned index) {
  return each_item(tx, index, [](const Item& item) { return item.count; });
}

FieldValue unit(const Transaction& tx, unsigned) {
  const std::uint16_t called = of(tx).selectors.called;
  return called == 0 ? FieldValue::none() : FieldValue::of_number(called & 0xff);
}
FieldValue called(const Transaction& tx, unsigned) {
  return of(tx).selectors.called == 0 ? FieldValue::none() : FieldValue::of_number(of(tx).selectors.called);
}

template <std::uint8_t which, std::uint16_t at>
FieldValue device(const Transaction& tx, unsigned) {
  return present(list_text(message_of(tx), which, at));
}
FieldValue firmware(const Transaction& tx, unsigned) {
  const auto& t = of(tx);
  return t.firmware_size == 0 ? FieldValue::none()
                              : FieldValue::of(std::string_view{t.firmware.data(), t.firmware_size});
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

constexpr std::size_t kModuleRecord = 28, kComponentRecord = 34, kOrderText = 20;

// The record of that index, without the index.
Bytes find_record(const Message& m, std::uint8_t list, std::uint16_t index) noexcept {
  const std::size_t expected = list == kModules ? kModuleRecord : kComponentRecord;
  if (!m.has_list || (m.list & 0xff) != list || m.record_size != expected) return {};
  Cursor c{m.records};
  while (!c.empty()) {
    const std::uint16_t at = c.u16();
    const Bytes record = c.take(expected - 2);
    if (c.ok() && at == index) return record;
  }
  return {};
}

}  // namespace

Bytes list_text(const Message& message, std::uint8_t list, std::uint16_t index) noexcept {
  Bytes text = find_record(message, list, index);
  if (list == kModules) text = text.first(std::min(text.size(), kOrderText));
  const std::size_t end = std::min(as_text(text).find('\0'), text.size());
  return as_bytes(trim(as_text(text.first(end))));
}

// Of the firmware's record the version stands behind the order number: "V", then three numbers.
void S7Transaction::learn_firmware() noexcept {
  const Bytes record = find_record(message, kModules, kFirmware);
  if (record.size() < kOrderText + 6 || record[kOrderText + 2] != 'V') return;
  char* at = firmware.data();
  char* const end = at + firmware.size();
  *at++ = 'V';
  at = std::to_chars(at, end, record[kOrderText + 3]).ptr;
  for (const std::size_t i : {kOrderText + 4, kOrderText + 5}) {
    *at++ = '.';
    at = std::to_chars(at, end, record[i]).ptr;
  }
  firmware_size = static_cast<std::size_t>(at - firmware.data());
}

void write_device(const S7Transaction& tx, JsonWriter& json) noexcept {
  const auto text = [&](std::string_view key, std::uint8_t list, std::uint16_t index) {
    if (const Bytes value = list_text(tx.message, list, index); !value.empty()) json.member(key, value);
  };
  text("order_number", kModules, kOrderNumber);
  text("station_name", kComponents, kStationName);
  text("module_name", kComponents, kModuleName);
  text("plant", kComponents, kPlant);
  text("serial", kComponents, kSerial);
  text("module_type", kComponents, kModuleType);
  if (tx.firmware_size > 0) json.member("firmware", std::string_view{tx.firmware.data(), tx.firmware_size});
}

constinit const std::array<FieldSpec, 19> kFields{
    FieldSpec{"s7comm.kind", number, both, kComplete, "job, answer or user data", message_kind, FieldRole::plain,
              kKinds},
    FieldSpec{"s7comm.function", number, both, kComplete, "function of a job and of its answer", function,
              FieldRole::plain, kFunctionNames},
    FieldSpec{"s7comm.access", number, both, kComplete, "what a job or user data does to the process", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"s7comm.group", number, both, kComplete, "group of functions of user data", group, FieldRole::plain,
              kGroups},
    FieldSpec{"s7comm.subfunction", number, both, kComplete, "function within the group", subfunction},
    FieldSpec{"s7comm.name", bytes, both, kComplete, "block that is loaded, or service that control calls", name},
    FieldSpec{"s7comm.error", number, both, kComplete, "of an answer: 256 times class plus code, 0 is none", error},
    FieldSpec{"s7comm.szl", number, both, kComplete, "list of the system status", status_list},
    FieldSpec{"s7comm.area", number, both, kComplete, "areas that are read or written; several values", area,
              FieldRole::plain, kAreas},
    FieldSpec{"s7comm.db", number, both, kComplete, "data blocks; several values", db},
    FieldSpec{"s7comm.address", number, both, kComplete, "first bytes in their areas; several values", address},
    FieldSpec{"s7comm.count", number, both, kComplete, "how many elements; several values", count},
    FieldSpec{"s7comm.unit", number, both, kComplete, "rack and slot: 32 times rack plus slot", unit},
    FieldSpec{"s7comm.tsap", number, both, kComplete, "selector of the controller's side", called},
    FieldSpec{"s7comm.device.order_number", bytes, both, kComplete, "order number of the module",
              device<kModules, kOrderNumber>, FieldRole::device_model},
    FieldSpec{"s7comm.device.type", bytes, both, kComplete, "type of the module", device<kComponents, kModuleType>,
              FieldRole::device_model},
    FieldSpec{"s7comm.device.serial", bytes, both, kComplete, "serial number", device<kComponents, kSerial>,
              FieldRole::device_serial},
    FieldSpec{"s7comm.device.name", bytes, both, kComplete, "name of the station", device<kComponents, kStationName>,
              FieldRole::device_name},
    FieldSpec{"s7comm.device.firmware", bytes, both, kComplete, "version of the firmware", firmware,
              FieldRole::device_software},
};

}  // namespace gatehouse::proto::s7comm
