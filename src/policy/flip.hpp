// SPDX-License-Identifier: GPL-3.0-or-later
// The counterfactual: which smallest change of a session would have it judged the other way.
#pragma once

#include "policy/compiled.hpp"

namespace gatehouse::policy {

Flip nearest_flip(const Policy& policy, const CompiledPolicy& compiled, const Facts& facts, const Decision& decision);

}  // namespace gatehouse::policy
