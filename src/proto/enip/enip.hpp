// SPDX-License-Identifier: GPL-3.0-or-later
// EtherNet/IP with the Common Industrial Protocol: controllers, drives and their input and output.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::enip {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::enip
