// SPDX-License-Identifier: GPL-3.0-or-later
// TP-Link's smart home protocol: plugs, switches and lamps (Kasa), and how Kasa and Tapo devices are found.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::tplink {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::tplink
