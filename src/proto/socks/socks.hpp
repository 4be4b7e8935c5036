// SPDX-License-Identifier: GPL-3.0-or-later
// SOCKS 4, 4A and 5 (RFC 1928, RFC 1929): a proxy is asked for a connection; then that connection's own bytes follow.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::socks {

extern const ProtocolSpec protocol;

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::socks
