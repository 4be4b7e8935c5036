// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>

namespace gatehouse::engine {

struct AlertCounters {
  std::uint64_t alerts = 0;      // told
  std::uint64_t suppressed = 0;  // by thresholds and suppressions
  std::uint64_t lost = 0;        // more than one packet may have
};

}  // namespace gatehouse::engine
