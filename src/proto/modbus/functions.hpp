// SPDX-License-Identifier: GPL-3.0-or-later
// What function codes do, one row each. The names of the log are those that readers of EVE know.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::modbus {

inline constexpr std::uint8_t kException = 0x80;

namespace code {
inline constexpr std::uint8_t read_coils = 1, read_discrete_inputs = 2, read_holding_registers = 3,
                              read_input_registers = 4, write_single_coil = 5, write_single_register = 6,
                              read_exception_status = 7, diagnostics = 8, get_comm_event_counter = 11,
                              get_comm_event_log = 12, write_multiple_coils = 15, write_multiple_registers = 16,
                              report_server_id = 17, read_file_record = 20, write_file_record = 21,
                              mask_write_register = 22, read_write_multiple_registers = 23, read_fifo_queue = 24,
                              encapsulated_interface = 43, umas = 90;
}

// What a function reads and writes, as bits: the rules' words for it are the names in log.cpp.
namespace touch {
inline constexpr std::uint8_t read = 1, write = 2, discretes = 4, coils = 8, input = 16, holding = 32, single = 64,
                              multiple = 128;
}

struct Function {
  std::uint8_t code = 0;
  std::string_view name;      // of fields and policies
  std::string_view log_name;  // of the log
  industrial::Access access{};
  std::uint8_t touches = 0;
};

namespace function_row {
using enum industrial::Access;
using namespace touch;
// MODBUS Application Protocol V1.1b3, 6; the programming functions of old controllers as PI-MBUS-300 names them.
inline constexpr std::array kFunctions{
    Function{1, "read_coils", "RdCoils", industrial::Access::read, touch::read | coils},
    Function{2, "read_discrete_inputs", "RdDiscreteInputs", industrial::Access::read, touch::read | discretes},
    Function{3, "read_holding_registers", "RdHoldRegs", industrial::Access::read, touch::read | holding},
    Function{4, "read_input_registers", "RdInputRegs", industrial::Access::read, touch::read | input},
    Function{5, "write_single_coil", "WrSingleCoil", industrial::Access::write, touch::write | coils | single},
    Function{6, "write_single_register", "WrSingleReg", industrial::Access::write, touch::write | holding | single},
    Function{7, "read_exception_status", "RdExcStatus", diagnose, 0},
    Function{8, "diagnostics", "Diagnostic", diagnose, 0},
    Function{9, "program_484", "Program484", program, 0},
    Function{10, "poll_484", "Poll484", program, 0},
    Function{11, "get_comm_event_counter", "GetCommEventCtr", diagnose, 0},
    Function{12, "get_comm_event_log", "GetCommEventLog", diagnose, 0},
    Function{13, "program_controller", "ProgramController", program, 0},
    Function{14, "poll_controller", "PollController", program, 0},
    Function{15, "write_multiple_coils", "WrMultCoils", industrial::Access::write, touch::write | coils | multiple},
    Function{16, "write_multiple_registers", "WrMultRegs", industrial::Access::write,
             touch::write | holding | multiple},
    Function{17, "report_server_id", "ReportServerID", diagnose, 0},
    Function{18, "program_884", "Program884", program, 0},
    Function{19, "reset_comm_link", "ResetCommLink", diagnose, 0},
    Function{20, "read_file_record", "RdFileRec", industrial::Access::read, 0},
    Function{21, "write_file_record", "WrFileRec", industrial::Access::write, 0},
    Function{22, "mask_write_register", "MaskWrReg", industrial::Access::write, touch::write | holding},
    Function{23, "read_write_multiple_registers", "RdWrMultRegs", industrial::Access::write,
             touch::read | touch::write | holding | multiple},
    Function{24, "read_fifo_queue", "RdFIFOQueue", industrial::Access::read, 0},
    Function{43, "encapsulated_interface", "MEI", diagnose, 0},
    Function{90, "umas", "Unknown", program, 0},  // Schneider Electric's programming protocol
};
}  // namespace function_row
using function_row::kFunctions;

// The row of a code without the exception's bit; null where it has none.
constexpr const Function* find_function(std::uint8_t code) noexcept {
  for (const Function& row : kFunctions)
    if (row.code == code) return &row;
  return nullptr;
}

}  // namespace gatehouse::proto::modbus
