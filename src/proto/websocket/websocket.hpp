// SPDX-License-Identifier: GPL-3.0-or-later
// WebSocket (RFC 6455), after HTTP/1's Upgrade.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::websocket {

extern const ProtocolSpec protocol;

// Whether bytes can be the first frame of a connection that was upgraded: by themselves they say too little.
Probe probe_announced(Direction direction, Bytes bytes);

}  // namespace gatehouse::proto::websocket
