// SPDX-License-Identifier: GPL-3.0-or-later
// MQTT 3.1, 3.1.1 and 5.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::mqtt {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::mqtt
