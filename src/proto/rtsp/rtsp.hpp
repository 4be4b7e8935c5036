// SPDX-License-Identifier: GPL-3.0-or-later
// The Real Time Streaming Protocol (RFC 2326, RFC 7826): cameras, and who looks through them.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::rtsp {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::rtsp
