// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ips/compile/compile.hpp"

namespace gatehouse::cli {

// Says on stderr how many rules are not loaded, and why the first ones are not.
void tell_refused_rules(const ips::compile::Compiled& signatures);

}  // namespace gatehouse::cli
