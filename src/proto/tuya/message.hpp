// SPDX-License-Identifier: GPL-3.0-or-later
// There is no published specification: this is what devices and the maker's applications send.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "base/cursor.hpp"
#include "model/field.hpp"
#include "proto/industrial/access.hpp"

namespace gatehouse::proto::tuya {

inline constexpr std::uint32_t kOldMagic = 0x000055aa, kOldEnd = 0x0000aa55;  // versions 3.1 to 3.4
inline constexpr std::uint32_t kNewMagic = 0x00006699, kNewEnd = 0x00009966;  // version 3.5
inline constexpr std::size_t kLongestFrame = std::size_t{32} * 1024;
inline constexpr std::size_t kLongestHeader = 18;

namespace command {
inline constexpr std::uint32_t negotiation_start = 3, negotiation_finish = 5, control = 7, broadcast = 0x13,
                               broadcast_new = 0x23;
}

inline constexpr std::array kCommandNames{
    NamedNumber{0x00, "announce"},
    NamedNumber{0x01, "ap_config"},
    NamedNumber{0x02, "activate"},
    NamedNumber{0x03, "session_key_start"},
    NamedNumber{0x04, "session_key_response"},
    NamedNumber{0x05, "session_key_finish"},
    NamedNumber{0x06, "unbind"},
    NamedNumber{0x07, "control"},
    NamedNumber{0x08, "status"},
    NamedNumber{0x09, "heartbeat"},
    NamedNumber{0x0a, "query"},
    NamedNumber{0x0b, "query_wifi"},
    NamedNumber{0x0c, "token_bind"},
    NamedNumber{0x0d, "control_new"},
    NamedNumber{0x0e, "enable_wifi"},
    NamedNumber{0x0f, "wifi_info"},
    NamedNumber{0x10, "query_new"},
    NamedNumber{0x11, "scene_execute"},
    NamedNumber{0x12, "refresh"},
    NamedNumber{0x13, "announce_encrypted"},
    NamedNumber{0x14, "ap_config_new"},
    NamedNumber{0x23, "announce_new"},
    NamedNumber{0x25, "request_announcement"},
    NamedNumber{0x40, "extended_stream"},
    NamedNumber{0xf0, "gateway_active"},
    NamedNumber{0xf1, "sub_device_request"},
    NamedNumber{0xf2, "delete_sub_device"},
    NamedNumber{0xf3, "report_sub_device"},
    NamedNumber{0xf4, "scene"},
    NamedNumber{0xf5, "publish_cloud_config"},
    NamedNumber{0xf6, "publish_app_config"},
    NamedNumber{0xf7, "export_app_config"},
    NamedNumber{0xf8, "publish_scene_panel"},
    NamedNumber{0xf9, "remove_gateway"},
    NamedNumber{0xfa, "check_gateway_update"},
    NamedNumber{0xfb, "gateway_update"},
    NamedNumber{0xfc, "set_gateway_channel"},
};

industrial::Access access_of(std::uint32_t command) noexcept;

// Magic, (two bytes of 0 in 3.5,) sequence, command, length of what follows; in 3.5 without the end mark.
struct Frame {
  bool complete_header = false;
  bool newer = false;  // version 3.5
  std::uint32_t sequence = 0, command = 0;
  std::size_t header = 0, size = 0;  // size: of all

  explicit Frame(Bytes bytes) noexcept;
  // What no frame can be.
  bool plausible() const noexcept;
  bool well_ended(Bytes bytes) const noexcept;
};

struct Message {
  Frame frame;
  Bytes payload;  // behind the return code where there is one; encrypted or not
  std::optional<std::uint32_t> return_code;
  bool bad_checksum = false;
  std::string_view version;  // "3.3", where it can be told
  std::string_view device_id, product_key, ip;

  // `bytes`: the whole frame, well ended.
  Message(const Frame& frame, Bytes bytes) noexcept;
  // JSON in the clear, or revealed.
  void read_facts(std::string_view json) noexcept;

 private:
  void read_old(Bytes bytes) noexcept;
};

// Announcements are encrypted with a key that is the same for all devices in the world. Into `room`; empty where it
// cannot be.
Bytes reveal_announcement(const Message& message, Bytes bytes, std::span<std::uint8_t> room) noexcept;
inline constexpr std::size_t kLongestAnnouncement = 1024;

}  // namespace gatehouse::proto::tuya
