// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/match/ruleset.hpp"

namespace gatehouse::ips {
Result<> Ruleset::prepare(Scratch& scratch) const {
  Result<> outcome;
  for_each_set([&](const PatternSet& set) {
    if (outcome) outcome = scratch.prepare_for(set);
  });
  return outcome;
}

std::size_t Ruleset::pattern_bytes() const noexcept {
  std::size_t sum = 0;
  for_each_set([&](const PatternSet& set) { sum += set.bytes(); });
  return sum;
}

}  // namespace gatehouse::ips
