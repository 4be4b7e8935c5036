// SPDX-License-Identifier: GPL-3.0-or-later
// Search filters as people write them (RFC 4515): "(&(objectClass=user)(mail=*))".
#pragma once

#include <memory_resource>
#include <string>

#include "base/bytes.hpp"

namespace gatehouse::proto::ldap {

inline constexpr unsigned kMaxFilterDepth = 32;
inline constexpr std::size_t kMaxFilterText = 1024;

enum class FilterEnd : std::uint8_t { whole, cut, too_deep, malformed };

// Appends the filter's text, cut where it becomes longer than kMaxFilterText. `filter` begins with its tag.
FilterEnd write_filter(Bytes filter, std::pmr::string& text);

}  // namespace gatehouse::proto::ldap
