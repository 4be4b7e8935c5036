// SPDX-License-Identifier: GPL-3.0-or-later
// What rules, policies and the log call the numbers of LDAP.
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::ldap {

// RFC 4511, 4.2 to 4.14: the application tags.
inline constexpr std::array kOperationNames{
    NamedNumber{0, "bind_request"},
    NamedNumber{1, "bind_response"},
    NamedNumber{2, "unbind_request"},
    NamedNumber{3, "search_request"},
    NamedNumber{4, "search_result_entry"},
    NamedNumber{5, "search_result_done"},
    NamedNumber{6, "modify_request"},
    NamedNumber{7, "modify_response"},
    NamedNumber{8, "add_request"},
    NamedNumber{9, "add_response"},
    NamedNumber{10, "del_request"},
    NamedNumber{11, "del_response"},
    NamedNumber{12, "mod_dn_request"},
    NamedNumber{13, "mod_dn_response"},
    NamedNumber{14, "compare_request"},
    NamedNumber{15, "compare_response"},
    NamedNumber{16, "abandon_request"},
    NamedNumber{19, "search_result_reference"},
    NamedNumber{23, "extended_request"},
    NamedNumber{24, "extended_response"},
    NamedNumber{25, "intermediate_response"},
};

// IANA, "LDAP Parameters", result codes: RFC 4511, A.1, and those of its extensions.
inline constexpr std::array kResultNames{
    NamedNumber{0, "success"},
    NamedNumber{1, "operations_error"},
    NamedNumber{2, "protocol_error"},
    NamedNumber{3, "time_limit_exceeded"},
    NamedNumber{4, "size_limit_exceeded"},
    NamedNumber{5, "compare_false"},
    NamedNumber{6, "compare_true"},
    NamedNumber{7, "auth_method_not_supported"},
    NamedNumber{8, "stronger_auth_required"},
    NamedNumber{10, "referral"},
    NamedNumber{11, "admin_limit_exceeded"},
    NamedNumber{12, "unavailable_critical_extension"},
    NamedNumber{13, "confidentiality_required"},
    NamedNumber{14, "sasl_bind_in_progress"},
    NamedNumber{16, "no_such_attribute"},
    NamedNumber{17, "undefined_attribute_type"},
    NamedNumber{18, "inappropriate_matching"},
    NamedNumber{19, "constraint_violation"},
    NamedNumber{20, "attribute_or_value_exists"},
    NamedNumber{21, "invalid_attribute_syntax"},
    NamedNumber{32, "no_such_object"},
    NamedNumber{33, "alias_problem"},
    NamedNumber{34, "invalid_dns_syntax"},  // of a distinguished name: EVE's readers know it by this spelling
    NamedNumber{35, "is_leaf"},
    NamedNumber{36, "alias_dereferencing_problem"},
    NamedNumber{48, "inappropriate_authentication"},
    NamedNumber{49, "invalid_credentials"},
    NamedNumber{50, "insufficient_access_rights"},
    NamedNumber{51, "busy"},
    NamedNumber{52, "unavailable"},
    NamedNumber{53, "unwilling_to_perform"},
    NamedNumber{54, "loop_detect"},
    NamedNumber{60, "sort_control_missing"},
    NamedNumber{61, "offset_range_error"},
    NamedNumber{64, "naming_violation"},
    NamedNumber{65, "object_class_violation"},
    NamedNumber{66, "not_allowed_on_non_leaf"},
    NamedNumber{67, "not_allowed_on_rdn"},
    NamedNumber{68, "entry_already_exists"},
    NamedNumber{69, "object_class_mods_prohibited"},
    NamedNumber{70, "results_too_large"},
    NamedNumber{71, "affects_multiple_dsas"},
    NamedNumber{76, "control_error"},
    NamedNumber{80, "other"},
    NamedNumber{81, "server_down"},
    NamedNumber{82, "local_error"},
    NamedNumber{83, "encoding_error"},
    NamedNumber{84, "decoding_error"},
    NamedNumber{85, "timeout"},
    NamedNumber{86, "auth_unknown"},
    NamedNumber{87, "filter_error"},
    NamedNumber{88, "user_canceled"},
    NamedNumber{89, "param_error"},
    NamedNumber{90, "no_memory"},
    NamedNumber{91, "connect_error"},
    NamedNumber{92, "not_supported"},
    NamedNumber{93, "control_not_found"},
    NamedNumber{94, "no_results_returned"},
    NamedNumber{95, "more_results_to_return"},
    NamedNumber{96, "client_loop"},
    NamedNumber{97, "referral_limit_exceeded"},
    NamedNumber{100, "invalid_response"},
    NamedNumber{101, "ambiguous_response"},
    NamedNumber{112, "tls_not_supported"},
    NamedNumber{113, "intermediate_response"},
    NamedNumber{114, "unknown_type"},
    NamedNumber{118, "canceled"},
    NamedNumber{119, "no_such_operation"},
    NamedNumber{120, "too_late"},
    NamedNumber{121, "cannot_cancel"},
    NamedNumber{122, "assertion_failed"},
    NamedNumber{123, "authorization_denied"},
    NamedNumber{4096, "e_sync_refresh_required"},
    NamedNumber{16654, "no_operation"},
};

// RFC 4511, 4.6, and RFC 4525.
inline constexpr std::array kChangeNames{NamedNumber{0, "add"}, NamedNumber{1, "delete"}, NamedNumber{2, "replace"},
                                         NamedNumber{3, "increment"}};

}  // namespace gatehouse::proto::ldap
