// SPDX-License-Identifier: GPL-3.0-or-later
// What one item of a header's list is: the difference between lists of addresses and of ports.
#pragma once

#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "ips/compile/surroundings.hpp"
#include "ips/match/address_set.hpp"

namespace gatehouse::ips::compile {

template <typename Set>
struct ListKind;

template <>
struct ListKind<AddressSet> {
  using Ranges = std::vector<AddressRange>;
  static constexpr std::string_view kNothing = "no address";
  static const auto& variables(const Surroundings& around) { return around.addresses; }
  static void append(Ranges& ranges, const AddressSet& set) {
    ranges.insert(ranges.end(), set.ranges().begin(), set.ranges().end());
  }
  // "192.0.2.1", "192.0.2.0/24", "192.0.2.0/255.255.255.0", "192.0.2.1-192.0.2.9". The error goes on behind the text.
  static std::expected<AddressSet, std::string> read(std::string_view text);
};

template <>
struct ListKind<PortSet> {
  using Ranges = std::vector<PortRange>;
  static constexpr std::string_view kNothing = "no port";
  static const auto& variables(const Surroundings& around) { return around.ports; }
  static void append(Ranges& ranges, const PortSet& set) {
    ranges.insert(ranges.end(), set.ranges().begin(), set.ranges().end());
  }
  // "80", "80:90", "1024:", ":80".
  static std::expected<PortSet, std::string> read(std::string_view text);
};

}  // namespace gatehouse::ips::compile
