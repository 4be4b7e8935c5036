// SPDX-License-Identifier: GPL-3.0-or-later
// A bounded ring of variable-sized records between one producer and one consumer thread. A record is contiguous: one
// that would cross the end is put at the start and the rest of the end is skipped. When it is full the producer is told
// so at once and counts the loss: a slow disk costs log records, never packets.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>

namespace gatehouse {

class RecordRing {
 public:
  // `capacity` in bytes, rounded up to a power of two.
  explicit RecordRing(std::size_t capacity) {
    while (capacity_ < capacity) capacity_ *= 2;
    memory_ = std::make_unique<std::byte[]>(capacity_);
  }

  // Producer: room for up to `size` bytes, or an empty span when the consumer is too far behind. Then commit().
  std::span<char> reserve(std::size_t size) noexcept {
    const std::size_t need = kHeader + round_up(size);
    const std::size_t offset = head_ & (capacity_ - 1);
    const std::size_t to_end = capacity_ - offset;
    const std::size_t skip = to_end < need ? to_end : 0;
    if (head_ + skip + need - tail_seen_ > capacity_) {
      tail_seen_ = tail_.load(std::memory_order_acquire);
      if (head_ + skip + need - tail_seen_ > capacity_) return {};
    }
    if (skip > 0) {
      store_size(offset, kSkip);
      head_ += skip;
    }
    return {reinterpret_cast<char*>(memory_.get() + (head_ & (capacity_ - 1)) + kHeader), size};
  }
  // Publishes the first `size` bytes of what reserve() gave.
  void commit(std::size_t size) noexcept {
    store_size(head_ & (capacity_ - 1), static_cast<std::uint32_t>(size));
    head_ += kHeader + round_up(size);
    published_.store(head_, std::memory_order_release);
  }

  // Consumer: calls use(std::span<const char>) for each record that stands ready; returns how many.
  template <typename Use>
  std::size_t drain(Use&& use) {
    const std::size_t end = published_.load(std::memory_order_acquire);
    std::size_t at = tail_.load(std::memory_order_relaxed);
    std::size_t records = 0;
    while (at != end) {
      const std::size_t offset = at & (capacity_ - 1);
      std::uint32_t size = 0;
      std::memcpy(&size, memory_.get() + offset, sizeof size);
      if (size == kSkip) {
        at += capacity_ - offset;
        continue;
      }
      use(std::span<const char>{reinterpret_cast<const char*>(memory_.get() + offset + kHeader), size});
      at += kHeader + round_up(size);
      ++records;
      tail_.store(at, std::memory_order_release);
    }
    tail_.store(at, std::memory_order_release);
    return records;
  }

  bool empty() const noexcept {
    return tail_.load(std::memory_order_acquire) == published_.load(std::memory_order_acquire);
  }
  std::size_t capacity() const noexcept { return capacity_; }

 private:
  static constexpr std::size_t kHeader = 8;
  static constexpr std::uint32_t kSkip = 0xffffffff;
  static std::size_t round_up(std::size_t n) noexcept { return (n + 7) & ~std::size_t{7}; }
  void store_size(std::size_t offset, std::uint32_t size) noexcept {
    std::memcpy(memory_.get() + offset, &size, sizeof size);
  }

  std::size_t capacity_ = 4096;
  std::unique_ptr<std::byte[]> memory_;
  // Positions count bytes since the start and never wrap in practice (2^64).
  alignas(64) std::size_t head_ = 0;  // producer's own
  std::size_t tail_seen_ = 0;
  alignas(64) std::atomic<std::size_t> published_{0};
  alignas(64) std::atomic<std::size_t> tail_{0};
};

}  // namespace gatehouse
