// SPDX-License-Identifier: GPL-3.0-or-later
// The list of all application protocols. Adding one is a folder and a line in registry.cpp.
#pragma once

#include <span>
#include <string_view>

#include "model/protocol.hpp"

namespace gatehouse::proto {

// In order of detection: where two could claim the same bytes the earlier one is asked first.
std::span<const ProtocolSpec* const> all() noexcept;
const ProtocolSpec* find(std::string_view name) noexcept;
const FieldSpec* find_field(std::string_view name) noexcept;

}  // namespace gatehouse::proto
