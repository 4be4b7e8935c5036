// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>

#include "model/field.hpp"

namespace gatehouse::proto::http2 {

// The buffers of HTTP by their names in HTTP/1, and those of HTTP/2 alone. A name that both directions have stands in
// two rows, one for each.
extern const std::array<FieldSpec, 50> kFields;

}  // namespace gatehouse::proto::http2
