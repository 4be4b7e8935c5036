// SPDX-License-Identifier: GPL-3.0-or-later
// DNS over HTTP/2 (RFC 8484): a session of HTTP/2 that carries DNS messages. http2 reads it; here is what it is called,
// and the fields of both.
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::doh2 {

extern const ProtocolSpec protocol;

}  // namespace gatehouse::proto::doh2
