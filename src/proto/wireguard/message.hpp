// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::wireguard {

// WireGuard's paper, 5.4: all messages begin with a type and three octets of zero; the first three have one size each.
enum class Type : std::uint8_t { initiation = 1, response = 2, cookie = 3, data = 4 };
inline constexpr std::size_t kInitiation = 148, kResponse = 92, kCookie = 64, kSmallestData = 32;

struct Message {
  Type type{};
  std::uint32_t sender = 0, receiver = 0;  // indices that the ends chose; 0: the type has none
  std::uint64_t counter = 0;               // of data
  bool sound = false;                      // size and reserved octets are the type's
};

inline Message read_message(Bytes bytes) noexcept {
  Message message;
  Cursor c{bytes};
  message.type = static_cast<Type>(c.u8());
  const bool reserved = c.u24() == 0;
  switch (message.type) {
    case Type::initiation:
      message.sender = c.le32();
      message.sound = bytes.size() == kInitiation;
      break;
    case Type::response:
      message.sender = c.le32();
      message.receiver = c.le32();
      message.sound = bytes.size() == kResponse;
      break;
    case Type::cookie:
      message.receiver = c.le32();
      message.sound = bytes.size() == kCookie;
      break;
    case Type::data:  // 5.4.6: contents are padded to 16 octets, and the tag has as many
      message.receiver = c.le32();
      message.counter = c.le64();
      message.sound = bytes.size() >= kSmallestData && bytes.size() % 16 == 0;
      break;
  }
  message.sound = message.sound && reserved && c.ok();
  return message;
}

// Keys, ciphertext and tags look like chance: of 16 octets that do, at least 8 differ from each other.
inline bool looks_random(Bytes bytes) noexcept {
  std::array<bool, 256> seen{};
  std::size_t different = 0;
  for (const std::uint8_t b : bytes)
    if (!seen[b]) seen[b] = true, ++different;
  return different >= bytes.size() / 2;
}

}  // namespace gatehouse::proto::wireguard
