// SPDX-License-Identifier: GPL-3.0-or-later
// Multicast DNS (RFC 6762): how things on a link find each other.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::mdns {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::mdns
