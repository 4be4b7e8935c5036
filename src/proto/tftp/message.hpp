// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of TFTP (RFC 1350, with the options of RFC 2347 to 2349 and 7440).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"

namespace gatehouse::proto::tftp {

enum class Opcode : std::uint16_t { read = 1, write, data, acknowledgement, error, option_acknowledgement };

inline constexpr std::size_t kMaxName = 512;   // a file's name is believed up to here
inline constexpr unsigned kMaxOptions = 16;    // of one message
inline constexpr std::uint16_t kBlock = 512;   // RFC 1350, 2
inline constexpr std::uint16_t kMinBlock = 8;  // RFC 2348: "Valid values range between "8" and "65464" octets"
inline constexpr std::uint16_t kMaxBlock = 65464;

// Text up to a zero byte, which must be there.
std::string_view take_text(Cursor& c) noexcept;

struct Options {
  std::uint16_t block_size = 0;  // 0: not said
  bool known = false;            // one that a standard names
  bool sound = true;             // pairs of text, nothing behind them
};
// RFC 2347: "opt1 | 0 | value1 | 0 | …" to the end of the message.
Options read_options(Cursor& c) noexcept;

// RFC 1350, 5: "| Opcode | Filename | 0 | Mode | 0 |", then options.
struct Request {
  std::string_view file, mode;
  Options options;

  // The opcode has been read.
  explicit Request(Cursor& c) noexcept : file{take_text(c)}, mode{take_text(c)}, options{read_options(c)} {}
  bool plausible() const noexcept;
};

}  // namespace gatehouse::proto::tftp
