// SPDX-License-Identifier: GPL-3.0-or-later
// The Constrained Application Protocol (RFC 7252; over TCP RFC 8323), and LwM2M on it: what small things speak instead
// of HTTP.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::coap {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::coap
