// SPDX-License-Identifier: GPL-3.0-or-later
// Services of KNXnet/IP, codes of cEMI and of the application layer, a row each.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::knxip {

namespace service {
inline constexpr std::uint16_t search_response = 0x0202, description_response = 0x0204, connect_request = 0x0205,
                               search_response_extended = 0x020c, device_configuration = 0x0310, tunnelling = 0x0420,
                               routing_indication = 0x0530, remote_reset = 0x0743, remote_configuration = 0x0742,
                               secure_wrapper = 0x0950;
}
// EN ISO 22510 (KNX 03_08_01), 2.3: services by their families.
inline constexpr std::array kServices{
    NamedNumber{0x0201, "search_request"},
    NamedNumber{0x0202, "search_response"},
    NamedNumber{0x0203, "description_request"},
    NamedNumber{0x0204, "description_response"},
    NamedNumber{0x0205, "connect_request"},
    NamedNumber{0x0206, "connect_response"},
    NamedNumber{0x0207, "connection_state_request"},
    NamedNumber{0x0208, "connection_state_response"},
    NamedNumber{0x0209, "disconnect_request"},
    NamedNumber{0x020a, "disconnect_response"},
    NamedNumber{0x020b, "search_request_extended"},
    NamedNumber{0x020c, "search_response_extended"},
    NamedNumber{0x0310, "device_configuration_request"},
    NamedNumber{0x0311, "device_configuration_ack"},
    NamedNumber{0x0420, "tunnelling_request"},
    NamedNumber{0x0421, "tunnelling_ack"},
    NamedNumber{0x0422, "tunnelling_feature_get"},
    NamedNumber{0x0423, "tunnelling_feature_response"},
    NamedNumber{0x0424, "tunnelling_feature_set"},
    NamedNumber{0x0425, "tunnelling_feature_info"},
    NamedNumber{0x0530, "routing_indication"},
    NamedNumber{0x0531, "routing_lost_message"},
    NamedNumber{0x0532, "routing_busy"},
    NamedNumber{0x0533, "routing_system_broadcast"},
    NamedNumber{0x0740, "remote_diagnostic_request"},
    NamedNumber{0x0741, "remote_diagnostic_response"},
    NamedNumber{0x0742, "remote_configuration_request"},
    NamedNumber{0x0743, "remote_reset_request"},
    NamedNumber{0x0950, "secure_wrapper"},
    NamedNumber{0x0951, "secure_session_request"},
    NamedNumber{0x0952, "secure_session_response"},
    NamedNumber{0x0953, "secure_session_authenticate"},
    NamedNumber{0x0954, "secure_session_status"},
    NamedNumber{0x0955, "secure_group_sync"},
};

// KNX 03_06_03, 4.1.3: message codes of cEMI.
namespace cemi {
inline constexpr std::uint8_t data_request = 0x11, data_confirmation = 0x2e, data_indication = 0x29,
                              property_read = 0xfc, property_read_answer = 0xfb, property_write = 0xf6,
                              property_write_answer = 0xf5, property_info = 0xf7, reset_request = 0xf1;
}
inline constexpr std::array kMessageCodes{
    NamedNumber{0x10, "raw_request"},
    NamedNumber{0x11, "data_request"},
    NamedNumber{0x2b, "busmonitor_indication"},
    NamedNumber{0x29, "data_indication"},
    NamedNumber{0x2d, "raw_indication"},
    NamedNumber{0x2e, "data_confirmation"},
    NamedNumber{0x2f, "raw_confirmation"},
    NamedNumber{0xf0, "reset_indication"},
    NamedNumber{0xf1, "reset_request"},
    NamedNumber{0xf5, "property_write_confirmation"},
    NamedNumber{0xf6, "property_write_request"},
    NamedNumber{0xf7, "property_info"},
    NamedNumber{0xf8, "function_command"},
    NamedNumber{0xf9, "function_state_read"},
    NamedNumber{0xfa, "function_confirmation"},
    NamedNumber{0xfb, "property_read_confirmation"},
    NamedNumber{0xfc, "property_read_request"},
};

