// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>

namespace gatehouse::decode {

inline constexpr std::uint32_t kNone = 0xffffffff;

// A fixed number of T, by index. T has a member `next`, which links the free ones. Memory that was never taken is never
// touched, so that a large limit costs nothing until it is needed.
template <typename T>
class Pool {
 public:
  explicit Pool(std::size_t size)
      : items_(std::make_unique_for_overwrite<T[]>(size)), size_(static_cast<std::uint32_t>(size)) {}

  std::uint32_t take() noexcept {
    if (free_ != kNone) {
      const std::uint32_t index = free_;
      free_ = items_[index].next;
      ++in_use_;
      return index;
    }
    if (fresh_ == size_) return kNone;
    ++in_use_;
    return fresh_++;
  }
  void give(std::uint32_t index) noexcept {
    items_[index].next = free_;
    free_ = index;
    --in_use_;
  }
  std::uint32_t available() const noexcept { return size_ - in_use_; }
  std::uint32_t size() const noexcept { return size_; }
  T& operator[](std::uint32_t index) noexcept { return items_[index]; }

 private:
  std::unique_ptr<T[]> items_;
  std::uint32_t size_ = 0, fresh_ = 0, in_use_ = 0, free_ = kNone;
};

}  // namespace gatehouse::decode
