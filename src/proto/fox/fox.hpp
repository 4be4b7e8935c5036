// SPDX-License-Identifier: GPL-3.0-or-later
// Niagara Fox: stations and workbenches of building automation.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::fox {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::fox
