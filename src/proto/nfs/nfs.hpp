// SPDX-License-Identifier: GPL-3.0-or-later
// The Network File System, versions 2, 3 and 4.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::nfs {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::nfs
