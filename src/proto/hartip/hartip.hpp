// SPDX-License-Identifier: GPL-3.0-or-later
// HART-IP: field instruments behind gateways.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::hartip {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::hartip
