// SPDX-License-Identifier: GPL-3.0-or-later
// The words before a rule's options: action, protocol, addresses, ports and direction.
#pragma once

#include "ips/compile/builder.hpp"
#include "ips/compile/lists.hpp"

namespace gatehouse::ips::compile {

// Fills action, scope, protocols, addresses, ports and direction of builder.signature and the builder, or refuses the
// rule with the place of the word. `cache`: the same for all rules of one Surroundings.
void read_header(Builder& builder, HeaderCache& cache);

}  // namespace gatehouse::ips::compile