// KNX 03_03_07: services of the application layer. `mask`: of the ten bits, those that are the service.
struct Function {
  std::uint16_t code = 0, mask = 0x3ff;
  std::string_view name;
  industrial::Access access{};
};
inline constexpr std::uint16_t kLongCode = 0x3ff, kShortCode = 0x3c0;

namespace function_row {
using enum industrial::Access;
inline constexpr std::array kFunctions{
    Function{0x000, kShortCode, "group_read", read},
    Function{0x040, kShortCode, "group_response", report},
    Function{0x080, kShortCode, "group_write", write},
    Function{0x0c0, kShortCode, "individual_address_write", program},
    Function{0x100, kShortCode, "individual_address_read", diagnose},
    Function{0x140, kShortCode, "individual_address_response", diagnose},
    Function{0x180, kShortCode, "adc_read", diagnose},
    Function{0x1c0, kLongCode, "system_property_read", diagnose},
    Function{0x200, kShortCode, "memory_read", program},
    Function{0x240, kShortCode, "memory_response", program},
    Function{0x280, kShortCode, "memory_write", program},
    Function{0x2c0, kLongCode, "user_memory_read", program},
    Function{0x2c1, kLongCode, "user_memory_response", program},
    Function{0x2c2, kLongCode, "user_memory_write", program},
    Function{0x2c7, kLongCode, "function_property_command", control},
    Function{0x2c8, kLongCode, "function_property_state_read", diagnose},
    Function{0x2c9, kLongCode, "function_property_state_response", diagnose},
    Function{0x300, kShortCode, "device_descriptor_read", diagnose},
    Function{0x340, kShortCode, "device_descriptor_response", diagnose},
    Function{0x380, kShortCode, "restart", start},
    Function{0x3d1, kLongCode, "authorize_request", program},
    Function{0x3d2, kLongCode, "authorize_response", program},
    Function{0x3d3, kLongCode, "key_write", program},
    Function{0x3d4, kLongCode, "key_response", program},
    Function{0x3d5, kLongCode, "property_read", diagnose},
    Function{0x3d6, kLongCode, "property_response", diagnose},
    Function{0x3d7, kLongCode, "property_write", program},
    Function{0x3d8, kLongCode, "property_description_read", diagnose},
    Function{0x3d9, kLongCode, "property_description_response", diagnose},
    Function{0x3dc, kLongCode, "individual_address_serial_read", diagnose},
    Function{0x3dd, kLongCode, "individual_address_serial_response", diagnose},
    Function{0x3de, kLongCode, "individual_address_serial_write", program},
    Function{0x3e0, kLongCode, "domain_address_write", program},
    Function{0x3e1, kLongCode, "domain_address_read", diagnose},
    Function{0x3e2, kLongCode, "domain_address_response", diagnose},
    Function{0x3f1, kLongCode, "secure_service", other},
};
}  // namespace function_row
using function_row::kFunctions;

constexpr const Function* find_function(std::uint16_t code) noexcept {
  for (const Function& row : kFunctions)
    if ((code & row.mask) == row.code) return &row;
  return nullptr;
}

// The first half of a serial number is its maker's number.
inline constexpr std::array kManufacturers{
    NamedNumber{1, "Siemens"}, NamedNumber{2, "ABB"},          NamedNumber{4, "Jung"},  NamedNumber{5, "Bticino"},
    NamedNumber{6, "Berker"},  NamedNumber{7, "Busch-Jaeger"}, NamedNumber{8, "Gira"},  NamedNumber{9, "Hager"},
    NamedNumber{11, "Insta"},  NamedNumber{12, "Merten"},      NamedNumber{131, "MDT"}, NamedNumber{197, "Weinzierl"},
};

}  // namespace gatehouse::proto::knxip
