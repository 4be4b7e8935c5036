// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/address_set.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace gatehouse::ips {
namespace {

IpAddress edge(std::uint8_t version, std::uint8_t byte) noexcept {
  IpAddress address;
  address.version = version;
  std::fill_n(address.bytes.begin(), address.size(), byte);
  return address;
}

const std::array<AddressRange, 2>& everything() noexcept {
  static const std::array<AddressRange, 2> both{AddressRange{edge(4, 0), edge(4, 0xff)},
                                                AddressRange{edge(6, 0), edge(6, 0xff)}};
  return both;
}

std::optional<IpAddress> previous(IpAddress address) noexcept {
  for (std::size_t i = address.size(); i-- > 0;)
    if (address.bytes[i]-- != 0) return address;
  return std::nullopt;
}

// Sorted, and what overlaps or touches made one.
std::vector<AddressRange> merged(std::vector<AddressRange> ranges) {
  std::ranges::sort(ranges, is_before, &AddressRange::first);
  std::vector<AddressRange> out;
  for (const AddressRange& range : ranges) {
    if (!out.empty() && out.back().last.version == range.first.version) {
      AddressRange& last = out.back();
      const auto behind = next_address(last.last);
      if (!behind || !is_before(*behind, range.first)) {
        if (is_before(last.last, range.last)) last.last = range.last;
        continue;
      }
    }
    out.push_back(range);
  }
  return out;
}

}  // namespace

bool is_before(const IpAddress& a, const IpAddress& b) noexcept {
  return a.version != b.version ? a.version < b.version : a.bytes < b.bytes;
}

std::optional<IpAddress> next_address(IpAddress address) noexcept {
  for (std::size_t i = address.size(); i-- > 0;)
    if (++address.bytes[i] != 0) return address;
  return std::nullopt;
}

AddressSet::AddressSet(std::vector<AddressRange> ranges) : ranges_(merged(std::move(ranges))) {
  if (!std::ranges::equal(ranges_, everything())) return;
  any_ = true;
  ranges_.clear();
}

AddressSet AddressSet::any() {
  AddressSet set;
  set.any_ = true;
  return set;
}

bool AddressSet::contains(const IpAddress& address) const noexcept {
  if (any_) return true;
  const auto behind = std::ranges::upper_bound(ranges_, address, is_before, &AddressRange::first);
  return behind != ranges_.begin() && !is_before(std::prev(behind)->last, address);
}

AddressSet AddressSet::without(const AddressSet& other) const {
  if (other.any_) return {};
  const std::span<const AddressRange> from = any_ ? std::span<const AddressRange>{everything()} : ranges();
  std::vector<AddressRange> left;
  auto hole = other.ranges_.begin();
  for (AddressRange range : from) {
    while (hole != other.ranges_.end() && is_before(hole->last, range.first)) ++hole;
    bool rest = true;
    for (auto h = hole; rest && h != other.ranges_.end() && !is_before(range.last, h->first); ++h) {
      if (is_before(range.first, h->first)) left.push_back({range.first, *previous(h->first)});
      const auto behind = next_address(h->last);
      rest = behind && !is_before(range.last, *behind);
      if (rest) range.first = *behind;
    }
    if (rest) left.push_back(range);
  }
  return AddressSet{std::move(left)};
}

AddressSet AddressSet::with(const AddressSet& other) const {
  if (any_ || other.any_) return any();
  std::vector<AddressRange> both = ranges_;
  both.insert(both.end(), other.ranges_.begin(), other.ranges_.end());
  return AddressSet{std::move(both)};
}

// ---- ports

PortSet::PortSet(std::vector<PortRange> ranges) {
  std::ranges::sort(ranges, {}, &PortRange::first);
  for (const PortRange& range : ranges) {
    if (!ranges_.empty() && range.first <= ranges_.back().last + 1u)
      ranges_.back().last = std::max(ranges_.back().last, range.last);
    else
      ranges_.push_back(range);
  }
}

PortSet PortSet::any() {
  return PortSet{{{0, 65535}}};
}

bool PortSet::contains(std::uint16_t port) const noexcept {
  const auto behind = std::ranges::upper_bound(ranges_, port, {}, &PortRange::first);
  return behind != ranges_.begin() && port <= std::prev(behind)->last;
}

PortSet PortSet::without(const PortSet& other) const {
  std::vector<PortRange> left;
  for (const PortRange& range : ranges_) {
    std::uint32_t from = range.first;
    for (const PortRange& hole : other.ranges_) {
      if (hole.last < from) continue;
      if (hole.first > range.last) break;
      if (hole.first > from)
        left.push_back({static_cast<std::uint16_t>(from), static_cast<std::uint16_t>(hole.first - 1)});
      from = hole.last + 1u;
    }
    if (from <= range.last) left.push_back({static_cast<std::uint16_t>(from), range.last});
  }
  return PortSet{std::move(left)};
}

PortSet PortSet::with(const PortSet& other) const {
  std::vector<PortRange> both = ranges_;
  both.insert(both.end(), other.ranges_.begin(), other.ranges_.end());
  return PortSet{std::move(both)};
}

}  // namespace gatehouse::ips
