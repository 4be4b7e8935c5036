// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/opcua/encoding.hpp"

#include <array>

namespace gatehouse::proto::opcua {
namespace {

// 5.1.2: sizes of the built-in types by their numbers; 0 where a type says its own size.
constexpr std::array<std::uint8_t, 20> kSizes{0, 1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 0, 8, 16, 0, 0, 0, 0, 4};

enum Builtin : std::uint8_t {
  string = 12,
  byte_string = 15,
  xml_element = 16,
  node_id = 17,
  expanded_node_id = 18,
  qualified_name = 20,
  localized_text = 21,
  extension_object = 22,
};

void skip_value(Cursor& c, std::uint8_t type) noexcept {
  if (type < kSizes.size() && kSizes[type] != 0) return c.skip(kSizes[type]);
  switch (type) {
    case string:
    case byte_string:
    case xml_element:
      (void)read_string(c);
      return;
    case node_id:
    case expanded_node_id:
      (void)read_node_id(c);
      return;
    case qualified_name:
      c.skip(2);
      (void)read_string(c);
      return;
    case localized_text:
      (void)read_localized_text(c);
      return;
    case extension_object:
      return skip_extension_object(c);
    default:
      return c.fail();
  }
}

// 5.2.2.16: type, whether it is an array, and whether that has dimensions.
void skip_variant(Cursor& c) noexcept {
  constexpr std::uint8_t kArray = 0x80, kDimensions = 0x40, kType = 0x3f;
  const std::uint8_t first = c.u8();
  const std::uint8_t type = first & kType;
  if (type == 0) return;
  if ((first & kArray) == 0) return skip_value(c, type);
  const std::uint32_t count = c.le32();
  if (type < kSizes.size() && kSizes[type] != 0)
    c.skip(std::size_t{count} * kSizes[type]);
  else
    for (std::uint32_t i = 0; i < count && c.ok(); ++i) skip_value(c, type);
  if ((first & kDimensions) != 0) c.skip(std::size_t{c.le32()} * 4);
}

}  // namespace

Bytes read_string(Cursor& c) noexcept {
  constexpr std::uint32_t kNull = 0xffffffff;
  const std::uint32_t size = c.le32();
  return size == kNull ? Bytes{} : c.take(size);
}

NodeId read_node_id(Cursor& c) noexcept {
  enum Form : std::uint8_t { two_byte, four_byte, numeric, text, guid, opaque };
  constexpr std::uint8_t kForm = 0x3f, kHasUri = 0x80, kHasServer = 0x40;
  constexpr std::size_t kGuid = 16;
  NodeId id;
  const std::uint8_t first = c.u8();
  const auto form = static_cast<Form>(first & kForm);
  id.is_number = form <= numeric;
  switch (form) {
    case two_byte:
      id.number = c.u8();
      break;
    case four_byte:
      id.name_space = c.u8();
      id.number = c.le16();
      break;
    case numeric:
      id.name_space = c.le16();
      id.number = c.le32();
      break;
    case text:
    case opaque:
      id.name_space = c.le16();
      id.text = read_string(c);
      break;
    case guid:
      id.name_space = c.le16();
      id.text = c.take(kGuid);
      break;
    default:
      c.fail();
  }
  if ((first & kHasUri) != 0) (void)read_string(c);
  if ((first & kHasServer) != 0) c.skip(4);
  return id;
}

Bytes read_localized_text(Cursor& c) noexcept {
  const std::uint8_t parts = c.u8();
  if ((parts & 1) != 0) (void)read_string(c);
  return (parts & 2) != 0 ? read_string(c) : Bytes{};
}

void skip_extension_object(Cursor& c) noexcept {
  (void)read_node_id(c);
  if (c.u8() != 0) (void)read_string(c);
}

void skip_data_value(Cursor& c) noexcept {
  const std::uint8_t parts = c.u8();
  if ((parts & 0x01) != 0) skip_variant(c);
  if ((parts & 0x02) != 0) c.skip(4);  // status
  if ((parts & 0x04) != 0) c.skip(8);  // source's time
  if ((parts & 0x10) != 0) c.skip(2);  // its picoseconds
  if ((parts & 0x08) != 0) c.skip(8);  // server's time
  if ((parts & 0x20) != 0) c.skip(2);  // its picoseconds
}

}  // namespace gatehouse::proto::opcua
