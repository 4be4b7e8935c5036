// SPDX-License-Identifier: GPL-3.0-or-later
// The Dynamic Host Configuration Protocol for IPv6 (RFC 8415).
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dhcpv6 {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::dhcpv6
