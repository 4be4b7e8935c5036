// SPDX-License-Identifier: GPL-3.0-or-later
// The chain of extension headers between an IPv6 header and its payload.
#pragma once

#include "decode/defrag.hpp"

namespace gatehouse::decode {

namespace extension {
inline constexpr std::uint8_t hop_by_hop = 0, routing = 43, fragment = 44, authentication = 51, none = 59,
                              destination = 60, mobility = 135, hip = 139, shim6 = 140;
}

// A chain longer than this is an attack on whoever reads it.
inline constexpr std::size_t kMaxExtensionHeaders = 64;

struct Walk {
  Packet& packet;
  Bytes ip;                  // the whole packet
  std::size_t at = 0;        // where the next header begins
  std::uint8_t next = 0;     // what it is
  std::size_t next_at = 0;   // where that is written
  Fragment fragment;         // when the chain ends in one
  bool ends_hidden = false;  // a header says that the packet's true ends are others than the IPv6 header's
  std::uint32_t seen = 0;    // headers so far, one bit for each kind
  std::uint8_t destinations = 0;

  Bytes rest() const noexcept { return ip.subspan(at); }
};

enum class WalkEnd : std::uint8_t { payload, fragment, malformed };

// Walks to the first header that is not an extension: `at` and `next` then say where and what it is.
WalkEnd walk_extensions(Walk& walk) noexcept;

// The length in the jumbo payload option of the hop-by-hop header at the start of `bytes`; 0: none.
std::uint32_t jumbo_length(Bytes bytes) noexcept;

}  // namespace gatehouse::decode
