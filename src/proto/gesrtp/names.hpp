// SPDX-License-Identifier: GPL-3.0-or-later
// Services and memory areas, as those found who took the protocol apart (Denton et al., DFRWS 2017): it is not
// published.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::gesrtp {

namespace packet {
inline constexpr std::uint8_t initiate = 0, initiated = 1, request = 2, response = 3;
}
inline constexpr std::array kPackets{
    NamedNumber{packet::initiate, "initiate"},
    NamedNumber{packet::initiated, "initiated"},
    NamedNumber{packet::request, "request"},
    NamedNumber{packet::response, "response"},
};

// Of a mailbox: within the header, or with data behind it.
namespace mailbox {
inline constexpr std::uint8_t request = 0xc0, request_with_data = 0x80, done = 0xd4, done_with_data = 0x94,
                              refused = 0xd1;
}

struct Service {
  std::uint8_t code = 0;
  std::string_view name;
  industrial::Access access{};
  bool has_range = false;  // selector, offset and length follow
};

namespace service_row {
using enum industrial::Access;
inline constexpr std::array kServices{
    Service{0x00, "plc_short_status", diagnose, false},
    Service{0x03, "return_program_names", diagnose, false},
    Service{0x04, "read_system_memory", read, true},
    Service{0x05, "read_task_memory", read, true},
    Service{0x06, "read_program_memory", program, true},
    Service{0x07, "write_system_memory", write, true},
    Service{0x08, "write_task_memory", write, true},
    Service{0x09, "write_program_memory", program, true},
    Service{0x20, "programmer_logon", other, false},
    Service{0x21, "change_privilege_level", control, false},
    Service{0x22, "set_cpu_id", program, false},
    Service{0x23, "set_plc_state", control, false},
    Service{0x24, "set_time", write, false},
    Service{0x25, "return_time", read, false},
    Service{0x38, "return_fault_table", diagnose, false},
    Service{0x39, "clear_fault_table", control, false},
    Service{0x3f, "program_store", program, false},
    Service{0x40, "program_load", program, false},
    Service{0x43, "return_controller_type", diagnose, false},
    Service{0x44, "toggle_force", control, false},
};
}  // namespace service_row
using service_row::kServices;

constexpr const Service* find_service(std::uint8_t code) noexcept {
  for (const Service& row : kServices)
    if (row.code == code) return &row;
  return nullptr;
}

// Segment selectors.
inline constexpr std::array kAreas{
    NamedNumber{0x08, "r_word"},  NamedNumber{0x0a, "ai_word"}, NamedNumber{0x0c, "aq_word"},
    NamedNumber{0x10, "i_byte"},  NamedNumber{0x12, "q_byte"},  NamedNumber{0x14, "t_byte"},
    NamedNumber{0x16, "m_byte"},  NamedNumber{0x18, "sa_byte"}, NamedNumber{0x1a, "sb_byte"},
    NamedNumber{0x1c, "sc_byte"}, NamedNumber{0x1e, "s_byte"},  NamedNumber{0x38, "g_byte"},
    NamedNumber{0x46, "i_bit"},   NamedNumber{0x48, "q_bit"},   NamedNumber{0x4a, "t_bit"},
    NamedNumber{0x4c, "m_bit"},   NamedNumber{0x4e, "sa_bit"},  NamedNumber{0x50, "sb_bit"},
    NamedNumber{0x52, "sc_bit"},  NamedNumber{0x54, "s_bit"},   NamedNumber{0x56, "g_bit"},
};

}  // namespace gatehouse::proto::gesrtp
