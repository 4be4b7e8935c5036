// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/iec104/fields.hpp"

#include "proto/iec104/session.hpp"
#include "proto/iec104/types.hpp"

namespace gatehouse::proto::iec104 {
namespace {

const Iec104Transaction& of(const Transaction& tx) noexcept {
  return static_cast<const Iec104Transaction&>(tx);
}

template <typename Value>
FieldValue of_asdu(const Transaction& tx, Value value) {
  return of(tx).has_asdu() ? FieldValue::of_number(value(of(tx).asdu)) : FieldValue::none();
}
FieldValue type(const Transaction& tx, unsigned) {
  return of_asdu(tx, [](const Asdu& a) { return a.type; });
}
FieldValue cause(const Transaction& tx, unsigned) {
  return of_asdu(tx, [](const Asdu& a) { return a.cause(); });
}
FieldValue negative(const Transaction& tx, unsigned) {
  return of_asdu(tx, [](const Asdu& a) { return a.negative() ? 1u : 0u; });
}
FieldValue originator(const Transaction& tx, unsigned) {
  return of_asdu(tx, [](const Asdu& a) { return a.originator; });
}
FieldValue unit(const Transaction& tx, unsigned) {
  return of_asdu(tx, [](const Asdu& a) { return a.common_address; });
}
FieldValue count(const Transaction& tx, unsigned) {
  return of_asdu(tx, [](const Asdu& a) { return a.count(); });
}

FieldValue access(const Transaction& tx, unsigned) {
  if (!of(tx).has_asdu()) return FieldValue::of_number(static_cast<std::uint64_t>(industrial::Access::other));
  const Type* row = find_type(of(tx).asdu.type);
  const auto access = row == nullptr ? industrial::Access::other : row->access;
  return FieldValue::of_number(static_cast<std::uint64_t>(access));
}
FieldValue control(const Transaction& tx, unsigned) {
  return of(tx).has_asdu() ? FieldValue::none() : FieldValue::of_number(of(tx).frame.control());
}
FieldValue address(const Transaction& tx, unsigned index) {
  if (!of(tx).has_asdu()) return FieldValue::none();
  std::uint32_t address = 0;
  Bytes element;
  for (Objects objects{of(tx).asdu}; objects.next(address, element);)
    if (index-- == 0) return FieldValue::of_number(address);
  return FieldValue::none();
}

// IEC 60870-5-101, 7.2.6.15 to 7.2.6.17: the state that a command asks for, in its low bits; the highest bit selects.
constexpr bool is_switching(std::uint8_t type) noexcept {
  return (type >= 45 && type <= 47) || (type >= 58 && type <= 60);
}
FieldValue value(const Transaction& tx, unsigned) {
  std::uint32_t address = 0;
  Bytes element;
  if (!of(tx).has_asdu() || !is_switching(of(tx).asdu.type)) return FieldValue::none();
  Objects objects{of(tx).asdu};
  if (!objects.next(address, element)) return FieldValue::none();
  const bool single = of(tx).asdu.type == 45 || of(tx).asdu.type == 58;
  return FieldValue::of_number(element[0] & (single ? 1u : 3u));
}

constexpr auto type_names = [] {
  std::array<NamedNumber, kTypes.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kTypes[i].number, kTypes[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 10> kFields{
    FieldSpec{"iec104.function", number, both, kComplete, "type identification", type, FieldRole::plain, type_names},
    FieldSpec{"iec104.access", number, both, kComplete, "what the message does to the process", access,
              FieldRole::plain, industrial::kAccessNames},
    FieldSpec{"iec104.control", number, both, kComplete, "control function of a frame without data", control,
              FieldRole::plain, kControls},
    FieldSpec{"iec104.cause", number, both, kComplete, "cause of transmission", cause, FieldRole::plain, kCauses},
    FieldSpec{"iec104.negative", number, both, kComplete, "1: the station refuses", negative},
    FieldSpec{"iec104.originator", number, both, kComplete, "address of the one that asked first", originator},
    FieldSpec{"iec104.unit", number, both, kComplete, "common address: the station", unit},
    FieldSpec{"iec104.address", number, both, kComplete, "addresses of the objects; several values", address},
    FieldSpec{"iec104.count", number, both, kComplete, "how many objects", count},
    FieldSpec{"iec104.value", number, both, kComplete, "state that a switching command asks for", value},
};

}  // namespace gatehouse::proto::iec104
