// SPDX-License-Identifier: GPL-3.0-or-later
// Values by their bytes, each with a number and perhaps a text: what a dataset is made of. In shards, each behind its
// own lock, so that workers that ask for different values do not wait for each other.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.hpp"

namespace gatehouse::ips::compile {

class ValueSet {
 public:
  static constexpr std::size_t kLongestValue = 64u << 10;

  struct Found {
    std::uint16_t reputation = 0;
    std::string_view context;  // lives as long as the set
  };
  enum class Added : std::uint8_t { fresh, known, no_room };

  // `memory`: bytes that values may take together.
  explicit ValueSet(std::size_t memory);
  ~ValueSet();

  std::optional<Found> find(Bytes value) const noexcept;
  // Of one that is known nothing changes.
  Added add(Bytes value, std::uint16_t reputation = 0, std::string_view context = {}) noexcept;
  bool remove(Bytes value) noexcept;
  std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

  // Calls use() for each value, in no order.
  void for_each(const std::function<void(Bytes value, std::uint16_t reputation)>& use) const;

 private:
  struct Shard;
  static constexpr std::size_t kShards = 16;
  bool reserve(std::size_t bytes) noexcept;

  std::unique_ptr<std::array<Shard, kShards>> shards_;
  std::uint64_t key_;
  std::size_t memory_;
  std::atomic<std::size_t> used_ = 0, size_ = 0;
};

}  // namespace gatehouse::ips::compile
