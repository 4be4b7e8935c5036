// SPDX-License-Identifier: GPL-3.0-or-later
// What only a whole rule tells: steps that contradict each other, so that it could never match.
#pragma once

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile {

// Called once all options are read; refuses.
void check_payload(Builder& builder);

}  // namespace gatehouse::ips::compile
