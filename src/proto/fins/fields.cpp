// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fins/fields.hpp"

#include "proto/fins/transaction.hpp"

namespace gatehouse::proto::fins {
namespace {

const FinsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const FinsTransaction&>(tx);
}

template <typename Value>
FieldValue of_frame(const Transaction& tx, Value value) {
  return of(tx).has_frame ? FieldValue::of_number(value(of(tx).frame)) : FieldValue::none();
}
FieldValue function(const Transaction& tx, unsigned) {
  return of_frame(tx, [](const Frame& f) { return f.code; });
}
FieldValue access(const Transaction& tx, unsigned) {
  return FieldValue::of_number(static_cast<std::uint64_t>(access_of(of(tx))));
}
FieldValue unit(const Transaction& tx, unsigned) {
  return of_frame(tx, [](const Frame& f) { return f.node(); });
}
FieldValue network(const Transaction& tx, unsigned) {
  return of_frame(tx, [](const Frame& f) { return f.network(); });
}
FieldValue status(const Transaction& tx, unsigned) {
  return of(tx).has_frame && of(tx).frame.is_response() ? FieldValue::of_number(of(tx).frame.end_code)
                                                        : FieldValue::none();
}
FieldValue tcp_command(const Transaction& tx, unsigned) {
  return of(tx).has_tcp ? FieldValue::of_number(of(tx).tcp.command) : FieldValue::none();
}

template <auto member>
FieldValue of_place(const Transaction& tx, unsigned index) {
  Place place;
  return of(tx).has_frame && place_of(of(tx).frame, index, place) ? FieldValue::of_number(place.*member)
                                                                  : FieldValue::none();
}
FieldValue text(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
FieldValue model(const Transaction& tx, unsigned) {
  return text(of(tx).model);
}
FieldValue version(const Transaction& tx, unsigned) {
  return text(of(tx).version);
}
// No one else makes controllers that answer this way.
FieldValue vendor(const Transaction& tx, unsigned) {
  return of(tx).model.empty() ? FieldValue::none() : FieldValue::of(std::string_view{"OMRON"});
}

constexpr auto command_names = [] {
  std::array<NamedNumber, kCommands.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kCommands[i].code, kCommands[i].name};
  return names;
}();

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 13> kFields{
    FieldSpec{"fins.function", number, both, kComplete, "command: 256 times main plus sub code", function,
              FieldRole::plain, command_names},
    FieldSpec{"fins.access", number, both, kComplete, "what the command does to the process", access, FieldRole::plain,
              industrial::kAccessNames},
    FieldSpec{"fins.unit", number, both, kComplete, "node of the controller", unit},
    FieldSpec{"fins.network", number, both, kComplete, "network of the controller", network},
    FieldSpec{"fins.area", number, both, kComplete, "memory areas that are read or written; several values",
              of_place<&Place::area>, FieldRole::plain, kAreas},
    FieldSpec{"fins.address", number, both, kComplete, "first words in these areas; several values",
              of_place<&Place::address>},
    FieldSpec{"fins.bit", number, both, kComplete, "first bits of these words; several values", of_place<&Place::bit>},
    FieldSpec{"fins.count", number, both, kComplete, "how many items; several values", of_place<&Place::count>},
    FieldSpec{"fins.status", number, both, kComplete, "end code of an answer; 0: done", status},
    FieldSpec{"fins.tcp_command", number, both, kComplete, "command of the header over TCP", tcp_command,
              FieldRole::plain, kTcpCommands},
    FieldSpec{"fins.model", bytes, both, kComplete, "model of the controller", model, FieldRole::device_model},
    FieldSpec{"fins.version", bytes, both, kComplete, "version of the controller", version, FieldRole::device_software},
    FieldSpec{"fins.vendor", bytes, both, kComplete, "maker of the controller that answers", vendor,
              FieldRole::device_vendor},
};

}  // namespace gatehouse::proto::fins
