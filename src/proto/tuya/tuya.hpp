// SPDX-License-Identifier: GPL-3.0-or-later
// Tuya's local protocol: plugs, lamps, sensors and gateways of many makers that are built on Tuya's modules.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::tuya {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::tuya
