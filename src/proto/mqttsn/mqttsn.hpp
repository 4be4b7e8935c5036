// SPDX-License-Identifier: GPL-3.0-or-later
// MQTT-SN 1.2: MQTT for sensor networks, over datagrams.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::mqttsn {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::mqttsn
