// SPDX-License-Identifier: GPL-3.0-or-later
// Names of commands, services, states and makers, as fields and the log spell them.
#pragma once

#include <array>
#include <span>

#include "model/field.hpp"
#include "proto/enip/cip.hpp"
#include "proto/industrial/access.hpp"

namespace gatehouse::proto::enip {

// "list_identity"
inline constexpr std::array kCommands{
    NamedNumber{0, "nop"},
    NamedNumber{4, "list_services"},
    NamedNumber{0x63, "list_identity"},
    NamedNumber{0x64, "list_interfaces"},
    NamedNumber{0x65, "register_session"},
    NamedNumber{0x66, "unregister_session"},
    NamedNumber{0x6f, "send_rr_data"},
    NamedNumber{0x70, "send_unit_data"},
    NamedNumber{0x72, "indicate_status"},
    NamedNumber{0x73, "cancel"},
};
// "ListIdentity"
inline constexpr std::array kCommandsLog{
    NamedNumber{0, "Nop"},
    NamedNumber{4, "ListServices"},
    NamedNumber{0x63, "ListIdentity"},
    NamedNumber{0x64, "ListInterfaces"},
    NamedNumber{0x65, "RegisterSession"},
    NamedNumber{0x66, "UnregisterSession"},
    NamedNumber{0x6f, "SendRRData"},
    NamedNumber{0x70, "SendUnitData"},
    NamedNumber{0x72, "IndicateStatus"},
    NamedNumber{0x73, "Cancel"},
};
// CIP Volume 2, 2-3.3: status of the encapsulation.
inline constexpr std::array kStatuses{
    NamedNumber{0, "success"},
    NamedNumber{1, "invalid_cmd"},
    NamedNumber{2, "no_resources"},
    NamedNumber{3, "incorrect_data"},
    NamedNumber{0x64, "invalid_session"},
    NamedNumber{0x65, "invalid_length"},
    NamedNumber{0x69, "unsupported_prot_rev"},
    NamedNumber{0x6a, "encap_header_error"},
};
inline constexpr std::array kStatusesLog{
    NamedNumber{0, "Success"},
    NamedNumber{1, "InvalidCmd"},
    NamedNumber{2, "NoResources"},
    NamedNumber{3, "IncorrectData"},
    NamedNumber{0x64, "InvalidSession"},
    NamedNumber{0x65, "InvalidLength"},
    NamedNumber{0x69, "UnsupportedProtRev"},
    NamedNumber{0x6a, "EncapHeaderError"},
};

// A service, its names, and what it does to the process.
struct Service {
  std::uint8_t code;
  std::string_view name, log_name;
  industrial::Access access;
};
// CIP Volume 1, appendix A; from 0x4b on those of controllers' data and of the connection manager.
namespace service_row {
using enum industrial::Access;
inline constexpr std::array kServiceTable{
    Service{0x01, "get_attributes_all", "Get Attributes All", read},
    Service{0x02, "set_attributes_all", "Set Attributes All", write},
    Service{0x03, "get_attribute_list", "Get Attribute List", read},
    Service{0x04, "set_attribute_list", "Set Attribute List", write},
    Service{0x05, "reset", "Reset", start},
    Service{0x06, "start", "Start", start},
    Service{0x07, "stop", "Stop", stop},
    Service{0x08, "create", "Create", program},
    Service{0x09, "delete", "Delete", program},
    Service{0x0a, "multiple_service_packet", "Multiple Service Packet", other},
    Service{0x0d, "apply_attributes", "Apply Attributes", write},
    Service{0x0e, "get_attribute_single", "Get Attributes Single", read},
    Service{0x10, "set_attribute_single", "Set Attributes Single", write},
    Service{0x11, "find_next_object_instance", "Find Next Object Instance", read},
    Service{0x15, "restore", "Restore", program},
    Service{0x16, "save", "Save", program},
    Service{0x17, "no_operation", "No Forward Open", other},
    Service{0x18, "get_member", "Get Member", read},
    Service{0x19, "set_member", "Set Member", write},
    Service{0x1a, "insert_member", "Insert Member", write},
    Service{0x1b, "remove_member", "Remove Member", write},
    Service{0x1c, "group_sync", "Group Sync", other},
    Service{0x1d, "get_connection_point_member_list", "Get Connection Point Member List", read},
    Service{0x4b, "execute_pccc", "Execute PCCC Service", other},
    Service{0x4c, "read_data", "Read Data", read},
    Service{0x4d, "write_data", "Write Data", write},
    Service{0x4e, "read_modify_write", "Read Write Modify Data", write},
    Service{0x52, "read_data_fragmented", "Read Data Fragmented", read},
    Service{0x53, "write_data_fragmented", "Write Data Fragmented", write},
    Service{0x54, "forward_open", "Forward Open", other},
    Service{0x55, "get_instance_attribute_list", "Get Instance Attribute List", read},
    Service{0x5b, "large_forward_open", "Large Forward Open", other},
};
}  // namespace service_row
using service_row::kServiceTable;

template <std::string_view Service::* name>
inline constexpr auto kServiceNames = [] {
  std::array<NamedNumber, kServiceTable.size()> names{};
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = {kServiceTable[i].code, kServiceTable[i].*name};
  return names;
}();

inline constexpr auto kServices = kServiceNames<&Service::name>;
inline constexpr auto kServicesLog = kServiceNames<&Service::log_name>;

extern const std::span<const NamedNumber> kCipStatuses;  // "Path Segment Error"
extern const std::span<const NamedNumber> kExtended;     // of the connection manager
extern const std::span<const NamedNumber> kClasses;      // "Connection Manager"
extern const std::span<const NamedNumber> kDeviceTypes;  // "Programmable Logic Controller"
extern const std::span<const NamedNumber> kVendors;      // the makers that are met most

// What the request does to the process; of an envelope (unconnected send, multiple services) nothing by itself.
industrial::Access access_of(const Cip& cip) noexcept;

}  // namespace gatehouse::proto::enip
