// SPDX-License-Identifier: GPL-3.0-or-later
// Xiaomi's miIO: vacuum cleaners, air purifiers, lamps and gateways of its smart home.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::miio {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::miio
