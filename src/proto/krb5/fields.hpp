// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::krb5 {

extern const std::array<FieldSpec, 11> kFields;

}  // namespace gatehouse::proto::krb5
