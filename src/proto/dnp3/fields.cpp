// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dnp3/fields.hpp"

#include "proto/dnp3/functions.hpp"
#include "proto/dnp3/transaction.hpp"

namespace gatehouse::proto::dnp3 {
namespace {

// Rules and policies look at this many objects of a fragment.
constexpr unsigned kMaxListed = 64;

const Dnp3Transaction& of(const Transaction& tx) noexcept {
  return static_cast<const Dnp3Transaction&>(tx);
}

FieldValue function(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).header.function);
}
FieldValue access(const Transaction& tx, unsigned) {
  const Function* row = find_function(of(tx).header.function);
  const auto access = row == nullptr ? industrial::Access::other : row->access;
  return FieldValue::of_number(static_cast<std::uint64_t>(access));
}
FieldValue indications(const Transaction& tx, unsigned) {
  const auto& header = of(tx).header;
  return header.is_response() ? FieldValue::of_number(header.indications) : FieldValue::none();
}
FieldValue data(const Transaction& tx, unsigned) {
  return FieldValue::of(of(tx).data);
}
FieldValue source(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).link.source);
}
FieldValue destination(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).link.destination);
}
FieldValue unit(const Transaction& tx, unsigned) {
  return FieldValue::of_number(of(tx).link.from_master() ? of(tx).link.destination : of(tx).link.source);
}

template <typename Value>
FieldValue of_object(const Transaction& tx, unsigned index, Value value) {
  if (index >= kMaxListed) return FieldValue::none();
  Objects objects = of(tx).walk();
  for (ObjectHeader header; objects.next(header);)
    if (index-- == 0) return FieldValue::of_number(value(header, objects));
  return FieldValue::none();
}
FieldValue object(const Transaction& tx, unsigned index) {
  return of_object(tx, index, [](const ObjectHeader& h, Objects&) { return h.group << 8 | h.variation; });
}
FieldValue group(const Transaction& tx, unsigned index) {
  return of_object(tx, index, [](const ObjectHeader& h, Objects&) { return h.group; });
}
FieldValue count(const Transaction& tx, unsigned index) {
  return of_object(tx, index, [](const ObjectHeader& h, Objects&) { return h.count; });
}
FieldValue address(const Transaction& tx, unsigned index) {
  return of_object(tx, index, [](const ObjectHeader& h, Objects& objects) {
    Point point;
    return h.prefix_is_index() && objects.next_point(point) ? point.index : h.start;
  });
}

// The first text of that name in a point of `group` and `variation`.
FieldValue text(const Transaction& tx, std::uint8_t group, std::uint8_t variation, std::string_view name) {
  Objects objects = of(tx).walk();
  for (ObjectHeader header; objects.next(header);) {
    Point point;
    if (header.group != group || header.variation != variation || !objects.next_point(point)) continue;
    if (objects.row() == nullptr) continue;
    FieldValue found = FieldValue::none();
    Cursor c{point.bytes};
    visit_parts(*objects.row(), c, [&](const Part& part, const PartValue& value) {
      if (part.name == name && !value.bytes.empty()) found = FieldValue::of(value.bytes);
    });
    return found;
  }
  return FieldValue::none();
}
FieldValue file_name(const Transaction& tx, unsigned) {
  constexpr std::uint8_t kFile = 70, kCommand = 3;
  return text(tx, kFile, kCommand, "filename");
}
// IEEE 1815, A.1: what the device says of itself, a variation for each attribute.
template <std::uint8_t variation>
FieldValue attribute(const Transaction& tx, unsigned) {
  return of(tx).header.is_response() ? text(tx, kAttributes, variation, "value") : FieldValue::none();
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

constinit const std::array<FieldSpec, 16> kFields{
    FieldSpec{"dnp3.func", number, both, kComplete, "application function code", function, FieldRole::plain,
              function_names},
    FieldSpec{"dnp3.access", number, both, kComplete, "what the message does to the process", access, FieldRole::plain,
              industrial::kAccessNames},
    FieldSpec{"dnp3.ind", number, both, kComplete, "internal indications of a response, as bits", indications,
              FieldRole::plain, kIndications},
    FieldSpec{"dnp3.obj", number, both, kComplete, "objects, 256 times group plus variation; several values", object},
    FieldSpec{"dnp3.group", number, both, kComplete, "groups of the objects; several values", group},
    FieldSpec{"dnp3.address", number, both, kComplete, "first index of each object; several values", address},
    FieldSpec{"dnp3.count", number, both, kComplete, "how many points each object has; several values", count},
    FieldSpec{"dnp3.data", bytes, both, kComplete, "the application fragment, put together", data},
    FieldSpec{"dnp3.src", number, both, kComplete, "link address of the sender", source},
    FieldSpec{"dnp3.dst", number, both, kComplete, "link address of the receiver", destination},
    FieldSpec{"dnp3.unit", number, both, kComplete, "link address of the outstation", unit},
    FieldSpec{"dnp3.filename", bytes, both, kComplete, "file that is opened or deleted", file_name},
    FieldSpec{"dnp3.device.vendor", bytes, both, kComplete, "maker, as the outstation names it", attribute<252>,
              FieldRole::device_vendor},
    FieldSpec{"dnp3.device.model", bytes, both, kComplete, "product name and model", attribute<250>,
              FieldRole::device_model},
    FieldSpec{"dnp3.device.serial", bytes, both, kComplete, "serial number", attribute<248>, FieldRole::device_serial},
    FieldSpec{"dnp3.device.software", bytes, both, kComplete, "software version", attribute<242>,
              FieldRole::device_software},
};

}  // namespace gatehouse::proto::dnp3
