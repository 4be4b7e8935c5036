// SPDX-License-Identifier: GPL-3.0-or-later
// Whether bytes are DNS: strictly on any port, less so on the well-known one.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dns {

inline constexpr std::uint16_t kPort = 53;

Probe probe_datagram(Direction direction, Bytes datagram, std::uint16_t server_port);
// Any message that can be read, for the kin of the DNS on their own ports.
Probe probe_kin(Bytes datagram);
Probe probe_stream(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::dns
