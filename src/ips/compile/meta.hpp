// SPDX-License-Identifier: GPL-3.0-or-later
// What a rule must say of itself.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "ips/compile/builder.hpp"

namespace gatehouse::ips::compile {

// After all options: refuses a rule without a sid.
void require_sid(Builder& builder);

// Decimal digits and nothing else, up to 2^32 - 1.
std::optional<std::uint32_t> read_decimal(std::string_view text) noexcept;

}  // namespace gatehouse::ips::compile
