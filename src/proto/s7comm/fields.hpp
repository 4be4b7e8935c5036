// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::s7comm {

extern const std::array<FieldSpec, 19> kFields;

}  // namespace gatehouse::proto::s7comm
