// SPDX-License-Identifier: GPL-3.0-or-later
// The last bytes of a body, for the fields http.request_body and http.response_body.
#pragma once

#include <memory_resource>
#include <vector>

#include "model/protocol.hpp"
#include "proto/http/limits.hpp"

namespace gatehouse::proto::http {

class BodyWindow {
 public:
  explicit BodyWindow(Memory& memory) : bytes_(&memory) {}

  // Where the window begins in the body.
  std::uint64_t offset() const noexcept { return offset_; }
  Bytes bytes() const noexcept { return bytes_; }
  bool started() const noexcept { return offset_ > 0 || !bytes_.empty(); }

  // How many of `size` more bytes fit before what is here must be shown and make room.
  std::size_t room() const noexcept { return kBodyWindow - bytes_.size(); }
  void append(Bytes more) {
    if (bytes_.capacity() < bytes_.size() + more.size())
      bytes_.reserve(std::min(kBodyWindow, std::max(bytes_.size() + more.size(), 2 * bytes_.capacity())));
    bytes_.insert(bytes_.end(), more.begin(), more.end());
  }
  // Lets all but the overlap go.
  void slide() noexcept {
    const std::size_t gone = bytes_.size() - std::min(bytes_.size(), kBodyOverlap);
    bytes_.erase(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(gone));
    offset_ += gone;
  }
  void gap(std::uint64_t missing) noexcept {
    offset_ += bytes_.size() + missing;
    bytes_.clear();
  }

 private:
  std::pmr::vector<std::uint8_t> bytes_;
  std::uint64_t offset_ = 0;
};

}  // namespace gatehouse::proto::http
