// SPDX-License-Identifier: GPL-3.0-or-later
// A client begins with the preface, a server with SETTINGS.
#include "proto/http2/probe.hpp"

#include "proto/http2/frame.hpp"

namespace gatehouse::proto::http2 {
namespace {

constexpr std::uint32_t kMostSettings = 32;    // of a first frame; usual are up to six
constexpr std::uint16_t kLastAssigned = 0x10;  // of the registry of settings, with room

// RFC 8701 for TLS, and what browsers do here alike: identifiers 0x?a?a mean nothing.
bool is_grease(std::uint16_t id) noexcept {
  return (id & 0x0f0f) == 0x0a0a;
}

Probe probe_client(Bytes bytes) noexcept {
  const std::string_view seen = as_text(bytes).substr(0, kPreface.size());
  if (!kPreface.starts_with(seen)) return Probe::no;
  return seen.size() == kPreface.size() ? Probe::yes : Probe::need_more;
}

bool is_settings(const Frame& frame) noexcept {
  return frame.type == frame_type::settings && frame.stream == 0 && frame.length % kSettingSize == 0 &&
         frame.length <= kMostSettings * kSettingSize;
}

// Behind an empty SETTINGS only another frame that a server sends at its start is characteristic.
Probe probe_second(Cursor& c) noexcept {
  const Frame next{c};
  if (!c.ok()) return Probe::need_more;
  if (next.type == frame_type::settings) return is_settings(next) && next.flags <= flag::ack ? Probe::yes : Probe::no;
  const bool window = next.type == frame_type::window_update && next.length == 4 && next.flags == 0;
  const bool goaway = next.type == frame_type::goaway && next.length >= 8 && next.stream == 0 && next.flags == 0;
  return window || goaway ? Probe::yes : Probe::no;
}

// RFC 9113, 3.4: "The server connection preface consists of a potentially empty SETTINGS frame".
Probe probe_server(Bytes bytes) noexcept {
  if (bytes.size() >= 2 && (bytes[0] != 0 || bytes[1] != 0)) return Probe::no;
  Cursor c{bytes};
  const Frame frame{c};
  if (!c.ok()) return Probe::need_more;
  if (!is_settings(frame) || frame.flags != 0 || bytes[5] >> 7 != 0) return Probe::no;
  if (frame.length == 0) return probe_second(c);
  for (std::size_t left = frame.length; left > 0; left -= kSettingSize) {
    const Setting setting{c};
    if (!c.ok()) return Probe::need_more;
    if (setting.id == 0 || (setting.id > kLastAssigned && !is_grease(setting.id)) || !is_valid(setting))
      return Probe::no;
  }
  return Probe::yes;
}

}  // namespace

Probe probe(Direction direction, Bytes bytes, std::uint16_t) {
  return direction == Direction::to_server ? probe_client(bytes) : probe_server(bytes);
}

}  // namespace gatehouse::proto::http2
