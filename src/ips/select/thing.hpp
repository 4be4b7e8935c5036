// SPDX-License-Identifier: GPL-3.0-or-later
// "thing:camera", "thing:Netgear router": whether a rule concerns a thing. A rule says what it is about in its
// metadata: affected_product, attack_target and tag. NAME is either a class of things (camera, router, …), which stands
// for the words that rules use for such things, or words of a product, which must all stand next to each other in one
// of those entries. Letters' case does not matter, and spaces, '_', '-' and '.' are the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ips/select/rule_facts.hpp"

namespace gatehouse::ips::select {

class Thing {
 public:
  // Empty words: NAME has no letter and no digit.
  explicit Thing(std::string_view name);
  bool empty() const noexcept { return names_.empty(); }
  bool concerns(const RuleFacts& rule) const;

  // Names of the classes, for help.
  static std::span<const std::string_view> classes() noexcept;

 private:
  std::vector<std::string> names_;  // each as " netgear router "
};

}  // namespace gatehouse::ips::select
