// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/fox/fields.hpp"

#include "proto/fox/session.hpp"

namespace gatehouse::proto::fox {
namespace {

const FoxTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const FoxTransaction&>(tx);
}
FieldValue present(std::string_view value) noexcept {
  return value.empty() ? FieldValue::none() : FieldValue::of(value);
}
template <std::string_view FirstLine::* member>
FieldValue of_line(const Transaction& tx, unsigned) {
  return present(of(tx).line.*member);
}
template <std::string_view FoxTransaction::* member>
FieldValue text(const Transaction& tx, unsigned) {
  return present(of(tx).*member);
}
FieldValue kind(const Transaction& tx, unsigned) {
  return FieldValue::of(std::string_view{&of(tx).line.kind, 1});
}
FieldValue application(const Transaction& tx, unsigned) {
  return present(of(tx).application.view());
}
FieldValue system(const Transaction& tx, unsigned) {
  return present(of(tx).system.view());
}

constexpr std::uint8_t kComplete = 1;
using enum FieldType;
using enum FieldDirection;

}  // namespace

constinit const std::array<FieldSpec, 15> kFields{
    FieldSpec{"fox.kind", bytes, both, kComplete, "kind of the frame: a, s, r, e, …", kind},
    FieldSpec{"fox.channel", bytes, both, kComplete, "channel within the session: fox, station, …",
              of_line<&FirstLine::channel>},
    FieldSpec{"fox.command", bytes, both, kComplete, "command of that channel: hello, …", of_line<&FirstLine::command>},
    FieldSpec{"fox.version", bytes, both, kComplete, "version of the protocol", text<&FoxTransaction::version>},
    FieldSpec{"fox.host_name", bytes, both, kComplete, "name of the sender", text<&FoxTransaction::host_name>,
              FieldRole::device_name},
    FieldSpec{"fox.host_address", bytes, both, kComplete, "address that the sender believes to have",
              text<&FoxTransaction::host_address>},
    FieldSpec{"fox.host_id", bytes, both, kComplete, "identity that the sender's licence is for",
              text<&FoxTransaction::host_id>, FieldRole::device_serial},
    FieldSpec{"fox.app_name", bytes, both, kComplete, "the sender's application: Station, Workbench",
              text<&FoxTransaction::app_name>},
    FieldSpec{"fox.app_version", bytes, both, kComplete, "its version", text<&FoxTransaction::app_version>},
    FieldSpec{"fox.application", bytes, both, kComplete, "application and version", application,
              FieldRole::device_software},
    FieldSpec{"fox.system", bytes, both, kComplete, "operating system and version", system, FieldRole::device_software},
    FieldSpec{"fox.vm_name", bytes, both, kComplete, "Java machine of the sender", text<&FoxTransaction::vm_name>},
    FieldSpec{"fox.vm_version", bytes, both, kComplete, "its version", text<&FoxTransaction::vm_version>},
    FieldSpec{"fox.brand", bytes, both, kComplete, "brand under which the sender is sold", text<&FoxTransaction::brand>,
              FieldRole::device_vendor},
    FieldSpec{"fox.station", bytes, both, kComplete, "name of the station", text<&FoxTransaction::station>,
              FieldRole::device_name},
};

}  // namespace gatehouse::proto::fox
