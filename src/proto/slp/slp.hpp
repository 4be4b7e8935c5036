// SPDX-License-Identifier: GPL-3.0-or-later
// The Service Location Protocol, version 2: how printers, storage and management processors announce and find services.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::slp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::slp
