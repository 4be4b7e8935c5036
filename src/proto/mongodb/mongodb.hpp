// SPDX-License-Identifier: GPL-3.0-or-later
// MongoDB's wire protocol.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::mongodb {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::mongodb
