// SPDX-License-Identifier: GPL-3.0-or-later
// GE SRTP: controllers of GE and Emerson.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::gesrtp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::gesrtp
