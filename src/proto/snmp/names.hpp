// SPDX-License-Identifier: GPL-3.0-or-later
// What rules, policies and the log call the numbers of SNMP.
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::snmp {

inline constexpr std::array kVersionNames{NamedNumber{1, "v1"}, NamedNumber{2, "v2c"}, NamedNumber{3, "v3"}};

inline constexpr std::array kPduNames{
    NamedNumber{0, "get_request"},    NamedNumber{1, "get_next_request"}, NamedNumber{2, "response"},
    NamedNumber{3, "set_request"},    NamedNumber{4, "trap_v1"},          NamedNumber{5, "get_bulk_request"},
    NamedNumber{6, "inform_request"}, NamedNumber{7, "trap_v2"},          NamedNumber{8, "report"},
};

// RFC 1157, 4.1.6: generic-trap.
inline constexpr std::array kTrapNames{
    NamedNumber{0, "coldStart"},
    NamedNumber{1, "warmStart"},
    NamedNumber{2, "linkDown"},
    NamedNumber{3, "linkUp"},
    NamedNumber{4, "authenticationFailure"},
    NamedNumber{5, "egpNeighborLoss"},
    NamedNumber{6, "enterpriseSpecific"},
};

// RFC 3416, 3: error-status.
inline constexpr std::array kErrorNames{
    NamedNumber{0, "noError"},
    NamedNumber{1, "tooBig"},
    NamedNumber{2, "noSuchName"},
    NamedNumber{3, "badValue"},
    NamedNumber{4, "readOnly"},
    NamedNumber{5, "genErr"},
    NamedNumber{6, "noAccess"},
    NamedNumber{7, "wrongType"},
    NamedNumber{8, "wrongLength"},
    NamedNumber{9, "wrongEncoding"},
    NamedNumber{10, "wrongValue"},
    NamedNumber{11, "noCreation"},
    NamedNumber{12, "inconsistentValue"},
    NamedNumber{13, "resourceUnavailable"},
    NamedNumber{14, "commitFailed"},
    NamedNumber{15, "undoFailed"},
    NamedNumber{16, "authorizationError"},
    NamedNumber{17, "notWritable"},
    NamedNumber{18, "inconsistentName"},
};

}  // namespace gatehouse::proto::snmp
