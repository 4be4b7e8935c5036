// SPDX-License-Identifier: GPL-3.0-or-later
// NetBIOS over UDP: the name service and the datagram service (RFC 1001, 1002), in it what machines announce of
// themselves (MS-BRWS). Its session service belongs to SMB.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::netbios {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::netbios
