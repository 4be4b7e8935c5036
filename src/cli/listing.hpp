// SPDX-License-Identifier: GPL-3.0-or-later
// A table for people: columns as wide as their widest entry.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gatehouse::cli {

// What may stand on a terminal: what would move its cursor is shown as '?'.
std::string printable(std::string_view text);

// The first row is the heading. The last column is not filled up.
std::string format_listing(const std::vector<std::vector<std::string>>& rows);

}  // namespace gatehouse::cli
