// SPDX-License-Identifier: GPL-3.0-or-later
// The Simple Network Management Protocol: how printers, switches, power supplies and controllers are watched and set.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::snmp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::snmp
