// SPDX-License-Identifier: GPL-3.0-or-later
// Commands and memory areas, as OMRON's manual W342 (communications commands of CS, CJ and NSJ controllers) numbers
// them.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::fins {

// What the parameters of a command begin with.
enum class Layout : std::uint8_t {
  opaque,
  range,      // area, address, count
  addresses,  // area and address, several
  transfer,   // two of these, count
};

struct Command {
  std::uint16_t code = 0;
  std::string_view name;
  industrial::Access access{};
  Layout layout = Layout::opaque;
  std::uint16_t least = 0, most = 0;  // parameters of a request; most 0: any
};

inline constexpr std::uint16_t kControllerData = 0x0501;

namespace command_row {
using enum industrial::Access;
using enum Layout;
inline constexpr std::array kCommands{
    Command{0x0101, "memory_area_read", read, range, 6, 6},
    Command{0x0102, "memory_area_write", write, range, 7},
    Command{0x0103, "memory_area_fill", write, range, 8, 8},
    Command{0x0104, "multiple_memory_area_read", read, addresses, 4},
    Command{0x0105, "memory_area_transfer", write, transfer, 10, 10},
    Command{0x0201, "parameter_area_read", program, opaque, 6, 6},
    Command{0x0202, "parameter_area_write", program, opaque, 7},
    Command{0x0203, "parameter_area_clear", program, opaque, 8, 8},
    Command{0x0220, "data_link_table_read", program},
    Command{0x0221, "data_link_table_write", program},
    Command{0x0304, "program_area_protect", program},
    Command{0x0305, "program_area_protect_clear", program},
    Command{0x0306, "program_area_read", program, opaque, 8, 8},
    Command{0x0307, "program_area_write", program, opaque, 9},
    Command{0x0308, "program_area_clear", program, opaque, 3, 3},
    Command{0x0401, "run", start, opaque, 0, 3},
    Command{0x0402, "stop", stop, opaque, 0, 2},
    Command{0x0403, "reset", start},
    Command{0x0501, "controller_data_read", diagnose, opaque, 0, 1},
    Command{0x0502, "connection_data_read", diagnose, opaque, 0, 2},
    Command{0x0601, "controller_status_read", diagnose, opaque, 0, 0},
    Command{0x0602, "network_status_read", diagnose},
    Command{0x0603, "data_link_status_read", diagnose},
    Command{0x0620, "cycle_time_read", diagnose, opaque, 1, 1},
    Command{0x0701, "clock_read", read, opaque, 0, 0},
    Command{0x0702, "clock_write", write, opaque, 5, 7},
    Command{0x0801, "loopback_test", diagnose},
    Command{0x0802, "broadcast_results_read", diagnose},
    Command{0x0803, "broadcast_data_send", diagnose},
    Command{0x0920, "message_read_or_clear", diagnose, opaque, 2, 2},
    Command{0x0c01, "access_right_acquire", control, opaque, 2, 2},
    Command{0x0c02, "access_right_forced_acquire", control, opaque, 2, 2},
    Command{0x0c03, "access_right_release", control, opaque, 2, 2},
    Command{0x2101, "error_clear", control, opaque, 2, 2},
    Command{0x2102, "error_log_read", diagnose, opaque, 4, 4},
    Command{0x2103, "error_log_clear", control, opaque, 0, 0},
    Command{0x2140, "write_access_log_read", diagnose, opaque, 4, 4},
    Command{0x2141, "write_access_log_clear", control},
    Command{0x2201, "file_name_read", program},
    Command{0x2202, "single_file_read", program},
    Command{0x2203, "single_file_write", program},
    Command{0x2204, "file_memory_format", program},
    Command{0x2205, "file_delete", program},
    Command{0x2206, "volume_label_create_or_delete", program},
    Command{0x2207, "file_copy", program},
    Command{0x2208, "file_name_change", program},
    Command{0x2209, "file_data_check", program},
    Command{0x220a, "memory_area_file_transfer", program},
    Command{0x220b, "parameter_area_file_transfer", program},
    Command{0x220c, "program_area_file_transfer", program},
    Command{0x220f, "file_memory_index_read", program},
    Command{0x2210, "file_memory_read", program},
    Command{0x2211, "file_memory_write", program},
    Command{0x2215, "directory_create_or_delete", program},
    Command{0x2220, "memory_cassette_transfer", program},
    Command{0x2301, "forced_set_reset", control, opaque, 8},
    Command{0x2302, "forced_set_reset_cancel", control, opaque, 0, 0},
    Command{0x230a, "forced_status_read", diagnose},
    Command{0x2601, "name_set", program},
    Command{0x2602, "name_delete", program},
    Command{0x2603, "name_read", diagnose},
};
}  // namespace command_row
using command_row::kCommands;

constexpr const Command* find_command(std::uint16_t code) noexcept {
  for (const Command& row : kCommands)
    if (row.code == code) return &row;
  return nullptr;
}

// W342, 5-2-2: those of CS and CJ controllers.
inline constexpr std::array kAreas{
    NamedNumber{0x02, "dm_bit"},
    NamedNumber{0x06, "task_flag_bit"},
    NamedNumber{0x07, "clock_pulse"},
    NamedNumber{0x09, "timer_counter_flag"},
    NamedNumber{0x0a, "em_current_bit"},
    NamedNumber{0x30, "cio_bit"},
    NamedNumber{0x31, "work_bit"},
    NamedNumber{0x32, "holding_bit"},
    NamedNumber{0x33, "auxiliary_bit"},
    NamedNumber{0x46, "task_flag_status"},
    NamedNumber{0x70, "cio_bit_forced"},
    NamedNumber{0x71, "work_bit_forced"},
    NamedNumber{0x72, "holding_bit_forced"},
    NamedNumber{0x80, "cio_word_cv"},
    NamedNumber{0x82, "dm_word"},
    NamedNumber{0x89, "timer_counter_value"},
    NamedNumber{0x98, "em_current_word"},
    NamedNumber{0xa0, "em_word"},
    NamedNumber{0xb0, "cio_word"},
    NamedNumber{0xb1, "work_word"},
    NamedNumber{0xb2, "holding_word"},
    NamedNumber{0xb3, "auxiliary_word"},
    NamedNumber{0xbc, "data_register"},
    NamedNumber{0xdc, "index_register"},
};

// W420, 7-4: the header over TCP.
namespace tcp {
inline constexpr std::uint32_t client_node = 0, server_node = 1, frame = 2, frame_error = 3, confirm = 6;
}
inline constexpr std::array kTcpCommands{
    NamedNumber{tcp::client_node, "client_node"},
    NamedNumber{tcp::server_node, "server_node"},
    NamedNumber{tcp::frame, "frame"},
    NamedNumber{tcp::frame_error, "frame_error"},
    NamedNumber{tcp::confirm, "confirm"},
};

}  // namespace gatehouse::proto::fins
