// SPDX-License-Identifier: GPL-3.0-or-later
// DCE/RPC: remote calls of Windows, Samba, OPC and PROFINET, over TCP and UDP. What other protocols carry of it (SMB's
// pipes) they read with the parts of this room.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dcerpc {

extern const ProtocolSpec protocol;

// As the detector's; others ask it of what they carry.
Probe probe_unit(Bytes bytes) noexcept;

}  // namespace gatehouse::proto::dcerpc
