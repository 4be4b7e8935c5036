// SPDX-License-Identifier: GPL-3.0-or-later
// From names as ips.rules has them to rule files.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "base/result.hpp"
#include "ips/text/rule_file.hpp"

namespace gatehouse::ips::select {

// Names with * and ? as the files that they fit, in the order of their names; a file that several names fit, once.
std::vector<std::filesystem::path> files_named(std::span<const std::filesystem::path> names);

// All of them, read. A file that cannot be read is an error; rules that cannot are among each file's refusals.
Result<std::vector<text::RuleFile>> read_rule_files(std::span<const std::filesystem::path> names);

}  // namespace gatehouse::ips::select
