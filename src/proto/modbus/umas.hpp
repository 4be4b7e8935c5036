// SPDX-License-Identifier: GPL-3.0-or-later
// UMAS, Schneider Electric's programming protocol behind function 90. It is not published: what is here, independent
// analysers agree on.
#pragma once

#include <algorithm>
#include <array>

#include "proto/modbus/functions.hpp"
#include "proto/modbus/message.hpp"

namespace gatehouse::proto::modbus::umas {

struct Function {
  std::uint8_t code = 0;
  std::string_view name;
  industrial::Access access{};
};

namespace function_row {
using enum industrial::Access;
inline constexpr std::array kFunctions{
    Function{0x01, "init_communication", other},
    Function{0x02, "read_id", diagnose},
    Function{0x03, "read_project_info", diagnose},
    Function{0x04, "read_plc_info", diagnose},
    Function{0x06, "read_card_info", diagnose},
    Function{0x0a, "repeat", diagnose},
    Function{0x10, "take_reservation", control},
    Function{0x11, "release_reservation", control},
    Function{0x12, "keep_alive", other},
    Function{0x20, "read_memory_block", industrial::Access::read},
    Function{0x22, "read_variables", industrial::Access::read},
    Function{0x23, "write_variables", industrial::Access::write},
    Function{0x24, "read_coils_registers", industrial::Access::read},
    Function{0x25, "write_coils_registers", industrial::Access::write},
    Function{0x30, "initialize_upload", program},
    Function{0x31, "upload_block", program},
    Function{0x32, "end_upload", program},
    Function{0x33, "initialize_download", program},
    Function{0x34, "download_block", program},
    Function{0x35, "end_download", program},
    Function{0x39, "read_ethernet_master", diagnose},
    Function{0x40, "start_plc", start},
    Function{0x41, "stop_plc", stop},
    Function{0x50, "monitor_plc", industrial::Access::read},
    Function{0x58, "check_plc", diagnose},
    Function{0x70, "read_io_object", industrial::Access::read},
    Function{0x71, "write_io_object", industrial::Access::write},
    Function{0x73, "get_status_module", diagnose},
};
}  // namespace function_row
using function_row::kFunctions;

inline constexpr auto kFunctionNames = [] {
  std::array<NamedNumber, kFunctions.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kFunctions[i].code, kFunctions[i].name};
  return names;
}();

// Behind the function code stand the reservation's key and UMAS's own function, of a response its success or failure.
inline bool is_umas(const Message& m) noexcept {
  return m.function() == code::umas && !m.is_exception() && m.data.size() >= 2;
}
inline std::uint8_t function_of(const Message& request) noexcept {
  return request.data[1];
}
// What is not known may do anything.
inline industrial::Access access_of(const Message& request) noexcept {
  for (const Function& row : kFunctions)
    if (row.code == function_of(request)) return row.access;
  return industrial::Access::program;
}

// The controller's type in the response to read_id: behind numbers and versions, with its length first.
inline Bytes model_of(const Message& request, const Message& response) noexcept {
  constexpr std::uint8_t kReadId = 0x02, kSuccess = 0xfe;
  constexpr std::size_t kBeforeModel = 22;
  if (!is_umas(request) || !is_umas(response) || function_of(request) != kReadId || response.data[1] != kSuccess)
    return {};
  Cursor c{response.data.subspan(2)};
  c.skip(kBeforeModel);
  const Bytes model = c.take(c.u8());
  const bool printable = std::ranges::all_of(model, [](std::uint8_t b) { return b >= ' ' && b < 0x7f; });
  return c.ok() && printable ? model : Bytes{};
}

}  // namespace gatehouse::proto::modbus::umas
