// SPDX-License-Identifier: GPL-3.0-or-later
// Remote Authentication Dial In User Service: how access points and switches ask who may come in.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::radius {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::radius
