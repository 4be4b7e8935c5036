// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/flow_memory.hpp"

#include <algorithm>
#include <new>

namespace gatehouse::ips {
namespace {

template <typename List, typename Value>
bool keep(List& list, typename List::const_iterator at, Value&& value) noexcept {
  try {
    list.insert(at, std::forward<Value>(value));
    return true;
  } catch (const std::bad_alloc&) {
    return false;
  }
}

template <typename Counters>
auto find_counter(Counters& counters, NameId counter) noexcept {
  return std::ranges::find(counters, counter, [](const auto& c) { return c.first; });
}

}  // namespace

bool FlowMemory::has_bit(NameId bit) const noexcept {
  return std::ranges::binary_search(bits_, bit);
}

bool FlowMemory::set_bit(NameId bit, bool value) noexcept {
  const auto at = std::ranges::lower_bound(bits_, bit);
  const bool has = at != bits_.end() && *at == bit;
  if (has == value) return true;
  if (value) return keep(bits_, at, bit);
  bits_.erase(at);
  return true;
}

bool FlowMemory::has_counter(NameId counter) const noexcept {
  return find_counter(counters_, counter) != counters_.end();
}

std::uint32_t FlowMemory::counter(NameId counter) const noexcept {
  const auto found = find_counter(counters_, counter);
  return found == counters_.end() ? 0 : found->second;
}

void FlowMemory::set_counter(NameId counter, std::uint32_t value) noexcept {
  if (const auto found = find_counter(counters_, counter); found != counters_.end())
    found->second = value;
  else
    keep(counters_, counters_.end(), std::pair{counter, value});
}

bool FlowMemory::has_bit(std::uint64_t transaction, NameId bit) const noexcept {
  return std::ranges::find(transaction_bits_, TransactionBit{transaction, bit}) != transaction_bits_.end();
}

bool FlowMemory::set_bit(std::uint64_t transaction, NameId bit, bool value) noexcept {
  const auto at = std::ranges::find(transaction_bits_, TransactionBit{transaction, bit});
  const bool has = at != transaction_bits_.end();
  if (has == value) return true;
  if (!value) {
    transaction_bits_.erase(at);
    return true;
  }
  if (transaction_bits_.size() == kMostTransactionBits) transaction_bits_.erase(transaction_bits_.begin());
  return keep(transaction_bits_, transaction_bits_.end(), TransactionBit{transaction, bit});
}

FlowMemory::Counted* FlowMemory::counted(const ThresholdKey& key) noexcept {
  if (const auto found = std::ranges::find(counted_, key, &Counted::key); found != counted_.end()) {
    found->fresh = false;
    return &*found;
  }
  return keep(counted_, counted_.end(), Counted{key, {}, true}) ? &counted_.back() : nullptr;
}

}  // namespace gatehouse::ips
