// SPDX-License-Identifier: GPL-3.0-or-later
// The registry's fields as keywords: a field of bytes is a sticky buffer of its name, a number is asked behind a colon.
#pragma once

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile {

// False: no protocol has a field of that name.
bool apply_field(Builder& builder, const text::Option& option, std::string_view name);

}  // namespace gatehouse::ips::compile
