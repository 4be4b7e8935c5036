// SPDX-License-Identifier: GPL-3.0-or-later
// Text written into a buffer of fixed size. What does not fit sets overflowed(): a fingerprint is whole or it is none.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace gatehouse::proto {

class BoundedText {
 public:
  explicit BoundedText(std::span<char> room) noexcept : room_(room) {}

  void put(char c) noexcept {
    if (size_ < room_.size())
      room_[size_++] = c;
    else
      overflowed_ = true;
  }
  void put(std::string_view text) noexcept {
    if (text.size() > room_.size() - size_) {
      overflowed_ = true;
      return;
    }
    if (!text.empty()) std::memcpy(room_.data() + size_, text.data(), text.size());
    size_ += text.size();
  }
  void decimal(std::uint64_t value) noexcept {
    char* const begin = room_.data() + size_;
    const auto [end, error] = std::to_chars(begin, room_.data() + room_.size(), value);
    if (error == std::errc{})
      size_ += static_cast<std::size_t>(end - begin);
    else
      overflowed_ = true;
  }
  // Two digits, with a leading zero.
  void two_digits(unsigned value) noexcept {
    put(static_cast<char>('0' + value / 10 % 10));
    put(static_cast<char>('0' + value % 10));
  }
  void hex(std::uint8_t byte, bool upper = false) noexcept {
    const char* const digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    put(digits[byte >> 4]);
    put(digits[byte & 15]);
  }
  void hex16(std::uint16_t value) noexcept {
    hex(static_cast<std::uint8_t>(value >> 8));
    hex(static_cast<std::uint8_t>(value & 255));
  }

  bool overflowed() const noexcept { return overflowed_; }
  std::string_view text() const noexcept { return {room_.data(), size_}; }

 private:
  std::span<char> room_;
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace gatehouse::proto
