// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tplink/message.hpp"

#include <charconv>
#include <zlib.h>

#include "base/cursor.hpp"
#include "proto/jsonwalk/jsonwalk.hpp"

namespace gatehouse::proto::tplink {

using industrial::Access;
using jsonwalk::Kind;

void reveal(Bytes hidden, std::uint8_t* out, std::uint8_t key) noexcept {
  for (const std::uint8_t byte : hidden) {
    *out++ = static_cast<std::uint8_t>(byte ^ key);
    key = byte;
  }
}

bool Discovery::read(Bytes datagram) noexcept {
  constexpr std::size_t kSumAt = 12, kHeader = 16;
  constexpr std::array<std::uint8_t, 4> kInPlaceOfSum{0x5a, 0x6b, 0x7c, 0x8d};
  Cursor c{datagram};
  const std::uint8_t version = c.u8(), type = c.u8();
  operation = c.u16();
  const std::uint16_t size = c.u16();
  c.skip(kSumAt - 6);
  const std::uint32_t sum = c.u32();
  if (!c.ok() || version != kDiscoveryVersion || type != 0 || c.remaining() != size) return false;
  body = datagram.subspan(kHeader);
  auto crc = crc32(0, datagram.data(), kSumAt);
  crc = crc32(crc, kInPlaceOfSum.data(), kInPlaceOfSum.size());
  if (!body.empty()) crc = crc32(crc, body.data(), static_cast<uInt>(body.size()));
  return crc == sum;
}

// The first that is told counts: a strip tells its own alias before those of its sockets.
void Content::fact(std::string_view key, std::string_view text) noexcept {
  struct Row {
    std::string_view key;
    std::string_view Content::* fact;
  };
  static constexpr std::array kRows{
      Row{"alias", &Content::alias},
      Row{"model", &Content::model},
      Row{"device_model", &Content::model},
      Row{"hw_ver", &Content::hardware},
      Row{"sw_ver", &Content::software},
      Row{"fw_ver", &Content::software},
      Row{"mac", &Content::mac},
      Row{"mic_mac", &Content::mac},
      Row{"deviceId", &Content::device_id},
      Row{"device_id", &Content::device_id},
      Row{"type", &Content::kind},
      Row{"mic_type", &Content::kind},
      Row{"device_type", &Content::kind},
      Row{"device_name", &Content::alias},
  };
  for (const Row& row : kRows)
    if (row.key == key && (this->*row.fact).empty()) this->*row.fact = text;
}

// {"module":{"command":{…},…},…}; "context" says for which sockets of a strip. What is told in answer to a question is
// said by the device; the rest is what somebody wants it to be.
bool Content::read(std::string_view json) noexcept {
  jsonwalk::Walk walk{json};
  jsonwalk::Value v;
  std::string_view module, asked;
  if (!walk.next(v) || v.kind != Kind::object) return false;
  while (walk.next(v)) {
    if (v.depth == 1) module = v.key;
    if (v.depth == 2) asked = v.key;
    if (v.depth == 2 && v.kind != Kind::close && !v.key.empty() && v.key != "err_code" && v.key != "err_msg" &&
        module != "context") {
      more_commands |= command_count == kMaxCommands;
      if (command_count < kMaxCommands) commands[command_count++] = {module, v.key};
    }
    if (v.kind == Kind::string && v.depth >= 3 && asked.starts_with("get_")) fact(v.key, v.text);
    if (std::int64_t code = 0; v.key == "err_code" && v.kind == Kind::other) {
      std::from_chars(v.text.data(), v.text.data() + v.text.size(), code);
      if (!error || *error == 0) error = code;
    }
  }
  return walk.done();
}

bool Content::read_discovery(std::string_view json) noexcept {
  jsonwalk::Walk walk{json};
  jsonwalk::Value v;
  if (!walk.next(v) || v.kind != Kind::object) return false;
  while (walk.next(v))
    if (v.kind == Kind::string && v.depth == 2) fact(v.key, v.text);
  return walk.done();
}

Access access_of(const Command& command) noexcept {
  struct Row {
    std::string_view begin;
    Access access;
  };
  static constexpr std::array kRows{
      Row{"get_", Access::read},
      Row{"check_new_config", Access::read},
      Row{"set_relay_state", Access::control},
      Row{"set_brightness", Access::control},
      Row{"set_switch_state", Access::control},
      Row{"transition_light_state", Access::control},
      Row{"count_down", Access::control},
      Row{"download_firmware", Access::program},
      Row{"flash_firmware", Access::program},
      Row{"set_test_mode", Access::program},
      Row{"test_check_uboot", Access::program},
      Row{"reboot", Access::start},
      Row{"reset", Access::program},
      Row{"set_", Access::write},
      Row{"add_", Access::write},
      Row{"edit_", Access::write},
      Row{"delete_", Access::write},
      Row{"erase_", Access::write},
      Row{"bind", Access::write},
      Row{"unbind", Access::write},
  };
  for (const Row& row : kRows)
    if (command.name.starts_with(row.begin)) return row.access;
  return Access::other;
}

}  // namespace gatehouse::proto::tplink
