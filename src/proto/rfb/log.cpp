// SPDX-License-Identifier: GPL-3.0-or-later
// The "rfb" object of EVE.
#include <algorithm>
#include <charconv>

#include "proto/rfb/transaction.hpp"

namespace gatehouse::proto::rfb {
namespace {

void version(std::string_view key, const std::optional<Version>& v, JsonWriter& json) noexcept {
  if (!v) return;
  json.open_object(key);
  json.member("major", std::string_view{v->major.data(), v->major.size()});
  json.member("minor", std::string_view{v->minor.data(), v->minor.size()});
  json.close_object();
}

void result(std::uint32_t value, JsonWriter& json) noexcept {
  constexpr std::array<std::string_view, 3> names{"OK", "FAIL", "TOOMANY"};
  if (value < names.size()) return json.member("security_result", names[value]);
  std::array<char, 24> room;
  constexpr std::string_view before = "UNKNOWN (";
  char* at = std::copy_n(before.data(), before.size(), room.data());
  at = std::to_chars(at, room.data() + room.size() - 1, value).ptr;
  *at++ = ')';
  json.member("security_result", std::string_view{room.data(), static_cast<std::size_t>(at - room.data())});
}

void authentication(const RfbTransaction& tx, JsonWriter& json) noexcept {
  json.open_object("authentication");
  json.member("security_type", *tx.security_type);
  if (tx.challenge) {
    json.open_object("vnc");
    json.member_hex("challenge", *tx.challenge);
    if (tx.response) json.member_hex("response", *tx.response);
    json.close_object();
  }
  if (tx.security_result) result(*tx.security_result, json);
  json.close_object();
}

void framebuffer(const RfbTransaction& tx, JsonWriter& json) noexcept {
  json.open_object("framebuffer");
  json.member("width", tx.width);
  json.member("height", tx.height);
  json.member("name", tx.text.view());
  json.open_object("pixel_format");
  json.member("bits_per_pixel", tx.format.bits_per_pixel);
  json.member("depth", tx.format.depth);
  json.member("big_endian", tx.format.big_endian);
  json.member("true_color", tx.format.true_color);
  json.member("red_max", tx.format.red_max);
  json.member("green_max", tx.format.green_max);
  json.member("blue_max", tx.format.blue_max);
  json.member("red_shift", tx.format.red_shift);
  json.member("green_shift", tx.format.green_shift);
  json.member("blue_shift", tx.format.blue_shift);
  json.close_object();
  json.close_object();
}

}  // namespace

void log(const Transaction& transaction, JsonWriter& json) {
  const auto& tx = static_cast<const RfbTransaction&>(transaction);
  json.open_object("rfb");
  version("server_protocol_version", tx.server_version, json);
  version("client_protocol_version", tx.client_version, json);
  if (tx.security_type) authentication(tx, json);
  if (tx.has_reason) json.member("server_security_failure_reason", tx.text.view());
  if (tx.shared) json.member("screen_shared", *tx.shared);
  if (tx.has_framebuffer) framebuffer(tx, json);
  json.close_object();
}

}  // namespace gatehouse::proto::rfb
