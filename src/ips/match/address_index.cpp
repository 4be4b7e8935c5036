// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/address_index.hpp"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

namespace gatehouse::ips {
namespace {

IpAddress first_address(std::uint8_t version) noexcept {
  IpAddress address;
  address.version = version;
  return address;
}

std::size_t piece_of(const std::vector<IpAddress>& starts, const IpAddress& address) noexcept {
  return static_cast<std::size_t>(std::ranges::lower_bound(starts, address, is_before) - starts.begin());
}

}  // namespace

void AddressIndex::add(std::uint32_t signature, End end, const AddressSet& addresses) {
  if (end == End::none || addresses.is_any()) return always_.push_back(signature);
  Side& side = sides_[end == End::source ? 0 : 1];
  for (const AddressRange& range : addresses.ranges()) side.added.push_back({range, signature});
}

void AddressIndex::finish() {
  for (Side& side : sides_) side.finish(always_);
}

std::span<const std::uint32_t> AddressIndex::Side::at(const IpAddress& address) const noexcept {
  const auto behind = std::ranges::upper_bound(starts, address, is_before);
  if (behind == starts.begin()) return {};
  const auto piece = static_cast<std::size_t>(behind - starts.begin()) - 1;
  return {signatures.data() + first[piece], signatures.data() + first[piece + 1]};
}

// Wherever a range begins or ends a new piece begins; each piece has the list of all ranges over it.
void AddressIndex::Side::finish(std::vector<std::uint32_t>& always) {
  if (added.empty()) return;
  cut();
  const auto span_of = [this](const AddressRange& range) {
    const auto behind = next_address(range.last);
    std::size_t end = starts.size();
    if (behind)
      end = piece_of(starts, *behind);
    else if (range.last.version == 4)
      end = piece_of(starts, first_address(6));
    return std::pair{piece_of(starts, range.first), end};
  };
  spare_memory(span_of, always);

  std::vector<std::uint32_t> counts(starts.size() + 1);
  for (const Added& a : added)
    for (auto [piece, end] = span_of(a.range); piece < end; ++piece) ++counts[piece];
  first.assign(1, 0);
  for (std::size_t i = 0; i < starts.size(); ++i) first.push_back(first.back() + counts[i]);
  signatures.resize(first.back());
  std::vector<std::uint32_t> next(first.begin(), first.end() - 1);
  for (const Added& a : added)
    for (auto [piece, end] = span_of(a.range); piece < end; ++piece) signatures[next[piece]++] = a.signature;
  added = {};
}

// The beginning of each version is a cut too, so that the last piece of IPv4 ends there.
void AddressIndex::Side::cut() {
  starts = {first_address(4), first_address(6)};
  for (const Added& a : added) {
    starts.push_back(a.range.first);
    if (const auto behind = next_address(a.range.last)) starts.push_back(*behind);
  }
  std::ranges::sort(starts, is_before);
  starts.erase(std::ranges::unique(starts).begin(), starts.end());
}

// Wide ranges over many small ones would make lists that grow with the square of the rules. Those that cost most are
// asked always instead: a candidate too many is right, only slower.
template <typename SpanOf>
void AddressIndex::Side::spare_memory(const SpanOf& span_of, std::vector<std::uint32_t>& always) {
  std::unordered_map<std::uint32_t, std::uint64_t> cost;
  std::uint64_t total = 0;
  for (const Added& a : added) {
    const auto [piece, end] = span_of(a.range);
    cost[a.signature] += end - piece;
    total += end - piece;
  }
  if (total <= kMostEntries) return;
  std::vector<std::pair<std::uint64_t, std::uint32_t>> dearest;
  for (const auto& [signature, pieces] : cost) dearest.emplace_back(pieces, signature);
  std::ranges::sort(dearest, std::greater{});
  for (const auto& [pieces, signature] : dearest) {
    if (total <= kMostEntries) break;
    total -= pieces;
    cost.erase(signature);
    always.push_back(signature);
  }
  std::erase_if(added, [&](const Added& a) { return !cost.contains(a.signature); });
}

}  // namespace gatehouse::ips
