// SPDX-License-Identifier: GPL-3.0-or-later
// Type identifications and causes of transmission, a row each.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::iec104 {

inline constexpr std::uint8_t kVariable = 0xff;  // the element says its own length

struct Type {
  std::uint8_t number = 0;
  std::string_view label;  // of the standard
  std::string_view name;
  std::uint8_t size = 0;  // of one information element
  industrial::Access access{};
};

namespace type_row {
using enum industrial::Access;
// IEC 60870-5-101, 7.2.1.1, and IEC 60870-5-104, 6: type identifications.
inline constexpr std::array kTypes{
    Type{1, "M_SP_NA_1", "single_point", 1, report},
    Type{2, "M_SP_TA_1", "single_point_time24", 4, report},
    Type{3, "M_DP_NA_1", "double_point", 1, report},
    Type{4, "M_DP_TA_1", "double_point_time24", 4, report},
    Type{5, "M_ST_NA_1", "step_position", 2, report},
    Type{6, "M_ST_TA_1", "step_position_time24", 5, report},
    Type{7, "M_BO_NA_1", "bitstring", 5, report},
    Type{8, "M_BO_TA_1", "bitstring_time24", 8, report},
    Type{9, "M_ME_NA_1", "measured_normalized", 3, report},
    Type{10, "M_ME_TA_1", "measured_normalized_time24", 6, report},
    Type{11, "M_ME_NB_1", "measured_scaled", 3, report},
    Type{12, "M_ME_TB_1", "measured_scaled_time24", 6, report},
    Type{13, "M_ME_NC_1", "measured_float", 5, report},
    Type{14, "M_ME_TC_1", "measured_float_time24", 8, report},
    Type{15, "M_IT_NA_1", "integrated_totals", 5, report},
    Type{16, "M_IT_TA_1", "integrated_totals_time24", 8, report},
    Type{17, "M_EP_TA_1", "protection_event_time24", 6, report},
    Type{18, "M_EP_TB_1", "protection_start_time24", 7, report},
    Type{19, "M_EP_TC_1", "protection_output_time24", 7, report},
    Type{20, "M_PS_NA_1", "packed_single_point", 5, report},
    Type{21, "M_ME_ND_1", "measured_normalized_bare", 2, report},
    Type{30, "M_SP_TB_1", "single_point_time", 8, report},
    Type{31, "M_DP_TB_1", "double_point_time", 8, report},
    Type{32, "M_ST_TB_1", "step_position_time", 9, report},
    Type{33, "M_BO_TB_1", "bitstring_time", 12, report},
    Type{34, "M_ME_TD_1", "measured_normalized_time", 10, report},
    Type{35, "M_ME_TE_1", "measured_scaled_time", 10, report},
    Type{36, "M_ME_TF_1", "measured_float_time", 12, report},
    Type{37, "M_IT_TB_1", "integrated_totals_time", 12, report},
    Type{38, "M_EP_TD_1", "protection_event_time", 10, report},
    Type{39, "M_EP_TE_1", "protection_start_time", 11, report},
    Type{40, "M_EP_TF_1", "protection_output_time", 11, report},
    Type{45, "C_SC_NA_1", "single_command", 1, control},
    Type{46, "C_DC_NA_1", "double_command", 1, control},
    Type{47, "C_RC_NA_1", "step_command", 1, control},
    Type{48, "C_SE_NA_1", "set_normalized", 3, write},
    Type{49, "C_SE_NB_1", "set_scaled", 3, write},
    Type{50, "C_SE_NC_1", "set_float", 5, write},
    Type{51, "C_BO_NA_1", "set_bitstring", 4, write},
    Type{58, "C_SC_TA_1", "single_command_time", 8, control},
    Type{59, "C_DC_TA_1", "double_command_time", 8, control},
    Type{60, "C_RC_TA_1", "step_command_time", 8, control},
    Type{61, "C_SE_TA_1", "set_normalized_time", 10, write},
    Type{62, "C_SE_TB_1", "set_scaled_time", 10, write},
    Type{63, "C_SE_TC_1", "set_float_time", 12, write},
    Type{64, "C_BO_TA_1", "set_bitstring_time", 11, write},
    Type{70, "M_EI_NA_1", "end_of_initialization", 1, report},
    Type{100, "C_IC_NA_1", "interrogation", 1, read},
    Type{101, "C_CI_NA_1", "counter_interrogation", 1, read},
    Type{102, "C_RD_NA_1", "read", 0, read},
    Type{103, "C_CS_NA_1", "clock_synchronization", 7, write},
    Type{104, "C_TS_NA_1", "test", 2, diagnose},
    Type{105, "C_RP_NA_1", "reset_process", 1, start},
    Type{106, "C_CD_NA_1", "delay_acquisition", 2, other},
    Type{107, "C_TS_TA_1", "test_time", 9, diagnose},
    Type{110, "P_ME_NA_1", "parameter_normalized", 3, program},
    Type{111, "P_ME_NB_1", "parameter_scaled", 3, program},
    Type{112, "P_ME_NC_1", "parameter_float", 5, program},
    Type{113, "P_AC_NA_1", "parameter_activation", 1, program},
    Type{120, "F_FR_NA_1", "file_ready", 6, program},
    Type{121, "F_SR_NA_1", "section_ready", 7, program},
    Type{122, "F_SC_NA_1", "call_file", 4, program},
    Type{123, "F_LS_NA_1", "last_section", 5, program},
    Type{124, "F_AF_NA_1", "acknowledge_file", 4, program},
    Type{125, "F_SG_NA_1", "segment", kVariable, program},
    Type{126, "F_DR_TA_1", "directory", 13, program},
    Type{127, "F_SC_NB_1", "query_log", 16, program},
};
}  // namespace type_row
using type_row::kTypes;

