// SPDX-License-Identifier: GPL-3.0-or-later
// The handshake of a connection (RFC 6143, 7.1 to 7.3) is its one transaction.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "model/protocol.hpp"

namespace gatehouse::proto::rfb {

inline constexpr std::size_t kMaxString = 1024;  // of the desktop's name, and of a reason

namespace event {
inline constexpr std::uint8_t malformed_message = 0, unimplemented_security_type = 1, unknown_security_result = 2,
                              confused_state = 3, too_long_string = 4;
}

// 7.1.1: "RFB 003.008\n"; the two numbers as they were written.
struct Version {
  std::array<char, 3> major{}, minor{};
};

// 7.1.2, 7.2: the types that are read; all others are left to themselves.
namespace security {
inline constexpr std::uint32_t invalid = 0, none = 1, vnc = 2;
}

// 7.4: PIXEL_FORMAT.
struct PixelFormat {
  std::uint8_t bits_per_pixel{}, depth{};
  bool big_endian{}, true_color{};
  std::uint16_t red_max{}, green_max{}, blue_max{};
  std::uint8_t red_shift{}, green_shift{}, blue_shift{};
};

struct Text {
  std::array<char, kMaxString> room;
  std::size_t size = 0;
  std::string_view view() const noexcept { return {room.data(), size}; }
};

using Secret = std::array<std::uint8_t, 16>;

struct RfbTransaction : Transaction {
  std::optional<Version> server_version, client_version;
  std::optional<std::uint32_t> security_type, security_result;
  std::optional<Secret> challenge, response;
  std::optional<bool> shared;
  bool has_reason = false, has_framebuffer = false;
  std::uint16_t width = 0, height = 0;
  PixelFormat format;
  Text text;  // the desktop's name, or the reason of a refusal: one excludes the other
};

void log(const Transaction& tx, JsonWriter& json);

}  // namespace gatehouse::proto::rfb
