// SPDX-License-Identifier: GPL-3.0-or-later
// RFC 5531, 11. Record Marking Standard: messages over TCP come in fragments, each with its length; the last one of a
// message says so.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/cursor.hpp"

namespace gatehouse::proto::sunrpc {

inline constexpr std::size_t kMark = 4;
// The largest transfers are of a few MiB; a length beyond is no length.
inline constexpr std::uint32_t kLongestFragment = 64 * 1024 * 1024;

constexpr bool is_last(std::uint32_t mark) noexcept {
  return (mark & 0x80000000u) != 0;
}
constexpr std::uint32_t fragment_size(std::uint32_t mark) noexcept {
  return mark & 0x7fffffffu;
}

// One direction's stream of records, taken apart as it comes.
class Records {
 public:
  enum class Outcome : std::uint8_t { piece, need_more, malformed };
  struct Piece {
    Bytes bytes;
    bool ends = false;  // the message ends with it
  };

  // The next piece of a message out of `bytes`, which are not empty; `used` of them are done with.
  Outcome next(Bytes bytes, std::size_t& used, Piece& piece) noexcept {
    used = 0;
    if (!within_) {
      if (bytes.size() < kMark) return Outcome::need_more;
      const std::uint32_t mark = Cursor{bytes}.u32();
      if (fragment_size(mark) > kLongestFragment) return Outcome::malformed;
      left_ = fragment_size(mark);
      last_ = is_last(mark);
      within_ = true;
      used = kMark;
    }
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - used));
    piece = {bytes.subspan(used, size), pass(size)};
    used += size;
    return Outcome::piece;
  }

  // Bytes that will never come. False: they reach beyond what is known of this fragment.
  bool gap(std::uint64_t missing, bool& ends) noexcept {
    if (!within_ || missing > left_) return false;
    ends = pass(missing);
    return true;
  }

 private:
  bool pass(std::uint64_t size) noexcept {
    left_ -= size;
    if (left_ > 0) return false;
    within_ = false;
    return last_;
  }

  std::uint64_t left_ = 0;  // of the fragment
  bool within_ = false, last_ = false;
};

}  // namespace gatehouse::proto::sunrpc
