// SPDX-License-Identifier: GPL-3.0-or-later
// The Simple Service Discovery Protocol of UPnP: things that say what they are, and things that ask.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::ssdp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::ssdp
