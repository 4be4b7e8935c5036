// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>

#include "base/cursor.hpp"

namespace gatehouse::proto::websocket {

namespace opcode {
inline constexpr std::uint8_t continuation = 0, text = 1, binary = 2, connection_close = 8, ping = 9, pong = 10;
}
namespace flag {
inline constexpr std::uint8_t fin = 0x80, rsv1 = 0x40, rsv2 = 0x20, rsv3 = 0x10;
}

// RFC 6455, 5.2. Base Framing Protocol.
struct FrameHeader {
  std::uint8_t flags = 0;  // FIN and the reserved bits, where they stand
  std::uint8_t opcode = 0;
  std::uint64_t length = 0;
  std::optional<std::uint32_t> mask;

  FrameHeader() = default;
  explicit FrameHeader(Cursor& c) noexcept {
    const std::uint8_t first = c.u8();
    flags = first & 0xf0;
    opcode = first & 0x0f;
    const std::uint8_t second = c.u8();
    length = second & 0x7f;
    if (length == 126)
      length = c.u16();
    else if (length == 127)
      length = c.u64();
    if ((second & 0x80) != 0) mask = c.u32();
  }

  bool fin() const noexcept { return (flags & flag::fin) != 0; }
  // RFC 7692, 6: "the 'Per-Message Compressed' bit, which indicates whether or not the message is compressed".
  bool compressed() const noexcept { return (flags & flag::rsv1) != 0; }
  bool is_control() const noexcept { return (opcode & 8) != 0; }
  bool is_known() const noexcept { return opcode <= opcode::binary || (opcode >= 8 && opcode <= opcode::pong); }
};

}  // namespace gatehouse::proto::websocket
