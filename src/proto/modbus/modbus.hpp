// SPDX-License-Identifier: GPL-3.0-or-later
// Modbus over TCP and UDP: registers and coils of controllers, meters and drives.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::modbus {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::modbus
