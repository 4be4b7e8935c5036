// SPDX-License-Identifier: GPL-3.0-or-later
// Functions, services, objects and properties of ASHRAE 135, a row each.
#pragma once

#include <array>

#include "proto/industrial/access.hpp"

namespace gatehouse::proto::bacnet {

// Annex J.2: functions of the virtual link.
namespace bvlc {
inline constexpr std::uint8_t result = 0, write_bdt = 1, read_bdt = 2, read_bdt_ack = 3, forwarded_npdu = 4,
                              register_foreign = 5, read_fdt = 6, read_fdt_ack = 7, delete_fdt = 8,
                              distribute_broadcast = 9, unicast = 10, broadcast = 11;
}
inline constexpr std::array kBvlcFunctions{
    NamedNumber{bvlc::result, "result"},
    NamedNumber{bvlc::write_bdt, "write_broadcast_table"},
    NamedNumber{bvlc::read_bdt, "read_broadcast_table"},
    NamedNumber{bvlc::read_bdt_ack, "read_broadcast_table_ack"},
    NamedNumber{bvlc::forwarded_npdu, "forwarded_npdu"},
    NamedNumber{bvlc::register_foreign, "register_foreign_device"},
    NamedNumber{bvlc::read_fdt, "read_foreign_table"},
    NamedNumber{bvlc::read_fdt_ack, "read_foreign_table_ack"},
    NamedNumber{bvlc::delete_fdt, "delete_foreign_entry"},
    NamedNumber{bvlc::distribute_broadcast, "distribute_broadcast"},
    NamedNumber{bvlc::unicast, "original_unicast"},
    NamedNumber{bvlc::broadcast, "original_broadcast"},
};

// 6.2.4: messages of the network layer.
inline constexpr std::array kNetworkMessages{
    NamedNumber{0x00, "who_is_router"},
    NamedNumber{0x01, "i_am_router"},
    NamedNumber{0x02, "i_could_be_router"},
    NamedNumber{0x03, "reject_message"},
    NamedNumber{0x04, "router_busy"},
    NamedNumber{0x05, "router_available"},
    NamedNumber{0x06, "initialize_routing_table"},
    NamedNumber{0x07, "initialize_routing_table_ack"},
    NamedNumber{0x08, "establish_connection"},
    NamedNumber{0x09, "disconnect_connection"},
    NamedNumber{0x12, "what_is_network_number"},
    NamedNumber{0x13, "network_number_is"},
};

// 20.1: types of application data.
enum class Pdu : std::uint8_t {
  confirmed_request,
  unconfirmed_request,
  simple_ack,
  complex_ack,
  segment_ack,
  error,
  reject,
  abort
};
inline constexpr std::array kPdus{
    NamedNumber{0, "confirmed_request"},
    NamedNumber{1, "unconfirmed_request"},
    NamedNumber{2, "simple_ack"},
    NamedNumber{3, "complex_ack"},
    NamedNumber{4, "segment_ack"},
    NamedNumber{5, "error"},
    NamedNumber{6, "reject"},
    NamedNumber{7, "abort"},
};

// Where a service names objects and properties: context tags, at the outermost depth and one deeper.
inline constexpr std::uint8_t kNowhere = 0xff;
inline constexpr std::uint8_t kApplication = 0xfe;  // objects are application-tagged
struct Layout {
  std::uint8_t object = kNowhere, property = kNowhere, inner = kNowhere;
};

struct Service {
  std::uint16_t number = 0;
  std::string_view name;
  industrial::Access access{};
  Layout layout{};
};
inline constexpr std::uint16_t kUnconfirmed = 256;  // services without a reply count from here

namespace service {
inline constexpr std::uint16_t read_property = 12, read_property_multiple = 14, reinitialize = 20,
                               i_am = kUnconfirmed + 0, i_have = kUnconfirmed + 1, who_is = kUnconfirmed + 8;
}

namespace service_row {
using enum industrial::Access;
// 21: the services in the order of their choice numbers.
inline constexpr std::array kServices{
    Service{0, "acknowledge_alarm", control, {1}},
    Service{1, "confirmed_cov_notification", report, {2, kNowhere, 0}},
    Service{2, "confirmed_event_notification", report, {2}},
    Service{3, "get_alarm_summary", diagnose},
    Service{4, "get_enrollment_summary", diagnose},
    Service{5, "subscribe_cov", subscribe, {1}},
    Service{6, "atomic_read_file", program, {kApplication}},
    Service{7, "atomic_write_file", program, {kApplication}},
    Service{8, "add_list_element", write, {0, 1}},
    Service{9, "remove_list_element", write, {0, 1}},
    Service{10, "create_object", program},
    Service{11, "delete_object", program, {kApplication}},
    Service{12, "read_property", read, {0, 1}},
    Service{13, "read_property_conditional", read},
    Service{14, "read_property_multiple", read, {0, kNowhere, 0}},
    Service{15, "write_property", write, {0, 1}},
    Service{16, "write_property_multiple", write, {0, kNowhere, 0}},
    Service{17, "device_communication_control", control},
    Service{18, "confirmed_private_transfer", other},
    Service{19, "confirmed_text_message", other},
    Service{20, "reinitialize_device", start},
    Service{21, "vt_open", program},
    Service{22, "vt_close", program},
    Service{23, "vt_data", program},
    Service{24, "authenticate", other},
    Service{25, "request_key", other},
    Service{26, "read_range", read, {0, 1}},
    Service{27, "life_safety_operation", control, {3}},
    Service{28, "subscribe_cov_property", subscribe, {1, kNowhere, 0}},
    Service{29, "get_event_information", diagnose, {0}},
    Service{30, "subscribe_cov_property_multiple", subscribe},
    Service{31, "confirmed_cov_notification_multiple", report},
    Service{32, "confirmed_audit_notification", report},
    Service{33, "audit_log_query", diagnose},
    Service{kUnconfirmed + 0, "i_am", other, {kApplication}},
    Service{kUnconfirmed + 1, "i_have", other, {kApplication}},
    Service{kUnconfirmed + 2, "cov_notification", report, {2, kNowhere, 0}},
    Service{kUnconfirmed + 3, "event_notification", report, {2}},
    Service{kUnconfirmed + 4, "private_transfer", other},
    Service{kUnconfirmed + 5, "text_message", other},
    Service{kUnconfirmed + 6, "time_synchronization", write},
    Service{kUnconfirmed + 7, "who_has", other, {2}},
    Service{kUnconfirmed + 8, "who_is", other},
    Service{kUnconfirmed + 9, "utc_time_synchronization", write},
    Service{kUnconfirmed + 10, "write_group", write},
    Service{kUnconfirmed + 11, "cov_notification_multiple", report},
    Service{kUnconfirmed + 12, "audit_notification", report},
    Service{kUnconfirmed + 13, "who_am_i", other},
    Service{kUnconfirmed + 14, "you_are", program},
};
}  // namespace service_row
using service_row::kServices;

constexpr const Service* find_service(std::uint16_t number) noexcept {
  for (const Service& row : kServices)
    if (row.number == number) return &row;
  return nullptr;
}

inline constexpr std::uint16_t kDevice = 8;  // the object that stands for the whole device

// 21, BACnetObjectType.
inline constexpr std::array kObjectTypes{
    NamedNumber{0, "analog_input"},
    NamedNumber{1, "analog_output"},
    NamedNumber{2, "analog_value"},
    NamedNumber{3, "binary_input"},
    NamedNumber{4, "binary_output"},
    NamedNumber{5, "binary_value"},
    NamedNumber{6, "calendar"},
    NamedNumber{7, "command"},
    NamedNumber{kDevice, "device"},
    NamedNumber{9, "event_enrollment"},
    NamedNumber{10, "file"},
    NamedNumber{11, "group"},
    NamedNumber{12, "loop"},
    NamedNumber{13, "multi_state_input"},
    NamedNumber{14, "multi_state_output"},
    NamedNumber{15, "notification_class"},
    NamedNumber{16, "program"},
    NamedNumber{17, "schedule"},
    NamedNumber{18, "averaging"},
    NamedNumber{19, "multi_state_value"},
    NamedNumber{20, "trend_log"},
    NamedNumber{21, "life_safety_point"},
    NamedNumber{22, "life_safety_zone"},
    NamedNumber{23, "accumulator"},
    NamedNumber{24, "pulse_converter"},
    NamedNumber{25, "event_log"},
    NamedNumber{26, "global_group"},
    NamedNumber{27, "trend_log_multiple"},
    NamedNumber{28, "load_control"},
    NamedNumber{29, "structured_view"},
    NamedNumber{30, "access_door"},
    NamedNumber{31, "timer"},
    NamedNumber{32, "access_credential"},
    NamedNumber{33, "access_point"},
    NamedNumber{34, "access_rights"},
    NamedNumber{35, "access_user"},
    NamedNumber{36, "access_zone"},
    NamedNumber{37, "credential_data_input"},
    NamedNumber{39, "bitstring_value"},
    NamedNumber{40, "characterstring_value"},
    NamedNumber{42, "date_value"},
    NamedNumber{44, "datetime_value"},
    NamedNumber{45, "integer_value"},
    NamedNumber{46, "large_analog_value"},
    NamedNumber{47, "octetstring_value"},
    NamedNumber{48, "positive_integer_value"},
    NamedNumber{50, "time_value"},
    NamedNumber{51, "notification_forwarder"},
    NamedNumber{52, "alert_enrollment"},
    NamedNumber{53, "channel"},
    NamedNumber{54, "lighting_output"},
    NamedNumber{55, "binary_lighting_output"},
    NamedNumber{56, "network_port"},
};

namespace property {
inline constexpr std::uint32_t application_software = 12, firmware = 44, model_name = 70, object_name = 77,
                               vendor_identifier = 120, vendor_name = 121, serial_number = 372;
}
// 21, BACnetPropertyIdentifier: those that policies and readers of logs meet.
inline constexpr std::array kProperties{
    NamedNumber{4, "active_text"},
    NamedNumber{6, "alarm_value"},
    NamedNumber{8, "all"},
    NamedNumber{11, "apdu_timeout"},
    NamedNumber{property::application_software, "application_software_version"},
    NamedNumber{15, "change_of_state_count"},
    NamedNumber{17, "notification_class"},
    NamedNumber{22, "cov_increment"},
    NamedNumber{23, "date_list"},
    NamedNumber{25, "deadband"},
    NamedNumber{28, "description"},
    NamedNumber{30, "device_address_binding"},
    NamedNumber{31, "device_type"},
    NamedNumber{32, "effective_period"},
    NamedNumber{35, "event_enable"},
    NamedNumber{36, "event_state"},
    NamedNumber{38, "exception_schedule"},
    NamedNumber{42, "file_size"},
    NamedNumber{property::firmware, "firmware_revision"},
    NamedNumber{45, "high_limit"},
    NamedNumber{46, "inactive_text"},
    NamedNumber{52, "limit_enable"},
    NamedNumber{56, "local_date"},
    NamedNumber{57, "local_time"},
    NamedNumber{58, "location"},
    NamedNumber{59, "low_limit"},
    NamedNumber{61, "maximum_output"},
    NamedNumber{62, "max_apdu_length_accepted"},
    NamedNumber{65, "max_pres_value"},
    NamedNumber{68, "minimum_output"},
    NamedNumber{69, "min_pres_value"},
    NamedNumber{property::model_name, "model_name"},
    NamedNumber{73, "number_of_apdu_retries"},
    NamedNumber{74, "number_of_states"},
    NamedNumber{75, "object_identifier"},
    NamedNumber{76, "object_list"},
    NamedNumber{property::object_name, "object_name"},
    NamedNumber{79, "object_type"},
    NamedNumber{80, "optional"},
    NamedNumber{81, "out_of_service"},
    NamedNumber{84, "polarity"},
    NamedNumber{85, "present_value"},
    NamedNumber{87, "priority_array"},
    NamedNumber{90, "program_change"},
    NamedNumber{92, "program_state"},
    NamedNumber{96, "protocol_object_types_supported"},
    NamedNumber{97, "protocol_services_supported"},
    NamedNumber{98, "protocol_version"},
    NamedNumber{99, "read_only"},
    NamedNumber{102, "recipient_list"},
    NamedNumber{103, "reliability"},
    NamedNumber{104, "relinquish_default"},
    NamedNumber{105, "required"},
    NamedNumber{106, "resolution"},
    NamedNumber{107, "segmentation_supported"},
    NamedNumber{108, "setpoint"},
    NamedNumber{110, "state_text"},
    NamedNumber{111, "status_flags"},
    NamedNumber{112, "system_status"},
    NamedNumber{113, "time_delay"},
    NamedNumber{117, "units"},
    NamedNumber{118, "update_interval"},
    NamedNumber{119, "utc_offset"},
    NamedNumber{property::vendor_identifier, "vendor_identifier"},
    NamedNumber{property::vendor_name, "vendor_name"},
    NamedNumber{123, "weekly_schedule"},
    NamedNumber{131, "log_buffer"},
    NamedNumber{139, "protocol_revision"},
    NamedNumber{141, "record_count"},
    NamedNumber{152, "active_cov_subscriptions"},
    NamedNumber{155, "database_revision"},
    NamedNumber{168, "profile_name"},
    NamedNumber{174, "schedule_default"},
    NamedNumber{371, "property_list"},
    NamedNumber{property::serial_number, "serial_number"},
};

// Of the register of vendor identifiers: makers whose devices are met often.
inline constexpr std::array kVendors{
    NamedNumber{0, "ASHRAE"},
    NamedNumber{1, "NIST"},
    NamedNumber{2, "Trane"},
    NamedNumber{3, "Daikin Applied"},
    NamedNumber{5, "Johnson Controls"},
    NamedNumber{6, "American Auto-Matrix"},
    NamedNumber{7, "Siemens"},
    NamedNumber{8, "Delta Controls"},
    NamedNumber{9, "Siemens"},
    NamedNumber{10, "Schneider Electric"},
    NamedNumber{11, "TAC"},
    NamedNumber{16, "Carrier"},
    NamedNumber{17, "Honeywell"},
    NamedNumber{18, "Alerton"},
    NamedNumber{24, "Automated Logic"},
    NamedNumber{28, "KMC Controls"},
    NamedNumber{35, "Reliable Controls"},
    NamedNumber{36, "Tridium"},
    NamedNumber{222, "WAGO"},
    NamedNumber{260, "BACnet Stack at SourceForge"},
};

// 21, BACnetReinitializedStateOfDevice.
inline constexpr std::array kReinitialized{
    NamedNumber{0, "cold_start"},    NamedNumber{1, "warm_start"},       NamedNumber{2, "start_backup"},
    NamedNumber{3, "end_backup"},    NamedNumber{4, "start_restore"},    NamedNumber{5, "end_restore"},
    NamedNumber{6, "abort_restore"}, NamedNumber{7, "activate_changes"},
};

}  // namespace gatehouse::proto::bacnet
