// SPDX-License-Identifier: GPL-3.0-or-later
// The endpoint mapper's ept_map (C706, appendix O; MS-RPCE 2.2.1.2): which port serves an interface.
#pragma once

#include <string_view>

#include "proto/dcerpc/uuid.hpp"

namespace gatehouse::proto::dcerpc {

inline constexpr std::uint16_t kMapOperation = 3;

// C706, appendix L: the floors of a protocol tower, from the interface down to the port.
struct Tower {
  Uuid interface{};
  std::uint16_t version = 0;
  std::string_view protocol{};  // "ncacn_ip_tcp", "ncadg_ip_udp", "ncacn_np"; empty: another
  std::uint16_t port = 0;
};

// From little-endian stub data; false where they hold no tower.
bool read_map_request(Bytes stub, Tower& tower) noexcept;
bool read_map_response(Bytes stub, Tower& tower) noexcept;  // the first tower of the answer

}  // namespace gatehouse::proto::dcerpc
