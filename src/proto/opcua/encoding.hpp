// SPDX-License-Identifier: GPL-3.0-or-later
// The binary encoding's types (OPC 10000-6, 5.2), as far as they are read or must be stepped over.
#pragma once

#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::opcua {

// 5.2.2.9. A text or opaque identifier is a view; a number is `number`.
struct NodeId {
  std::uint16_t name_space = 0;
  bool is_number = false;
  std::uint32_t number = 0;
  Bytes text{};
};

Bytes read_string(Cursor& c) noexcept;  // 5.2.2.4: its length first, -1 for none
NodeId read_node_id(Cursor& c) noexcept;
Bytes read_localized_text(Cursor& c) noexcept;  // 5.2.2.14: without its language
void skip_extension_object(Cursor& c) noexcept;
void skip_data_value(Cursor& c) noexcept;  // fails on values within values

}  // namespace gatehouse::proto::opcua
