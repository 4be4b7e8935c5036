// SPDX-License-Identifier: GPL-3.0-or-later
// Message types, services and attributes of OPC UA, a row each.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::opcua {

// OPC 10000-6, 7.1.2.2 and 6.7.2.2.
enum class MessageType : std::uint8_t { hello, acknowledge, error, reverse_hello, open, close, message, unknown };
inline constexpr std::array kMessageTypes{
    NamedNumber{0, "hello"}, NamedNumber{1, "acknowledge"}, NamedNumber{2, "error"},   NamedNumber{3, "reverse_hello"},
    NamedNumber{4, "open"},  NamedNumber{5, "close"},       NamedNumber{6, "message"},
};
inline constexpr std::array<std::string_view, 7> kMagic{"HEL", "ACK", "ERR", "RHE", "OPN", "CLO", "MSG"};

// OPC 10000-4, 7.20.
inline constexpr std::array kSecurityModes{
    NamedNumber{1, "none"},
    NamedNumber{2, "sign"},
    NamedNumber{3, "sign_and_encrypt"},
};

// Services by the number of their request's encoding; the response's is greater by three.
struct Service {
  std::uint16_t request = 0;
  std::string_view name;
  industrial::Access access{};
};
inline constexpr std::uint16_t kResponse = 3, kFault = 397;

namespace service {
inline constexpr std::uint16_t get_endpoints = 428, open_secure_channel = 446, create_session = 461, browse = 527,
                               read = 631, write = 673, call = 712, create_monitored_items = 751;
}

namespace service_row {
using enum industrial::Access;
inline constexpr std::array kServices{
    Service{422, "find_servers", other},
    Service{428, "get_endpoints", other},
    Service{437, "register_server", other},
    Service{446, "open_secure_channel", other},
    Service{452, "close_secure_channel", other},
    Service{461, "create_session", other},
    Service{467, "activate_session", other},
    Service{473, "close_session", other},
    Service{479, "cancel", other},
    Service{488, "add_nodes", program},
    Service{494, "add_references", program},
    Service{500, "delete_nodes", program},
    Service{506, "delete_references", program},
    Service{527, "browse", other},
    Service{533, "browse_next", other},
    Service{554, "translate_browse_paths", other},
    Service{560, "register_nodes", other},
    Service{566, "unregister_nodes", other},
    Service{615, "query_first", industrial::Access::read},
    Service{621, "query_next", industrial::Access::read},
    Service{631, "read", industrial::Access::read},
    Service{664, "history_read", industrial::Access::read},
    Service{673, "write", industrial::Access::write},
    Service{700, "history_update", industrial::Access::write},
    Service{712, "call", control},
    Service{751, "create_monitored_items", subscribe},
    Service{763, "modify_monitored_items", subscribe},
    Service{769, "set_monitoring_mode", subscribe},
    Service{775, "set_triggering", subscribe},
    Service{781, "delete_monitored_items", subscribe},
    Service{787, "create_subscription", subscribe},
    Service{793, "modify_subscription", subscribe},
    Service{799, "set_publishing_mode", subscribe},
    Service{826, "publish", report},
    Service{832, "republish", report},
    Service{841, "transfer_subscriptions", subscribe},
    Service{847, "delete_subscriptions", subscribe},
};
}  // namespace service_row
using service_row::kServices;

// The row of a request's or a response's encoding.
constexpr const Service* find_service(std::uint32_t type) noexcept {
  for (const Service& row : kServices)
    if (type == row.request || type == std::uint32_t{row.request} + kResponse) return &row;
  return nullptr;
}

// OPC 10000-6, A.1.
inline constexpr std::array kAttributes{
    NamedNumber{1, "node_id"},         NamedNumber{2, "node_class"},         NamedNumber{3, "browse_name"},
    NamedNumber{4, "display_name"},    NamedNumber{5, "description"},        NamedNumber{6, "write_mask"},
    NamedNumber{7, "user_write_mask"}, NamedNumber{12, "event_notifier"},    NamedNumber{13, "value"},
    NamedNumber{14, "data_type"},      NamedNumber{15, "value_rank"},        NamedNumber{16, "array_dimensions"},
    NamedNumber{17, "access_level"},   NamedNumber{18, "user_access_level"}, NamedNumber{20, "historizing"},
    NamedNumber{21, "executable"},     NamedNumber{22, "user_executable"},
};

}  // namespace gatehouse::proto::opcua
