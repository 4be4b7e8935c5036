// SPDX-License-Identifier: GPL-3.0-or-later
// OpenVPN over UDP and TCP: the packets that begin a session.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::openvpn {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::openvpn
