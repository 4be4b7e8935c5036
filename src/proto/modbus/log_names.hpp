// SPDX-License-Identifier: GPL-3.0-or-later
// Names of numbers beside the function codes, as fields and the log spell them.
#pragma once

#include <array>
#include <optional>

#include "proto/industrial/access.hpp"
#include "proto/modbus/functions.hpp"
#include "proto/modbus/message.hpp"

namespace gatehouse::proto::modbus {

// MODBUS Application Protocol V1.1b3, 6.8.1.
inline constexpr std::array kSubfunctionNames{
    NamedNumber{0, "return_query_data"},
    NamedNumber{1, "restart_communications"},
    NamedNumber{2, "return_diagnostic_register"},
    NamedNumber{3, "change_input_delimiter"},
    NamedNumber{4, "force_listen_only"},
    NamedNumber{10, "clear_counters"},
    NamedNumber{11, "return_bus_message_count"},
    NamedNumber{12, "return_bus_error_count"},
    NamedNumber{13, "return_bus_exception_count"},
    NamedNumber{14, "return_server_message_count"},
    NamedNumber{15, "return_server_no_response_count"},
    NamedNumber{16, "return_server_nak_count"},
    NamedNumber{17, "return_server_busy_count"},
    NamedNumber{18, "return_bus_overrun_count"},
    NamedNumber{19, "return_overrun_error_count"},
    NamedNumber{20, "clear_overrun_counter"},
    NamedNumber{21, "get_clear_plus_statistics"},
};
inline constexpr std::array kSubfunctionLogNames{
    NamedNumber{0, "RetQueryData"},
    NamedNumber{1, "RestartCommOpt"},
    NamedNumber{2, "RetDiagReg"},
    NamedNumber{3, "ChangeInputDelimiter"},
    NamedNumber{4, "ForceListenOnlyMode"},
    NamedNumber{10, "ClearCtrDiagReg"},
    NamedNumber{11, "RetBusMsgCount"},
    NamedNumber{12, "RetBusCommErrCount"},
    NamedNumber{13, "RetBusExcErrCount"},
    NamedNumber{14, "RetServerMsgCount"},
    NamedNumber{15, "RetServerNoRespCount"},
    NamedNumber{16, "RetServerNAKCount"},
    NamedNumber{17, "RetServerBusyCount"},
    NamedNumber{18, "RetBusCharOverrunCount"},
    NamedNumber{19, "RetOverrunErrCount"},
    NamedNumber{20, "ClearOverrunCounterFlag"},
    NamedNumber{21, "GetClearPlusStats"},
};
inline constexpr std::array kMeiNames{NamedNumber{kMeiCanOpen, "canopen"},
                                      NamedNumber{kMeiDeviceId, "read_device_identification"}};
inline constexpr std::array kMeiLogNames{NamedNumber{kMeiCanOpen, "CANOpenGenRefReqResp"},
                                         NamedNumber{kMeiDeviceId, "RdDevId"}};

// 7. MODBUS Exception Responses.
inline constexpr std::array kExceptionNames{
    NamedNumber{1, "illegal_function"},
    NamedNumber{2, "illegal_data_address"},
    NamedNumber{3, "illegal_data_value"},
    NamedNumber{4, "server_device_failure"},
    NamedNumber{5, "acknowledge"},
    NamedNumber{6, "server_device_busy"},
    NamedNumber{7, "negative_acknowledge"},
    NamedNumber{8, "memory_parity_error"},
    NamedNumber{10, "gateway_path_unavailable"},
    NamedNumber{11, "gateway_target_failed_to_respond"},
};
inline constexpr std::array kExceptionLogNames{
    NamedNumber{1, "IllegalFunction"},
    NamedNumber{2, "IllegalDataAddr"},
    NamedNumber{3, "IllegalDataValue"},
    NamedNumber{4, "ServerDeviceFail"},
    NamedNumber{5, "Ack"},
    NamedNumber{6, "ServerDeviceBusy"},
    NamedNumber{7, "NegAck"},
    NamedNumber{8, "MemParityErr"},
    NamedNumber{10, "GatewayPathUnavailable"},
    NamedNumber{11, "GatewayTargetFailToResp"},
};

enum class Category : std::uint8_t { none, public_assigned, public_unassigned, user_defined = 4, reserved = 8 };
inline constexpr std::array kCategoryNames{NamedNumber{1, "public_assigned"}, NamedNumber{2, "public_unassigned"},
                                           NamedNumber{4, "user_defined"}, NamedNumber{8, "reserved"}};

// 5. Function Code Categories, and annex A for those in use by single companies.
inline Category category_of(const Message& m) noexcept {
  const std::uint8_t code = m.function();
  if (code == 0) return Category::none;
  if (m.has_subfunction)
    return name_of(kSubfunctionNames, m.subfunction).empty() ? Category::reserved : Category::public_assigned;
  if (m.has_mei) return name_of(kMeiNames, m.mei).empty() ? Category::reserved : Category::public_assigned;
  if (const Function* row = find_function(code); row != nullptr && code != code::umas) return Category::public_assigned;
  const auto within = [&](unsigned low, unsigned high) { return code >= low && code <= high; };
  if (within(65, 72) || within(100, 110)) return Category::user_defined;
  if (within(9, 14) || within(41, 42) || within(90, 91) || within(125, 127)) return Category::reserved;
  return Category::public_unassigned;
}

// Diagnostics that do more than ask: 6.8.1, restart and silence.
inline std::optional<industrial::Access> access_of_subfunction(const Message& m) noexcept {
  if (!m.has_subfunction) return {};
  if (m.subfunction == 1) return industrial::Access::start;
  if (m.subfunction == 4) return industrial::Access::stop;
  return {};
}

}  // namespace gatehouse::proto::modbus
