// SPDX-License-Identifier: GPL-3.0-or-later
// The client/server protocol of MySQL and MariaDB.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::mysql {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::mysql
