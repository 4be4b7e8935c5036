// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/expected_flows.hpp"

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "base/hash.hpp"

namespace gatehouse::engine {
namespace {

struct Entry {
  ExpectedPlace place;
  ExpectedFlow flow;
  std::int64_t end_us = 0;
};
static_assert(std::is_trivially_copyable_v<Entry>);

constexpr std::size_t kWords = (sizeof(Entry) + 7) / 8;

std::uint64_t hash_of(const ExpectedPlace& place) noexcept {
  std::uint64_t words[5] = {};
  std::memcpy(words, place.listener.bytes.data(), 16);
  std::memcpy(words + 2, place.caller.bytes.data(), 16);
  words[4] = std::uint64_t{place.port} << 8 | place.transport;
  std::uint64_t h = 0;
  for (const std::uint64_t word : words) h = mix64(h ^ word, 0x9e3779b97f4a7c15);  // the golden ratio, as a multiplier
  return h;
}

}  // namespace

// A sequence lock: odd while it is written; a reader that saw it change has read nothing.
struct ExpectedFlows::Slot {
  std::atomic<std::uint32_t> sequence{0};
  std::array<std::atomic<std::uint64_t>, kWords> words{};

  bool read(Entry& entry) const noexcept {
    const std::uint32_t before = sequence.load(std::memory_order_acquire);
    if (before & 1) return false;
    std::array<std::uint64_t, kWords> copy;
    for (std::size_t i = 0; i < kWords; ++i) copy[i] = words[i].load(std::memory_order_relaxed);
    std::atomic_thread_fence(std::memory_order_acquire);
    if (sequence.load(std::memory_order_relaxed) != before) return false;
    std::memcpy(static_cast<void*>(&entry), copy.data(), sizeof entry);
    return true;
  }

  bool write(const Entry& entry) noexcept {
    std::uint32_t before = sequence.load(std::memory_order_relaxed);
    if (before & 1 || !sequence.compare_exchange_strong(before, before + 1, std::memory_order_acquire)) return false;
    std::atomic_thread_fence(std::memory_order_release);
    std::array<std::uint64_t, kWords> copy{};
    std::memcpy(copy.data(), static_cast<const void*>(&entry), sizeof entry);
    for (std::size_t i = 0; i < kWords; ++i) words[i].store(copy[i], std::memory_order_relaxed);
    sequence.store(before + 2, std::memory_order_release);
    return true;
  }
};

ExpectedFlows::ExpectedFlows() : slots_(std::make_unique<Slot[]>(kSlots)) {}
ExpectedFlows::~ExpectedFlows() = default;

bool ExpectedFlows::add(const ExpectedPlace& place, const ExpectedFlow& flow, Timestamp now) noexcept {
  const std::uint64_t hash = hash_of(place);
  const Entry entry{place, flow, (now + kLife).us};
  for (unsigned i = 0; i < kTries; ++i) {
    Slot& slot = slots_[(hash + i) & (kSlots - 1)];
    Entry there;
    if (!slot.read(there)) continue;
    if (there.end_us >= now.us && there.place != place) continue;
    if (!slot.write(entry)) continue;
    std::int64_t last = last_end_.load(std::memory_order_relaxed);
    while (last < entry.end_us && !last_end_.compare_exchange_weak(last, entry.end_us, std::memory_order_relaxed)) {
    }
    return true;
  }
  return false;
}

bool ExpectedFlows::find(const ExpectedPlace& place, Timestamp now, ExpectedFlow& flow) const noexcept {
  if (last_end_.load(std::memory_order_relaxed) < now.us) return false;
  const std::uint64_t hash = hash_of(place);
  for (unsigned i = 0; i < kTries; ++i) {
    Entry entry;
    if (!slots_[(hash + i) & (kSlots - 1)].read(entry) || entry.place != place || entry.end_us < now.us) continue;
    flow = entry.flow;
    return true;
  }
  return false;
}

}  // namespace gatehouse::engine
