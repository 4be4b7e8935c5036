// SPDX-License-Identifier: GPL-3.0-or-later
// A cursor over bytes whose failure sticks: after the first short read every read returns zero or an empty view, and
// ok() is false. A parser reads its members in wire order and asks ok() once. A loop bounded by a count that came from
// the bytes must ask ok() in each round.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.hpp"

namespace gatehouse {

class Cursor {
 public:
  explicit Cursor(Bytes bytes) noexcept : bytes_(bytes) {}

  bool ok() const noexcept { return ok_; }
  std::size_t position() const noexcept { return at_; }
  std::size_t remaining() const noexcept { return bytes_.size() - at_; }
  bool empty() const noexcept { return remaining() == 0; }

  void fail() noexcept {
    ok_ = false;
    at_ = bytes_.size();
  }

  std::uint8_t u8() noexcept { return static_cast<std::uint8_t>(big(1)); }
  std::uint16_t u16() noexcept { return static_cast<std::uint16_t>(big(2)); }
  std::uint32_t u24() noexcept { return static_cast<std::uint32_t>(big(3)); }
  std::uint32_t u32() noexcept { return static_cast<std::uint32_t>(big(4)); }
  std::uint64_t u64() noexcept { return big(8); }
  std::uint16_t le16() noexcept { return static_cast<std::uint16_t>(little(2)); }
  std::uint32_t le32() noexcept { return static_cast<std::uint32_t>(little(4)); }
  std::uint64_t le64() noexcept { return little(8); }

  Bytes take(std::size_t count) noexcept {
    if (!has(count)) return {};
    const Bytes taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }
  void skip(std::size_t count) noexcept { (void)take(count); }

  // A cursor over the next `count` bytes, for a structure that says its own length.
  Cursor sub(std::size_t count) noexcept {
    Cursor inner{take(count)};
    if (!ok_) inner.fail();
    return inner;
  }

  std::uint8_t peek() noexcept { return has(1) ? bytes_[at_] : std::uint8_t{0}; }
  Bytes rest() const noexcept { return bytes_.subspan(at_); }
  Bytes whole() const noexcept { return bytes_; }
  // Bytes from `start` (an earlier position()) up to here.
  Bytes since(std::size_t start) const noexcept { return bytes_.subspan(start, at_ - start); }

 private:
  bool has(std::size_t count) noexcept {
    if (count <= remaining() && ok_) return true;
    fail();
    return false;
  }
  std::uint64_t big(std::size_t count) noexcept {
    if (!has(count)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes_[at_++];
    return value;
  }
  std::uint64_t little(std::size_t count) noexcept {
    if (!has(count)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) value |= std::uint64_t{bytes_[at_++]} << (8 * i);
    return value;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace gatehouse
