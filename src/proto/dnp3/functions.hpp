// SPDX-License-Identifier: GPL-3.0-or-later
// Function codes and internal indications, a row each.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::dnp3 {

struct Function {
  std::uint8_t code = 0;
  std::string_view name;
  industrial::Access access{};
};

namespace function_row {
using enum industrial::Access;
// IEEE 1815, 4.4 and 4.5: function codes.
inline constexpr std::array kFunctions{
    Function{0, "confirm", other},
    Function{1, "read", industrial::Access::read},
    Function{2, "write", industrial::Access::write},
    Function{3, "select", control},
    Function{4, "operate", control},
    Function{5, "direct_operate", control},
    Function{6, "direct_operate_nr", control},
    Function{7, "immediate_freeze", control},
    Function{8, "immediate_freeze_nr", control},
    Function{9, "freeze_clear", control},
    Function{10, "freeze_clear_nr", control},
    Function{11, "freeze_at_time", control},
    Function{12, "freeze_at_time_nr", control},
    Function{13, "cold_restart", start},
    Function{14, "warm_restart", start},
    Function{15, "initialize_data", program},
    Function{16, "initialize_application", program},
    Function{17, "start_application", start},
    Function{18, "stop_application", stop},
    Function{19, "save_configuration", program},
    Function{20, "enable_unsolicited", subscribe},
    Function{21, "disable_unsolicited", subscribe},
    Function{22, "assign_class", program},
    Function{23, "delay_measurement", other},
    Function{24, "record_current_time", other},
    Function{25, "open_file", program},
    Function{26, "close_file", program},
    Function{27, "delete_file", program},
    Function{28, "get_file_information", program},
    Function{29, "authenticate_file", program},
    Function{30, "abort_file", program},
    Function{31, "activate_configuration", program},
    Function{32, "authentication_request", other},
    Function{33, "authentication_request_nr", other},
    Function{129, "response", other},
    Function{130, "unsolicited_response", report},
    Function{131, "authentication_response", other},
};
}  // namespace function_row
using function_row::kFunctions;

constexpr const Function* find_function(std::uint8_t code) noexcept {
  for (const Function& row : kFunctions)
    if (row.code == code) return &row;
  return nullptr;
}

// IEEE 1815, 4.2.2.6: internal indications, the first octet in the high bits.
inline constexpr std::array kIndications{
    NamedNumber{0x8000, "device_restart"},
    NamedNumber{0x4000, "device_trouble"},
    NamedNumber{0x2000, "local_control"},
    NamedNumber{0x1000, "need_time"},
    NamedNumber{0x0800, "class_3_events"},
    NamedNumber{0x0400, "class_2_events"},
    NamedNumber{0x0200, "class_1_events"},
    NamedNumber{0x0100, "all_stations"},
    NamedNumber{0x0080, "reserved_1"},
    NamedNumber{0x0040, "reserved_2"},
    NamedNumber{0x0020, "config_corrupt"},
    NamedNumber{0x0010, "already_executing"},
    NamedNumber{0x0008, "event_buffer_overflow"},
    NamedNumber{0x0004, "parameter_error"},
    NamedNumber{0x0002, "object_unknown"},
    NamedNumber{0x0001, "no_func_code_support"},
};

}  // namespace gatehouse::proto::dnp3
