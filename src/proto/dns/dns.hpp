// SPDX-License-Identifier: GPL-3.0-or-later
// The Domain Name System (RFC 1035) over UDP and TCP.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dns {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::dns
