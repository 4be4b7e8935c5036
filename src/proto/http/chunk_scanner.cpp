// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/chunk_scanner.hpp"

#include <algorithm>

namespace gatehouse::proto::http {
namespace {

int hex_digit(std::uint8_t c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  const int lower = c | 0x20;
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

bool ChunkScanner::scan(Bytes bytes) noexcept {
  bool extension = false;
  for (std::size_t i = 0; i < bytes.size() && state_ != State::over;) {
    if (state_ == State::data) {
      const auto step = static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size() - i));
      left_ -= step;
      i += step;
      if (left_ == 0) state_ = State::data_end;
      continue;
    }
    const std::uint8_t c = bytes[i++];
    if (c == '\n') {
      if (state_ == State::data_end) {
        state_ = State::size;
      } else if (digits_) {
        state_ = left_ == 0 ? State::over : State::data;
        digits_ = false;
      }
    } else if (state_ == State::size) {
      const int digit = hex_digit(c);
      if (digit >= 0 && left_ >> 56 == 0) {
        left_ = left_ << 4 | static_cast<std::uint64_t>(digit);
        digits_ = true;
      } else if (c == ';' && digits_) {
        extension = true;
        state_ = State::after_size;
      } else if (c != '\r' && c != ' ' && c != '\t') {
        state_ = digits_ ? State::after_size : State::over;  // not chunked after all
      }
    } else if (state_ == State::after_size && c == ';') {
      extension = true;
    }
  }
  return extension;
}

}  // namespace gatehouse::proto::http
