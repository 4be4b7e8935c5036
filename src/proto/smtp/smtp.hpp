// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::smtp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::smtp
