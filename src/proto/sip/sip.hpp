// SPDX-License-Identifier: GPL-3.0-or-later
// The Session Initiation Protocol (RFC 3261): calls, door bells, intercoms.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::sip {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::sip
