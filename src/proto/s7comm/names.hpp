// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "proto/industrial/access.hpp"
#include "proto/s7comm/message.hpp"

namespace gatehouse::proto::s7comm {

inline constexpr std::array kKinds{NamedNumber{1, "job"}, NamedNumber{2, "acknowledge"}, NamedNumber{3, "answer"},
                                   NamedNumber{7, "userdata"}};
struct Function {
  std::uint8_t code = 0;
  std::string_view name;
  industrial::Access access{};
};
namespace function_row {
using enum industrial::Access;
inline constexpr std::array kFunctions{
    Function{0x00, "cpu_service", other},
    Function{0x04, "read", industrial::Access::read},
    Function{0x05, "write", industrial::Access::write},
    Function{0x1a, "request_download", program},
    Function{0x1b, "download", program},
    Function{0x1c, "end_download", program},
    Function{0x1d, "start_upload", program},
    Function{0x1e, "upload", program},
    Function{0x1f, "end_upload", program},
    Function{0x28, "plc_control", program},
    Function{0x29, "plc_stop", industrial::Access::stop},
    Function{0xf0, "setup_communication", other},
};
}  // namespace function_row
using function_row::kFunctions;
inline constexpr auto kFunctionNames = [] {
  std::array<NamedNumber, kFunctions.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kFunctions[i].code, kFunctions[i].name};
  return names;
}();

inline constexpr std::array kGroups{
    NamedNumber{0, "mode_transition"}, NamedNumber{1, "programmer"}, NamedNumber{2, "cyclic"},
    NamedNumber{3, "blocks"},          NamedNumber{4, "cpu"},        NamedNumber{5, "security"},
    NamedNumber{6, "program_block"},   NamedNumber{7, "time"},
};
inline constexpr std::array kAreas{
    NamedNumber{0x03, "system_information"},
    NamedNumber{0x05, "system_flags"},
    NamedNumber{0x06, "analog_inputs"},
    NamedNumber{0x07, "analog_outputs"},
    NamedNumber{0x1c, "counters"},
    NamedNumber{0x1d, "timers"},
    NamedNumber{0x80, "peripherals"},
    NamedNumber{0x81, "inputs"},
    NamedNumber{0x82, "outputs"},
    NamedNumber{0x83, "flags"},
    NamedNumber{0x84, "db"},
    NamedNumber{0x85, "instance_db"},
    NamedNumber{0x86, "local"},
    NamedNumber{0x87, "caller_local"},
};

// What a message of user data does, by group and subfunction.
constexpr industrial::Access access_of_userdata(const Message& m) noexcept {
  using enum industrial::Access;
  switch (m.group) {
    case 1:  // variables are watched and forced
      return program;
    case 2:
      return subscribe;
    case 3:
    case 4:
      return diagnose;
    case 7:  // 1, 3: reads the clock; 2, 4: sets it
      return m.subfunction % 2 == 0 ? industrial::Access::write : industrial::Access::read;
    default:
      return other;
  }
}

inline industrial::Access access_of(const Message& m) noexcept {
  if (m.kind == kind::userdata) return access_of_userdata(m);
  if (!m.has_function || m.kind != kind::job) return industrial::Access::other;
  // Of the services that control calls, this one runs the program; the others handle blocks and memory.
  if (m.function == code::control && as_text(m.name) == "P_PROGRAM") return industrial::Access::start;
  for (const Function& row : kFunctions)
    if (row.code == m.function) return row.access;
  return industrial::Access::other;
}

}  // namespace gatehouse::proto::s7comm
