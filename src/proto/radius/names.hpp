// SPDX-License-Identifier: GPL-3.0-or-later
// What rules, policies and the log call the numbers of RADIUS.
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::radius {

// IANA, "RADIUS Packet Type Codes": RFC 2865, 3; RFC 2866, 3; RFC 5176, 2.3; RFC 5997.
inline constexpr std::array kCodeNames{
    NamedNumber{1, "access_request"},
    NamedNumber{2, "access_accept"},
    NamedNumber{3, "access_reject"},
    NamedNumber{4, "accounting_request"},
    NamedNumber{5, "accounting_response"},
    NamedNumber{11, "access_challenge"},
    NamedNumber{12, "status_server"},
    NamedNumber{13, "status_client"},
    NamedNumber{40, "disconnect_request"},
    NamedNumber{41, "disconnect_ack"},
    NamedNumber{42, "disconnect_nak"},
    NamedNumber{43, "coa_request"},
    NamedNumber{44, "coa_ack"},
    NamedNumber{45, "coa_nak"},
};

// RFC 2865, 5.6.
inline constexpr std::array kServiceNames{
    NamedNumber{1, "login"},
    NamedNumber{2, "framed"},
    NamedNumber{3, "callback_login"},
    NamedNumber{4, "callback_framed"},
    NamedNumber{5, "outbound"},
    NamedNumber{6, "administrative"},
    NamedNumber{7, "nas_prompt"},
    NamedNumber{8, "authenticate_only"},
    NamedNumber{9, "callback_nas_prompt"},
    NamedNumber{10, "call_check"},
    NamedNumber{17, "authorize_only"},
};

// RFC 2865, 5.41.
inline constexpr std::array kPortNames{
    NamedNumber{0, "async"},     NamedNumber{1, "sync"},  NamedNumber{2, "isdn"},   NamedNumber{5, "virtual"},
    NamedNumber{15, "ethernet"}, NamedNumber{16, "xdsl"}, NamedNumber{17, "cable"}, NamedNumber{18, "wireless_other"},
    NamedNumber{19, "wireless"},
};

// RFC 2866, 5.1.
inline constexpr std::array kAccountingNames{NamedNumber{1, "start"}, NamedNumber{2, "stop"},
                                             NamedNumber{3, "interim_update"}, NamedNumber{7, "accounting_on"},
                                             NamedNumber{8, "accounting_off"}};

// IANA, "EAP Method Types".
inline constexpr std::array kEapNames{
    NamedNumber{1, "identity"},  NamedNumber{2, "notification"}, NamedNumber{3, "nak"},        NamedNumber{4, "md5"},
    NamedNumber{5, "otp"},       NamedNumber{6, "gtc"},          NamedNumber{13, "tls"},       NamedNumber{17, "leap"},
    NamedNumber{18, "sim"},      NamedNumber{21, "ttls"},        NamedNumber{23, "aka"},       NamedNumber{25, "peap"},
    NamedNumber{26, "mschapv2"}, NamedNumber{43, "fast"},        NamedNumber{50, "aka_prime"}, NamedNumber{52, "pwd"},
    NamedNumber{55, "teap"},
};

}  // namespace gatehouse::proto::radius
