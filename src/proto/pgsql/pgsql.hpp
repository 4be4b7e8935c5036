// SPDX-License-Identifier: GPL-3.0-or-later
// PostgreSQL's frontend/backend protocol, version 3.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::pgsql {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::pgsql
