// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::smb {

inline constexpr std::size_t kFieldCount = 28;
extern const std::array<FieldSpec, kFieldCount> kFields;

}  // namespace gatehouse::proto::smb
