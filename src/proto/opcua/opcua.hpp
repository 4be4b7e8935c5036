// SPDX-License-Identifier: GPL-3.0-or-later
// OPC UA over TCP: machines and plants.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::opcua {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::opcua
