// SPDX-License-Identifier: GPL-3.0-or-later
// Matter over UDP: how smart homes' things and controllers find a common key.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::matter {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::matter
