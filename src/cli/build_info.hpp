// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace gatehouse::cli {

std::string version_text();     // one line
std::string build_info_text();  // what this program was made with

}  // namespace gatehouse::cli
