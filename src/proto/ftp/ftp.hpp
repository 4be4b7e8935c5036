// SPDX-License-Identifier: GPL-3.0-or-later
// The File Transfer Protocol: its control connection, and the data connections that this arranges.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::ftp {

extern const ProtocolSpec protocol;
extern const ProtocolSpec data_protocol;

}  // namespace gatehouse::proto::ftp
