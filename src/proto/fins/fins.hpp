// SPDX-License-Identifier: GPL-3.0-or-later
// OMRON FINS: controllers.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::fins {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::fins
