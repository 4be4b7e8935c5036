// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::gesrtp {

extern const std::array<FieldSpec, 10> kFields;

}  // namespace gatehouse::proto::gesrtp
