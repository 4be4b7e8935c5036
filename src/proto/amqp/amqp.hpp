// SPDX-License-Identifier: GPL-3.0-or-later
// The Advanced Message Queuing Protocol, versions 0-9-1 and 1.0.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::amqp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::amqp
