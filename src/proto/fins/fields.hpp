// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::fins {

extern const std::array<FieldSpec, 13> kFields;

}  // namespace gatehouse::proto::fins
