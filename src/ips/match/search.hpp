// SPDX-License-Identifier: GPL-3.0-or-later
// Finds a literal in bytes.
#pragma once

#include <cstddef>

#include "base/bytes.hpp"

namespace gatehouse::ips {

inline constexpr std::size_t kNotFound = static_cast<std::size_t>(-1);

// Where `pattern` (not empty; in lower case where `nocase`) begins first at or behind `from`, and ends at or before
// `to`; kNotFound where it does not.
std::size_t find_literal(Bytes bytes, std::size_t from, std::size_t to, Bytes pattern, bool nocase) noexcept;
// Whether `pattern` stands at `at`.
bool stands_at(Bytes bytes, std::size_t at, Bytes pattern, bool nocase) noexcept;

}  // namespace gatehouse::ips
