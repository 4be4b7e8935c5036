// SPDX-License-Identifier: GPL-3.0-or-later
// Bencoding (BEP 3): "4:spam", "i-3e", "l…e", "d…e" with strings as keys.
#pragma once

#include <cstdint>
#include <optional>

#include "base/cursor.hpp"

namespace gatehouse::proto::bittorrent {

inline constexpr unsigned kMaxDepth = 8;

// Each reads what stands at the cursor; a cursor that fails has not found it.
Bytes take_string(Cursor& c) noexcept;
std::int64_t take_integer(Cursor& c) noexcept;
void skip_value(Cursor& c, unsigned depth = 0) noexcept;

// Calls value(key, cursor) for each pair of the dictionary; it must take the value.
template <typename Value>
void take_dictionary(Cursor& c, Value&& value) noexcept {
  if (c.u8() != 'd') return c.fail();
  while (c.ok() && c.peek() != 'e') {
    const Bytes key = take_string(c);
    if (c.ok()) value(as_text(key), c);
  }
  c.skip(1);
}

}  // namespace gatehouse::proto::bittorrent
