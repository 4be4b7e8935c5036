// SPDX-License-Identifier: GPL-3.0-or-later
// PROFINET DCP: stations are found, named and addressed, on the link itself.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::profinet_dcp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::profinet_dcp
