// SPDX-License-Identifier: GPL-3.0-or-later
// IEC 60870-5-104: telecontrol of substations.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::iec104 {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::iec104
