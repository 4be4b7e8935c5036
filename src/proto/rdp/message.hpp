// SPDX-License-Identifier: GPL-3.0-or-later
// What both ends of RDP say before encryption begins ([MS-RDPBCGR], 2.2.1), as views into the bytes it was read from.
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"
#include "proto/tpkt/tpkt.hpp"

namespace gatehouse::proto::rdp {

inline constexpr unsigned kMaxChannels = 31;  // 2.2.1.3.4: channelCount "MUST be less than or equal to 31"

namespace negotiation {  // 2.2.1.1.1, 2.2.1.2.1, 2.2.1.2.2
inline constexpr std::uint8_t request = 1, response = 2, failure = 3;
inline constexpr std::uint16_t size = 8;
}  // namespace negotiation

// 2.2.1.1: Client X.224 Connection Request PDU; 2.2.1.2: Server X.224 Connection Confirm PDU.
struct Connection {
  Bytes cookie;         // behind "Cookie: mstshash=": the user, cut to nine characters by most clients
  Bytes routing_token;  // behind "Cookie: msts=": to which server a balancer leads
  std::uint8_t kind = 0;
  std::uint8_t flags = 0;
  std::uint32_t value = 0;  // protocols asked for, protocol selected, or failure
};
bool read_connection(const tpkt::Unit& unit, Connection& connection) noexcept;

// 2.2.1.3.2: Client Core Data; those behind `ime_file` are optional from the end on.
struct ClientCore {
  std::uint32_t version = 0;
  std::uint16_t width = 0, height = 0, color_depth = 0;
  std::uint32_t keyboard_layout = 0, build = 0;
  Bytes name;  // UTF-16, as all text here
  std::uint32_t keyboard_type = 0, keyboard_subtype = 0, function_keys = 0;
  std::uint16_t later_color_depth = 0, product_id = 0;
  std::uint16_t high_color_depth = 0, supported_color_depths = 0, capabilities = 0;
  Bytes digital_product_id;
  unsigned present = 0;  // how many of the optional members there are

  // The first of several members that is set decides (2.2.1.3.2). 0: none.
  unsigned bits_per_pixel() const noexcept;
};

struct Channels {
  std::array<Bytes, kMaxChannels> names;
  unsigned count = 0;
  bool too_many = false;
};

// 2.2.1.3: Client MCS Connect Initial PDU with GCC Conference Create Request.
struct ConnectInitial {
  bool has_core = false;
  ClientCore core;
  Channels channels;
};
bool read_connect_initial(Bytes data, ConnectInitial& connect) noexcept;

// T.125, 7: ConnectMCSPDU ::= CHOICE { connect-initial [APPLICATION 101], connect-response [APPLICATION 102], … }.
bool is_connect_initial(Bytes data) noexcept;
bool is_connect_response(Bytes data) noexcept;

}  // namespace gatehouse::proto::rdp
