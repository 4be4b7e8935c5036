// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dcerpc {

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::dcerpc
