// SPDX-License-Identifier: GPL-3.0-or-later
// The Address Resolution Protocol (RFC 826): who has which address on the link.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::arp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::arp
