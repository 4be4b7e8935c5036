// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::hartip {

extern const std::array<FieldSpec, 14> kFields;

}  // namespace gatehouse::proto::hartip
