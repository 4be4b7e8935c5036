// SPDX-License-Identifier: GPL-3.0-or-later
// What Siemens controllers speak over ISO transport: S7comm, and S7comm-plus of the newer ones.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::s7comm {

extern const ProtocolSpec protocol;
extern const ProtocolSpec plus_protocol;

}  // namespace gatehouse::proto::s7comm
