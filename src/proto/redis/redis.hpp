// SPDX-License-Identifier: GPL-3.0-or-later
// Redis and what speaks like it: the Redis serialization protocol, RESP.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::redis {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::redis
