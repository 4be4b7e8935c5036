// SPDX-License-Identifier: GPL-3.0-or-later
// Addresses to values by the longest prefix that holds them. Prefixes are cut into ranges that do not overlap when the
// map is made; a look-up is one binary search over their beginnings.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/ip.hpp"

namespace gatehouse::policy {

class NetworkMap {
 public:
  using Value = std::uint8_t;
  static constexpr Value kNone = 0;

  struct Entry {
    IpPrefix prefix;
    Value value = kNone;
  };

  NetworkMap() = default;
  explicit NetworkMap(std::span<const Entry> entries);

  Value find(const IpAddress& address) const noexcept;
  bool empty() const noexcept { return v4_.starts.empty() && v6_.starts.empty(); }

 private:
  // IPv6 addresses as numbers that compare like the addresses.
  struct Wide {
    std::uint64_t high = 0, low = 0;
    auto operator<=>(const Wide&) const = default;
  };
  // Range i reaches from starts[i] to the next one's start.
  template <typename Number>
  struct Ranges {
    std::vector<Number> starts;
    std::vector<Value> values;
    Value find(Number at) const noexcept;
  };
  template <typename Number>
  static Ranges<Number> flatten(std::span<const Entry> entries, std::uint8_t version);

  static Wide number(const IpAddress& address) noexcept;

  Ranges<std::uint32_t> v4_;
  Ranges<Wide> v6_;
};

// Whether an address is in any of some prefixes.
class NetworkSet {
 public:
  NetworkSet() = default;
  explicit NetworkSet(std::span<const IpPrefix> prefixes);
  bool contains(const IpAddress& address) const noexcept { return map_.find(address) != NetworkMap::kNone; }

 private:
  NetworkMap map_;
};

}  // namespace gatehouse::policy
