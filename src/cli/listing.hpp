// SPDX-License-Identifier: GPL-3.0-or-later
// A table for people: columns as wide as their widest entry.
#pragma once

#include <string>
#include <vector>

namespace gatehouse::cli {

// The first row is the heading. The last column is not filled up.
std::string format_listing(const std::vector<std::vector<std::string>>& rows);

}  // namespace gatehouse::cli
