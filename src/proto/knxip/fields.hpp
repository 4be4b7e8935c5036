// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::knxip {

extern const std::array<FieldSpec, 15> kFields;

}  // namespace gatehouse::proto::knxip
