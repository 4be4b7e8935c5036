// SPDX-License-Identifier: GPL-3.0-or-later
// Domain names within a message: found and checked once, turned into text on demand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto::dns {

// RFC 1035 allows 255 octets; servers in the field take more, and what they take must be seen here. The text beyond
// is cut and the name marked.
inline constexpr std::size_t kMaxNameText = 1025;
// Labels and pointers together: the guard against loops.
inline constexpr unsigned kMaxNameSteps = 255;

namespace name_flag {
inline constexpr std::uint8_t truncated = 1, infinite_loop = 2, too_many_labels = 4;
}

// Where a name stands. `end` is the end of what may be read before the first pointer: of the record's data, or of the
// message. The length is that of the text.
struct Name {
  std::uint16_t offset, end, length;
  std::uint8_t flags;

  bool truncated() const noexcept { return (flags & name_flag::truncated) != 0; }
};

// Finds the name that begins at `offset`; `next` becomes the offset behind it. False where it is malformed. Messages
// are at most 65535 bytes.
[[nodiscard]] bool find_name(Bytes message, std::size_t offset, std::size_t end, Name& name,
                             std::size_t& next) noexcept;

// The labels joined by dots, as they stand: any byte may occur, and an empty text is the root.
std::string_view name_text(Bytes message, const Name& name, std::span<char, kMaxNameText> buffer) noexcept;

}  // namespace gatehouse::proto::dns
