// SPDX-License-Identifier: GPL-3.0-or-later
// Sets of addresses and of ports as the header of a rule means them: sorted ranges that do not touch.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "base/ip.hpp"

namespace gatehouse::ips {

struct AddressRange {
  IpAddress first, last;  // of one version
  bool operator==(const AddressRange&) const = default;
};

// The order of ranges: all of IPv4 before all of IPv6.
bool is_before(const IpAddress& a, const IpAddress& b) noexcept;
std::optional<IpAddress> next_address(IpAddress address) noexcept;  // nullopt: it was the last of its version

class AddressSet {
 public:
  AddressSet() = default;                                 // empty
  explicit AddressSet(std::vector<AddressRange> ranges);  // in any order, may overlap
  static AddressSet any();
  bool contains(const IpAddress& address) const noexcept;
  bool is_any() const noexcept { return any_; }
  bool empty() const noexcept { return !any_ && ranges_.empty(); }
  // Empty for `any`, which holds what has no address as well.
  std::span<const AddressRange> ranges() const noexcept { return ranges_; }
  AddressSet without(const AddressSet& other) const;
  AddressSet with(const AddressSet& other) const;
  bool operator==(const AddressSet&) const = default;

 private:
  bool any_ = false;
  std::vector<AddressRange> ranges_;
};

struct PortRange {
  std::uint16_t first = 0, last = 0;
  bool operator==(const PortRange&) const = default;
};

class PortSet {
 public:
  PortSet() = default;
  explicit PortSet(std::vector<PortRange> ranges);
  static PortSet any();
  bool contains(std::uint16_t port) const noexcept;
  bool is_any() const noexcept { return ranges_.size() == 1 && ranges_[0] == PortRange{0, 65535}; }
  bool empty() const noexcept { return ranges_.empty(); }
  std::span<const PortRange> ranges() const noexcept { return ranges_; }
  PortSet without(const PortSet& other) const;
  PortSet with(const PortSet& other) const;
  bool operator==(const PortSet&) const = default;

 private:
  std::vector<PortRange> ranges_;
};

}  // namespace gatehouse::ips
