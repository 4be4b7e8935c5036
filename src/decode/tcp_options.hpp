// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/packet.hpp"

namespace gatehouse::decode {

// Reads a TCP header's options into packet.tcp; `options` is the header behind its fixed part.
void tcp_options(Packet& packet, Bytes options) noexcept;

}  // namespace gatehouse::decode
