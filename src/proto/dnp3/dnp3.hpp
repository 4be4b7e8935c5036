// SPDX-License-Identifier: GPL-3.0-or-later
// DNP3, IEEE 1815: masters and outstations of electricity and water.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dnp3 {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::dnp3
