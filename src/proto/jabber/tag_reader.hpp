// SPDX-License-Identifier: GPL-3.0-or-later
// Tags of an XML stream, one after the other; RFC 6120, 11.1 forbids comments, instructions and entities of one's own
// within a stream, so that little of XML is left.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto::jabber {

inline constexpr std::size_t kMaxTag = 4096;

struct Tag {
  enum class Kind : std::uint8_t { none, opens, closes, empty, other };  // other: <?xml …?>, <!…>

  Kind kind = Kind::none;
  std::size_t consumed = 0;  // with the text before it; 0: more is needed
  bool too_long = false;
  std::string_view name, attributes;
};

// The next tag of `text`. Text without one is consumed.
Tag next_tag(std::string_view text) noexcept;

// An attribute's value as it stands; empty: there is none.
std::string_view attribute(std::string_view attributes, std::string_view name) noexcept;

}  // namespace gatehouse::proto::jabber
