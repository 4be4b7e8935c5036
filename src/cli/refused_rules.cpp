// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/refused_rules.hpp"

#include <algorithm>
#include <fmt/format.h>

#include "cli/listing.hpp"

namespace gatehouse::cli {

void tell_refused_rules(const ips::compile::Compiled& signatures) {
  constexpr std::size_t kShown = 5;
  const auto& refused = signatures.refused;
  for (std::size_t i = 0; i < std::min(refused.size(), kShown); ++i)
    fmt::print(stderr, "{}:{}:{}: {}{}{}\n", refused[i].file, refused[i].place.line, refused[i].place.column,
               refused[i].keyword, refused[i].keyword.empty() ? "" : ": ", printable(refused[i].reason));
  if (!refused.empty())
    fmt::print(stderr, "gatehouse: {} rules are refused, {} are loaded; gatehouse rules failed lists them\n",
               refused.size(), signatures.statistics.loaded);
}

}  // namespace gatehouse::cli
