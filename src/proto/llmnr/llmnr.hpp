// SPDX-License-Identifier: GPL-3.0-or-later
// Link-Local Multicast Name Resolution (RFC 4795).
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::llmnr {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::llmnr
