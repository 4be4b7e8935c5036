// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::enip {

extern const std::array<FieldSpec, 26> kFields;

}  // namespace gatehouse::proto::enip
