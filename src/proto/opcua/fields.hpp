// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::opcua {

extern const std::array<FieldSpec, 16> kFields;

}  // namespace gatehouse::proto::opcua
