// SPDX-License-Identifier: GPL-3.0-or-later
// WireGuard: a tunnel whose handshake is two messages of known size.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::wireguard {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::wireguard
