// SPDX-License-Identifier: GPL-3.0-or-later
// The Lightweight Directory Access Protocol: who logs in to the directory, what is asked of it and what is changed in
// it.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::ldap {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::ldap
