// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::http {

// HTTP/0.9 to 1.x by its first bytes, on any port. Not what only looks like it: RTSP, SIP, ICAP, SSDP, HTTP/2.
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port) noexcept;

}  // namespace gatehouse::proto::http
