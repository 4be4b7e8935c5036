// SPDX-License-Identifier: GPL-3.0-or-later
// KNXnet/IP: homes and buildings.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::knxip {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::knxip
