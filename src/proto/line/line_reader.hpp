// SPDX-License-Identifier: GPL-3.0-or-later
// Takes lines out of a stream, whose bytes come in pieces of any size.
#pragma once

#include <algorithm>
#include <cstring>
#include <string_view>

#include "base/bytes.hpp"

namespace gatehouse::proto {

// What one look gave. `consumed` 0: the line is not complete, more is needed.
struct TakenLine {
  std::size_t consumed = 0;
  bool present = false;   // `text` is a line; otherwise only the rest of a line that was cut went by
  bool cut = false;       // longer than is looked at
  std::string_view text;  // without its end
};

// `most`: bytes of a line that are looked at, its end included.
template <std::size_t most>
class LineReader {
 public:
  TakenLine take(Bytes bytes) noexcept {
    const Bytes window = discard_ ? bytes : bytes.first(std::min(bytes.size(), most));
    if (window.empty()) return {};
    const auto* found = static_cast<const std::uint8_t*>(std::memchr(window.data(), '\n', window.size()));
    const std::size_t size = found == nullptr ? window.size() : static_cast<std::size_t>(found - window.data()) + 1;
    if (discard_) {
      discard_ = found == nullptr;
      return {.consumed = size, .text = {}};
    }
    if (found == nullptr && size < most) return {};
    discard_ = found == nullptr;
    std::string_view text = as_text(window.first(size));
    if (found != nullptr) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
    return {.consumed = size, .present = true, .cut = found == nullptr, .text = text};
  }
  // Bytes were lost: what comes up to the next end of a line is the rest of one that nobody saw begin.
  void resynchronise() noexcept { discard_ = true; }

 private:
  bool discard_ = false;
};

}  // namespace gatehouse::proto
