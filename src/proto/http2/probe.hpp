// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/protocol.hpp"

namespace gatehouse::proto::http2 {

Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::http2
