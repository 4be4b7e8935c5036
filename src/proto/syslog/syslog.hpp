// SPDX-License-Identifier: GPL-3.0-or-later
// Syslog: what devices write in the log of another.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::syslog {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::syslog
