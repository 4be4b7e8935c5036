// SPDX-License-Identifier: GPL-3.0-or-later
// PROFINET IO's context management (IEC 61158-6-10): how controllers and supervisors connect to devices, set their
// parameters and read their records, by calls of DCE/RPC over UDP. Its cyclic data have no IP.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::profinet {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::profinet
