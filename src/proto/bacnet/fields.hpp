// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::bacnet {

extern const std::array<FieldSpec, 17> kFields;

}  // namespace gatehouse::proto::bacnet
