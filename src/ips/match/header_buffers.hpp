// SPDX-License-Identifier: GPL-3.0-or-later
// The sticky buffers whose bytes are the packet's own: its headers and addresses.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "model/packet.hpp"

namespace gatehouse::ips {

// Empty where the packet has no such header. The view lives as long as the packet and `space`.
using HeaderBuffer = Bytes (*)(const Packet& packet, std::array<std::uint8_t, 16>& space);

// The function for "tcp.hdr", "ip.src" and their kin; null: no header buffer has that name.
HeaderBuffer header_buffer(std::string_view name) noexcept;

}  // namespace gatehouse::ips
