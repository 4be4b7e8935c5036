// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::rdp {

extern const std::array<FieldSpec, 11> kFields;

}  // namespace gatehouse::proto::rdp
