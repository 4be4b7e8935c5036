// SPDX-License-Identifier: GPL-3.0-or-later
// The Network Time Protocol (RFC 5905), with its control messages (RFC 9327) and ntpd's private ones.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::ntp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::ntp
