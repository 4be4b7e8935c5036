// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::modbus {

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::modbus
