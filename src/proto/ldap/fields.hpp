// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::ldap {

extern const std::array<FieldSpec, 18> kFields;

}  // namespace gatehouse::proto::ldap
