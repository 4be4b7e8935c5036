// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine judges by, immutable and whole: the control thread makes a new one, the workers take it up between
// two batches, and the old one goes when the last worker has left it.
#pragma once

#include <array>
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "ips/match/ruleset.hpp"
#include "policy/policy.hpp"

namespace gatehouse::engine {

struct Generation {
  std::uint32_t number = 1;
  std::shared_ptr<const policy::Policy> policy;  // null: no firewall, everything passes
  std::shared_ptr<const ips::Ruleset> signatures;  // null: no IPS
  // By policy::ZoneId; 0 is for everybody else: whether what cannot be inspected (the flow table is full) passes.
  std::array<bool, policy::kMaxZones + 1> fail_open{};
  std::vector<std::string> interfaces;  // names by the number that the policy's facts carry
};

// Workers look at one number per batch; the pointer is fetched, under a lock, only when that number has changed.
class CurrentGeneration {
 public:
  explicit CurrentGeneration(std::shared_ptr<const Generation> first) : current_(std::move(first)) {}

  void swap(std::shared_ptr<const Generation> next) {
    const std::scoped_lock lock{mutex_};
    current_ = std::move(next);
    version_.fetch_add(1, std::memory_order_release);
  }
  std::uint64_t version() const noexcept { return version_.load(std::memory_order_acquire); }
  std::shared_ptr<const Generation> get() const {
    const std::scoped_lock lock{mutex_};
    return current_;
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Generation> current_;
  std::atomic<std::uint64_t> version_{1};
};

}  // namespace gatehouse::engine
