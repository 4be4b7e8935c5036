// SPDX-License-Identifier: GPL-3.0-or-later
// Manufacturing Message Specification, ISO 9506: what the devices of IEC 61850 and control centres speak.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::mms {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::mms
