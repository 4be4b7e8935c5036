// SPDX-License-Identifier: GPL-3.0-or-later
#include "policy/networks.hpp"

#include <algorithm>
#include <optional>

namespace gatehouse::policy {
namespace {

std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t count) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) value = value << 8 | bytes[i];
  return value;
}

// The first and the last address of a prefix.
std::pair<IpAddress, IpAddress> ends_of(const IpPrefix& prefix) {
  IpAddress first = prefix.address, last = prefix.address;
  for (std::size_t bit = prefix.length; bit < first.size() * 8; ++bit) {
    const auto mask = static_cast<std::uint8_t>(0x80u >> bit % 8);
    first.bytes[bit / 8] = static_cast<std::uint8_t>(first.bytes[bit / 8] & ~mask);
    last.bytes[bit / 8] = static_cast<std::uint8_t>(last.bytes[bit / 8] | mask);
  }
  return {first, last};
}

}  // namespace

NetworkMap::Wide NetworkMap::number(const IpAddress& address) noexcept {
  return {big_endian(address.bytes.data(), 8), big_endian(address.bytes.data() + 8, 8)};
}

template <typename Number>
NetworkMap::Value NetworkMap::Ranges<Number>::find(Number at) const noexcept {
  const auto next = std::upper_bound(starts.begin(), starts.end(), at);
  return next == starts.begin() ? kNone : values[static_cast<std::size_t>(next - starts.begin()) - 1];
}

template <typename Number>
NetworkMap::Ranges<Number> NetworkMap::flatten(std::span<const Entry> entries, std::uint8_t version) {
  struct Block {
    Number first, last;
    std::uint8_t length;
    Value value;
  };
  constexpr bool wide = std::is_same_v<Number, Wide>;
  const auto number_of = [](const IpAddress& a) {
    if constexpr (wide)
      return number(a);
    else
      return static_cast<std::uint32_t>(big_endian(a.bytes.data(), 4));
  };
  const auto after = [](Number n) -> std::optional<Number> {
    if constexpr (wide) {
      if (n.low != ~std::uint64_t{0}) return Wide{n.high, n.low + 1};
      if (n.high != ~std::uint64_t{0}) return Wide{n.high + 1, 0};
      return std::nullopt;
    } else {
      return n == ~std::uint32_t{0} ? std::nullopt : std::optional<std::uint32_t>{n + 1};
    }
  };

  std::vector<Block> blocks;
  for (const Entry& entry : entries) {
    if (entry.prefix.address.version != version) continue;
    const auto [first, last] = ends_of(entry.prefix);
    blocks.push_back({number_of(first), number_of(last), entry.prefix.length, entry.value});
  }
  // A wider block comes before those within it.
  std::ranges::sort(blocks, [](const Block& a, const Block& b) {
    return a.first != b.first ? a.first < b.first : a.length < b.length;
  });

  Ranges<Number> ranges;
  const auto begin_range = [&](Number at, Value value) {
    if (!ranges.starts.empty() && ranges.starts.back() == at)
      ranges.values.back() = value;
    else
      ranges.starts.push_back(at), ranges.values.push_back(value);
  };
  std::vector<const Block*> open;  // each within the one before it
  const auto close = [&] {
    const Number last = open.back()->last;
    open.pop_back();
    if (const auto next = after(last)) begin_range(*next, open.empty() ? kNone : open.back()->value);
  };
  for (const Block& block : blocks) {
    while (!open.empty() && open.back()->last < block.first) close();
    begin_range(block.first, block.value);
    open.push_back(&block);
  }
  while (!open.empty()) close();
  return ranges;
}

NetworkMap::NetworkMap(std::span<const Entry> entries)
    : v4_(flatten<std::uint32_t>(entries, 4)), v6_(flatten<Wide>(entries, 6)) {}

NetworkMap::Value NetworkMap::find(const IpAddress& address) const noexcept {
  if (address.version == 4) return v4_.find(static_cast<std::uint32_t>(big_endian(address.bytes.data(), 4)));
  if (address.version == 6) return v6_.find(number(address));
  return kNone;
}

NetworkSet::NetworkSet(std::span<const IpPrefix> prefixes) {
  std::vector<NetworkMap::Entry> entries;
  for (const IpPrefix& prefix : prefixes) entries.push_back({prefix, 1});
  map_ = NetworkMap{entries};
}

}  // namespace gatehouse::policy
