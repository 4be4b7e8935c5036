// SPDX-License-Identifier: GPL-3.0-or-later
// BACnet/IP: building automation.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::bacnet {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::bacnet
