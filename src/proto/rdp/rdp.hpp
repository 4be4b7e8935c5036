// SPDX-License-Identifier: GPL-3.0-or-later
// The Remote Desktop Protocol: who connects from which machine to which desktop, and what is agreed before encryption.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::rdp {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::rdp
