// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::http {

// A name that both directions have stands in two rows, one for each.
extern const std::array<FieldSpec, 47> kFields;

}  // namespace gatehouse::proto::http
