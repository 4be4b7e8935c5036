// SPDX-License-Identifier: GPL-3.0-or-later
// The lists of a rule's header: addresses and ports, with negation, lists within lists and variables.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <unordered_map>

#include "ips/compile/surroundings.hpp"
#include "ips/match/address_set.hpp"

namespace gatehouse::ips::compile {

template <typename Set>
struct ReadList {
  Set set;
  bool negated = false;  // a '!' stands somewhere in it, or in a variable that it names
};

struct ListProblem {
  std::string reason;      // a sentence that says what to do
  std::size_t offset = 0;  // in the list's text
};

// Tens of thousands of rules share a few lists: each is read once. For one Surroundings only, since variables are read
// in.
class HeaderCache {
 public:
  static constexpr unsigned kDeepest = 32;  // lists within lists, and variables within variables

  template <typename Set>
  using Outcome = std::expected<const ReadList<Set>*, ListProblem>;  // lives as long as this cache

  Outcome<AddressSet> addresses(std::string_view text, const Surroundings& around);
  Outcome<PortSet> ports(std::string_view text, const Surroundings& around);

 private:
  template <typename Set>
  using Known = std::unordered_map<std::string, ReadList<Set>>;
  template <typename Set>
  friend class ListReader;

  Known<AddressSet> addresses_;
  Known<PortSet> ports_;
};

// Values for the variables that rule sets in circulation name, where `around` has none: those of the reference's stock
// configuration, with HOME_NET and EXTERNAL_NET for everything.
void default_variables(Surroundings& around);

}  // namespace gatehouse::ips::compile
