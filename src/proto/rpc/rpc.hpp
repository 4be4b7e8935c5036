// SPDX-License-Identifier: GPL-3.0-or-later
// What NFS needs beside itself: the port mapper, which tells where programs listen, and mount, which hands out the
// first handle of a file system.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::rpc {

extern const ProtocolSpec portmap;
extern const ProtocolSpec mount;

}  // namespace gatehouse::proto::rpc
