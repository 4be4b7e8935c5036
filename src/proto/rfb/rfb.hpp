// SPDX-License-Identifier: GPL-3.0-or-later
// Remote framebuffer, the protocol of VNC: screens of panels, machines and virtual machines, seen and operated from
// afar.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::rfb {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::rfb
