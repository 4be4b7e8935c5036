// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::modbus {

extern const std::array<FieldSpec, 19> kFields;

}  // namespace gatehouse::proto::modbus