constexpr const Type* find_type(std::uint8_t number) noexcept {
  for (const Type& row : kTypes)
    if (row.number == number) return &row;
  return nullptr;
}

// IEC 60870-5-101, 7.2.3: causes of transmission.
inline constexpr std::array kCauses{
    NamedNumber{1, "periodic"},
    NamedNumber{2, "background"},
    NamedNumber{3, "spontaneous"},
    NamedNumber{4, "initialized"},
    NamedNumber{5, "requested"},
    NamedNumber{6, "activation"},
    NamedNumber{7, "activation_confirmation"},
    NamedNumber{8, "deactivation"},
    NamedNumber{9, "deactivation_confirmation"},
    NamedNumber{10, "activation_termination"},
    NamedNumber{11, "return_remote"},
    NamedNumber{12, "return_local"},
    NamedNumber{13, "file_transfer"},
    NamedNumber{14, "authentication"},
    NamedNumber{15, "session_key"},
    NamedNumber{16, "user_role_key"},
    NamedNumber{20, "interrogated"},
    NamedNumber{37, "counters"},
    NamedNumber{44, "unknown_type"},
    NamedNumber{45, "unknown_cause"},
    NamedNumber{46, "unknown_common_address"},
    NamedNumber{47, "unknown_object_address"},
};
constexpr bool is_cause(std::uint8_t cause) noexcept {
  return (cause >= 1 && cause <= 16) || (cause >= 20 && cause <= 41) || (cause >= 44 && cause <= 47);
}

// IEC 60870-5-104, 5.3: unnumbered control functions, as they stand in the first octet.
inline constexpr std::array kControls{
    NamedNumber{0x07, "start"}, NamedNumber{0x0b, "start_confirmed"},
    NamedNumber{0x13, "stop"},  NamedNumber{0x23, "stop_confirmed"},
    NamedNumber{0x43, "test"},  NamedNumber{0x83, "test_confirmed"},
};
inline constexpr std::uint8_t kTest = 0x43, kTestConfirmed = 0x83;

}  // namespace gatehouse::proto::iec104
