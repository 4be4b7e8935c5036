// SPDX-License-Identifier: GPL-3.0-or-later
// The Dynamic Host Configuration Protocol (RFC 2131): where a thing first says what it is.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::dhcp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::dhcp
