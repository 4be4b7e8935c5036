// SPDX-License-Identifier: GPL-3.0-or-later
// HTTP/2 (RFC 9113) in the clear: with prior knowledge, or after an Upgrade of HTTP/1.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::http2 {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::http2
