// SPDX-License-Identifier: GPL-3.0-or-later
// Telnet's commands taken out of the text (RFC 854, 855), byte by byte.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::telnet {

enum Command : std::uint8_t { kSe = 240, kSb = 250, kWill = 251, kWont = 252, kDo = 253, kDont = 254, kIac = 255 };

inline constexpr std::size_t kMaxSubnegotiation = 64;  // kept of one; it is read to its end

// Those that are in use (IANA, Telnet Options).
inline constexpr std::array kOptions{
    NamedNumber{0, "binary"},
    NamedNumber{1, "echo"},
    NamedNumber{3, "suppress_go_ahead"},
    NamedNumber{5, "status"},
    NamedNumber{6, "timing_mark"},
    NamedNumber{23, "send_location"},
    NamedNumber{24, "terminal_type"},
    NamedNumber{25, "end_of_record"},
    NamedNumber{31, "window_size"},
    NamedNumber{32, "terminal_speed"},
    NamedNumber{33, "flow_control"},
    NamedNumber{34, "line_mode"},
    NamedNumber{35, "x_display"},
    NamedNumber{36, "environment"},
    NamedNumber{37, "authentication"},
    NamedNumber{38, "encryption"},
    NamedNumber{39, "new_environment"},
    NamedNumber{40, "tn3270e"},
    NamedNumber{42, "charset"},
    NamedNumber{44, "com_port"},
    NamedNumber{46, "start_tls"},
};

class Decoder {
 public:
  // text(char), option(command, option), subnegotiation(option, Bytes, cut).
  template <typename Text, typename Option, typename Subnegotiation>
  void put(std::uint8_t byte, Text&& text, Option&& option, Subnegotiation&& subnegotiation) noexcept {
    switch (state_) {
      case State::text:
        if (byte == kIac)
          state_ = State::command;
        else
          text(static_cast<char>(byte));
        break;
      case State::command:
        state_ = State::text;
        if (byte == kIac) text(static_cast<char>(byte));
        if (byte >= kWill && byte <= kDont) command_ = byte, state_ = State::option;
        if (byte == kSb) size_ = 0, cut_ = false, state_ = State::inside;
        break;
      case State::option:
        state_ = State::text;
        option(command_, byte);
        break;
      case State::inside:
        if (byte == kIac)
          state_ = State::inside_command;
        else
          keep(byte);
        break;
      case State::inside_command:
        if (byte == kIac) {
          keep(byte);
          state_ = State::inside;
          break;
        }
        state_ = State::text;  // SE, or a peer that forgot it
        if (size_ > 0) subnegotiation(kept_[0], Bytes{kept_}.subspan(1, size_ - 1), cut_);
        break;
    }
  }
  void reset() noexcept { state_ = State::text; }

 private:
  enum class State : std::uint8_t { text, command, option, inside, inside_command };

  void keep(std::uint8_t byte) noexcept {
    if (size_ < kept_.size())
      kept_[size_++] = byte;
    else
      cut_ = true;
  }

  State state_ = State::text;
  std::uint8_t command_ = 0;
  bool cut_ = false;
  std::size_t size_ = 0;
  std::array<std::uint8_t, kMaxSubnegotiation> kept_{};
};

}  // namespace gatehouse::proto::telnet
