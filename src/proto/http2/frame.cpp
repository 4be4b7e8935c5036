// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http2/frame.hpp"

namespace gatehouse::proto::http2 {
namespace {

struct SettingName {
  std::uint16_t id;
  std::string_view rule, log;
};
constexpr std::array<SettingName, 8> kSettings{{
    {setting::header_table_size, "SETTINGS_HEADER_TABLE_SIZE", "SETTINGSHEADERTABLESIZE"},
    {setting::enable_push, "SETTINGS_ENABLE_PUSH", "SETTINGSENABLEPUSH"},
    {setting::max_concurrent_streams, "SETTINGS_MAX_CONCURRENT_STREAMS", "SETTINGSMAXCONCURRENTSTREAMS"},
    {setting::initial_window_size, "SETTINGS_INITIAL_WINDOW_SIZE", "SETTINGSINITIALWINDOWSIZE"},
    {setting::max_frame_size, "SETTINGS_MAX_FRAME_SIZE", "SETTINGSMAXFRAMESIZE"},
    {setting::max_header_list_size, "SETTINGS_MAX_HEADER_LIST_SIZE", "SETTINGSMAXHEADERLISTSIZE"},
    {setting::enable_connect_protocol, "SETTINGS_ENABLE_CONNECT_PROTOCOL", "SETTINGSENABLECONNECTPROTOCOL"},
    {setting::no_rfc7540_priorities, "SETTINGS_NO_RFC7540_PRIORITIES", "SETTINGSNORFC7540PRIORITIES"},
}};

constexpr std::array<std::string_view, 14> kErrorLogNames{
    "NOERROR",      "PROTOCOLERROR",   "INTERNALERROR",      "FLOWCONTROLERROR", "SETTINGSTIMEOUT",
    "STREAMCLOSED", "FRAMESIZEERROR",  "REFUSEDSTREAM",      "CANCEL",           "COMPRESSIONERROR",
    "CONNECTERROR", "ENHANCEYOURCALM", "INADEQUATESECURITY", "HTTP11REQUIRED"};

const SettingName* find(std::uint16_t id) noexcept {
  for (const SettingName& row : kSettings)
    if (row.id == id) return &row;
  return nullptr;
}

}  // namespace

// RFC 9113, 6.5.2. Defined Settings.
bool is_valid(const Setting& s) noexcept {
  switch (s.id) {
    case setting::enable_push:
    case setting::enable_connect_protocol:
    case setting::no_rfc7540_priorities:
      return s.value <= 1;
    case setting::initial_window_size:
      return s.value <= 0x7fff'ffff;
    case setting::max_frame_size:
      return s.value >= kDefaultMaxFrame && s.value <= 0xff'ffff;
    default:
      return true;
  }
}

std::string_view rule_name(std::uint16_t id) noexcept {
  const SettingName* row = find(id);
  return row == nullptr ? std::string_view{} : row->rule;
}

std::string_view log_name(std::uint16_t id) noexcept {
  const SettingName* row = find(id);
  return row == nullptr ? std::string_view{} : row->log;
}

std::string_view error_log_name(std::uint32_t code) noexcept {
  return code < kErrorLogNames.size() ? kErrorLogNames[code] : std::string_view{};
}

constinit const std::array<NamedNumber, 10> kFrameTypes{{
    {frame_type::data, "DATA"},
    {frame_type::headers, "HEADERS"},
    {frame_type::priority, "PRIORITY"},
    {frame_type::rst_stream, "RSTSTREAM"},
    {frame_type::settings, "SETTINGS"},
    {frame_type::push_promise, "PUSHPROMISE"},
    {frame_type::ping, "PING"},
    {frame_type::goaway, "GOAWAY"},
    {frame_type::window_update, "WINDOWUPDATE"},
    {frame_type::continuation, "CONTINUATION"},
}};

constinit const std::array<NamedNumber, 14> kErrorCodes{{
    {0, "NO_ERROR"},
    {1, "PROTOCOL_ERROR"},
    {2, "INTERNAL_ERROR"},
    {3, "FLOW_CONTROL_ERROR"},
    {4, "SETTINGS_TIMEOUT"},
    {5, "STREAM_CLOSED"},
    {6, "FRAME_SIZE_ERROR"},
    {7, "REFUSED_STREAM"},
    {8, "CANCEL"},
    {9, "COMPRESSION_ERROR"},
    {10, "CONNECT_ERROR"},
    {11, "ENHANCE_YOUR_CALM"},
    {12, "INADEQUATE_SECURITY"},
    {13, "HTTP_1_1_REQUIRED"},
}};

}  // namespace gatehouse::proto::http2
