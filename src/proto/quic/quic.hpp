// SPDX-License-Identifier: GPL-3.0-or-later
// QUIC: RFC 9000, 9001 and 9369, their drafts from 22 on, and Google's versions before them.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::quic {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes datagram, std::uint16_t server_port);

}  // namespace gatehouse::proto::quic
