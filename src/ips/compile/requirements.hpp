// SPDX-License-Identifier: GPL-3.0-or-later
// `requires`: what a rule needs of the engine that reads it.
#pragma once

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile {

// Reads all `requires` of the rule before any other option, since the others may be what an unmet one guards against.
// Sets builder.skipped, or refuses what is malformed. False: leave the rule.
bool meets_requirements(Builder& builder);

}  // namespace gatehouse::ips::compile
