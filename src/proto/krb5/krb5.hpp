// SPDX-License-Identifier: GPL-3.0-or-later
// Kerberos, version 5: who asks for tickets, for which service, and how well they are sealed.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::krb5 {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);
Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::krb5
