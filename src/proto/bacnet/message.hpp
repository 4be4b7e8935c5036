// SPDX-License-Identifier: GPL-3.0-or-later
// Virtual link, network and application layer of one datagram, and the tags of its service: views into the bytes.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"
#include "proto/bacnet/names.hpp"

namespace gatehouse::proto::bacnet {

inline constexpr std::uint8_t kBvlcType = 0x81, kNpduVersion = 1;

// ASHRAE 135, 20.2: a tag and its contents.
struct Tag {
  std::uint8_t number = 0;
  bool context = false, opening = false, closing = false;
  Bytes value{};

  std::uint32_t number_value() const noexcept;  // of an unsigned or enumerated one of at most 4 octets
  bool is_object() const noexcept { return value.size() == 4; }
};
bool read_tag(Cursor& c, Tag& tag) noexcept;

// 20.2.1.3.1: application tags that are looked for.
namespace application {
inline constexpr std::uint8_t unsigned_number = 2, character_string = 7, enumerated = 9, object_identifier = 12;
}

struct Message {
  // Annex J.2.
  std::uint8_t type{}, function{};
  std::uint16_t length{};
  // 6.2.
  bool has_npdu = false, from_other_network = false, is_network_message = false;
  std::uint16_t source_network{};
  std::uint8_t network_message{};
  // 20.1.
  bool has_apdu = false, has_service = false, has_invoke = false;
  Pdu pdu{};
  std::uint8_t invoke{}, reason{};
  bool segmented = false;
  std::uint8_t segment{};
  std::uint16_t service{};  // from kUnconfirmed on: without a reply
  Bytes parameters{};

  // What the sender says of itself is of the host that sent the datagram, not of one behind a router.
  bool speaks_for_itself() const noexcept { return !from_other_network && function != bvlc::forwarded_npdu; }
};

// False: not BACnet/IP, or shorter than its layers say.
bool read_message(Bytes datagram, Message& m) noexcept;

// What a service is about, in the order of the bytes.
struct Item {
  enum class Kind : std::uint8_t { object, property, value } kind{};
  std::uint32_t number = 0;  // object identifier, or property
  Tag tag{};                 // of a value: application-tagged
};
class Items {
 public:
  explicit Items(const Message& m) noexcept;
  bool next(Item& item) noexcept;

 private:
  Cursor c_;
  Layout layout_{};
  unsigned depth_ = 0;
};

constexpr std::uint16_t object_type(std::uint32_t object) noexcept {
  return static_cast<std::uint16_t>(object >> 22);
}
constexpr std::uint32_t object_instance(std::uint32_t object) noexcept {
  return object & 0x3fffff;
}

}  // namespace gatehouse::proto::bacnet
