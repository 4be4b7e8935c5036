// SPDX-License-Identifier: GPL-3.0-or-later
// SMB, in all its versions: files, printers and pipes of Windows and Samba.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::smb {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::smb
