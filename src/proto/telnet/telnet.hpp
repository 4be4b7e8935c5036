// SPDX-License-Identifier: GPL-3.0-or-later
// Telnet: a terminal in the clear, and who logs in on it.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::telnet {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::telnet
