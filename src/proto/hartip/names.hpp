// SPDX-License-Identifier: GPL-3.0-or-later
// Messages and commands, as the HART-IP protocol (FieldComm Group HCF_SPEC-085) and the command specifications number
// them.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::hartip {

namespace message_type {
inline constexpr std::uint8_t request = 0, response = 1, publish = 2, nak = 15;
}
inline constexpr std::array kMessageTypes{
    NamedNumber{message_type::request, "request"},
    NamedNumber{message_type::response, "response"},
    NamedNumber{message_type::publish, "publish"},
    NamedNumber{message_type::nak, "nak"},
};

namespace message_id {
inline constexpr std::uint8_t initiate = 0, close = 1, keep_alive = 2, token_passing = 3, direct = 4,
                              read_audit_log = 5;
}
inline constexpr std::array kMessageIds{
    NamedNumber{message_id::initiate, "session_initiate"},
    NamedNumber{message_id::close, "session_close"},
    NamedNumber{message_id::keep_alive, "keep_alive"},
    NamedNumber{message_id::token_passing, "token_passing"},
    NamedNumber{message_id::direct, "direct"},
    NamedNumber{message_id::read_audit_log, "read_audit_log"},
};

struct Command {
  std::uint16_t number = 0;
  std::string_view name;
  industrial::Access access{};
};

namespace command {
inline constexpr std::uint16_t read_unique_identifier = 0, read_tag = 13, read_long_tag = 20, extended = 31;
}

namespace command_row {
using enum industrial::Access;
// HCF_SPEC-127 (universal) and HCF_SPEC-151 (common practice).
inline constexpr std::array kCommands{
    Command{0, "read_unique_identifier", diagnose},
    Command{1, "read_primary_variable", read},
    Command{2, "read_current_and_percent", read},
    Command{3, "read_dynamic_variables", read},
    Command{6, "write_polling_address", program},
    Command{7, "read_loop_configuration", diagnose},
    Command{8, "read_variable_classifications", diagnose},
    Command{9, "read_device_variables", read},
    Command{11, "read_identifier_by_tag", diagnose},
    Command{12, "read_message", diagnose},
    Command{13, "read_tag", diagnose},
    Command{14, "read_transducer_information", diagnose},
    Command{15, "read_device_information", diagnose},
    Command{16, "read_final_assembly", diagnose},
    Command{17, "write_message", write},
    Command{18, "write_tag", program},
    Command{19, "write_final_assembly", program},
    Command{20, "read_long_tag", diagnose},
    Command{21, "read_identifier_by_long_tag", diagnose},
    Command{22, "write_long_tag", program},
    Command{31, "extended", other},
    Command{33, "read_selected_variables", read},
    Command{34, "write_damping", program},
    Command{35, "write_range_values", program},
    Command{36, "set_upper_range", program},
    Command{37, "set_lower_range", program},
    Command{38, "reset_configuration_changed", control},
    Command{39, "eeprom_control", program},
    Command{40, "fixed_current_mode", control},
    Command{41, "perform_self_test", diagnose},
    Command{42, "device_reset", start},
    Command{43, "set_variable_zero_primary", program},
    Command{44, "write_units", program},
    Command{45, "trim_current_zero", program},
    Command{46, "trim_current_gain", program},
    Command{47, "write_transfer_function", program},
    Command{48, "read_additional_status", diagnose},
    Command{49, "write_transducer_serial", program},
    Command{50, "read_variable_assignments", diagnose},
    Command{51, "write_variable_assignments", program},
    Command{52, "set_variable_zero", program},
    Command{53, "write_variable_units", program},
    Command{54, "read_variable_information", diagnose},
    Command{55, "write_variable_damping", program},
    Command{59, "write_preambles", program},
    Command{71, "lock_device", control},
    Command{72, "squawk", control},
    Command{73, "find_device", diagnose},
    Command{74, "read_io_capabilities", diagnose},
    Command{75, "poll_subdevice", diagnose},
    Command{76, "read_lock_state", diagnose},
    Command{77, "send_to_subdevice", other},
    Command{78, "read_aggregated", read},
    Command{79, "write_device_variable", write},
    Command{84, "read_subdevice_identity", diagnose},
    Command{103, "write_burst_period", program},
    Command{105, "read_burst_mode", diagnose},
    Command{107, "write_burst_variables", program},
    Command{108, "write_burst_command", program},
    Command{109, "control_burst_mode", subscribe},
};
}  // namespace command_row
using command_row::kCommands;

constexpr const Command* find_command(std::uint16_t number) noexcept {
  for (const Command& row : kCommands)
    if (row.number == number) return &row;
  return nullptr;
}

// HCF_SPEC-183, table 8: makers whose instruments are met often.
inline constexpr std::array kManufacturers{
    NamedNumber{0x11, "Endress+Hauser"},
    NamedNumber{0x13, "Fisher Controls"},
    NamedNumber{0x14, "Foxboro"},
    NamedNumber{0x17, "Honeywell"},
    NamedNumber{0x1a, "ABB"},
    NamedNumber{0x1f, "Micro Motion"},
    NamedNumber{0x26, "Rosemount"},
    NamedNumber{0x2a, "Siemens"},
    NamedNumber{0x37, "Yokogawa"},
    NamedNumber{0x3c, "Samson"},
    NamedNumber{0x62, "VEGA"},
};

}  // namespace gatehouse::proto::hartip
