// SPDX-License-Identifier: GPL-3.0-or-later
// Frames of HTTP/2 (RFC 9113), and their words as rules and the log have them.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "base/cursor.hpp"
#include "model/field.hpp"

namespace gatehouse::proto::http2 {

// RFC 9113, 3.4. HTTP/2 Connection Preface.
inline constexpr std::string_view kPreface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

namespace frame_type {
inline constexpr std::uint8_t data = 0, headers = 1, priority = 2, rst_stream = 3, settings = 4, push_promise = 5,
                              ping = 6, goaway = 7, window_update = 8, continuation = 9;
}
namespace flag {
inline constexpr std::uint8_t end_stream = 0x01, ack = 0x01, end_headers = 0x04, padded = 0x08, priority = 0x20;
}

// RFC 9113, 4.1. Frame Format.
inline constexpr std::size_t kFrameHeader = 9;
struct Frame {
  std::uint32_t length = 0;
  std::uint8_t type = 0, flags = 0;
  std::uint32_t stream = 0;

  Frame() = default;
  explicit Frame(Cursor& c) noexcept : length{c.u24()}, type{c.u8()}, flags{c.u8()}, stream{c.u32() & 0x7fff'ffff} {}

  bool has(std::uint8_t bit) const noexcept { return (flags & bit) != 0; }
};

// RFC 9113, 6.5.1. SETTINGS Format.
struct Setting {
  std::uint16_t id = 0;
  std::uint32_t value = 0;

  Setting() = default;
  explicit Setting(Cursor& c) noexcept : id{c.u16()}, value{c.u32()} {}
};
inline constexpr std::size_t kSettingSize = 6;
namespace setting {
inline constexpr std::uint16_t header_table_size = 1, enable_push = 2, max_concurrent_streams = 3,
                               initial_window_size = 4, max_frame_size = 5, max_header_list_size = 6,
                               enable_connect_protocol = 8, no_rfc7540_priorities = 9;
}
inline constexpr std::uint32_t kDefaultMaxFrame = 16384;
// A value that 6.5.2 allows for this setting; any for one that is not known.
bool is_valid(const Setting& setting) noexcept;
// "SETTINGS_HEADER_TABLE_SIZE"; empty where it has no name.
std::string_view rule_name(std::uint16_t setting) noexcept;
// "SETTINGSHEADERTABLESIZE"
std::string_view log_name(std::uint16_t setting) noexcept;

extern const std::array<NamedNumber, 10> kFrameTypes;
// RFC 9113, 7. Error Codes.
extern const std::array<NamedNumber, 14> kErrorCodes;
// "NOERROR"
std::string_view error_log_name(std::uint32_t code) noexcept;

}  // namespace gatehouse::proto::http2
