// SPDX-License-Identifier: GPL-3.0-or-later
// The options told to people and to editors, from the same rows that read them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gatehouse::config {

// An option by its dotted name, a section or group by its own, everything for an empty key. An unknown one is an error
// with a suggestion.
Result<std::string> explain(std::string_view key);
// A complete configuration: every option at its default, its meaning above it as a comment.
std::string default_file();
// For editors (JSON Schema, draft 2020-12).
std::string json_schema();
// The reference page.
std::string markdown();

}  // namespace gatehouse::config
