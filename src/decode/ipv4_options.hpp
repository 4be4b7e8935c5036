// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "model/packet.hpp"

namespace gatehouse::decode {

// Reads the options of an IPv4 header for what is wrong with them; `options` is the header behind its fixed part.
void ipv4_options(Packet& packet, Bytes options) noexcept;

}  // namespace gatehouse::decode
