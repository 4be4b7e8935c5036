// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mysql/message.hpp"

#include <algorithm>

namespace gatehouse::proto::mysql {
namespace {

bool all_zero(Bytes bytes) noexcept {
  return std::ranges::all_of(bytes, [](std::uint8_t b) { return b == 0; });
}

// What the client says of itself: "program_name", or else the library's name.
Bytes program_of(Cursor attributes) noexcept {
  Bytes library{};
  while (attributes.ok() && !attributes.empty()) {
    const Bytes name = length_encoded_text(attributes), value = length_encoded_text(attributes);
    if (!attributes.ok()) break;
    if (as_text(name) == "program_name") return value;
    if (as_text(name) == "_client_name") library = value;
  }
  return library;
}

}  // namespace

std::uint64_t length_encoded(Cursor& c) noexcept {
  switch (const std::uint8_t first = c.u8()) {
    case 0xfc:
      return c.le16();
    case 0xfd: {
      const std::uint32_t low = c.le16();
      return low | std::uint32_t{c.u8()} << 16;
    }
    case 0xfe:
      return c.le64();
    default:
      return first;
  }
}

Bytes length_encoded_text(Cursor& c) noexcept {
  const std::uint64_t size = length_encoded(c);
  if (size > c.remaining()) c.fail();
  return c.take(static_cast<std::size_t>(size));
}

Bytes zero_ended(Cursor& c) noexcept {
  const Bytes rest = c.rest();
  const auto size = static_cast<std::size_t>(std::ranges::find(rest, 0) - rest.begin());
  const Bytes text = c.take(size);
  if (!c.empty()) c.skip(1);
  return text;
}

Greeting::Greeting(Cursor& c) noexcept : version{c.u8()}, server_version{zero_ended(c)}, thread{c.le32()} {
  c.skip(8 + 1);  // the scramble's first part, and a filler
  capabilities = c.le16();
  if (!c.ok() || c.empty()) return;  // servers of before 4.1 end here
  c.skip(1 + 2);                     // character set and status
  capabilities |= std::uint32_t{c.le16()} << 16;
  const std::uint8_t scramble = c.u8();
  const Bytes reserved = c.take(10);  // of MariaDB the last four are capabilities
  reserved_is_zero = c.ok() && all_zero(reserved.first(6));
  if ((capabilities & capability::plugin_auth) == 0) return;
  c.skip(std::max(13, scramble - 8));
  plugin = zero_ended(c);
}

Login::Login(Cursor& c) noexcept
    : capabilities{c.le32()}, longest_packet{c.le32()}, charset{c.u8()}, filler{c.take(23)} {
  if (!c.ok() || c.empty()) return;
  user = zero_ended(c);
  if ((capabilities & capability::length_encoded_auth) != 0)
    (void)length_encoded_text(c);
  else if ((capabilities & capability::secure_connection) != 0)
    c.skip(c.u8());
  else
    (void)zero_ended(c);
  if ((capabilities & capability::connect_with_database) != 0) database = zero_ended(c);
  if ((capabilities & capability::plugin_auth) != 0) plugin = zero_ended(c);
  if ((capabilities & capability::connect_attributes) != 0 && !c.empty())
    program = program_of(Cursor{length_encoded_text(c)});
}

}  // namespace gatehouse::proto::mysql
