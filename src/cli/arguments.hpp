// SPDX-License-Identifier: GPL-3.0-or-later
// From the words of a command line to Arguments, by the table.
#pragma once

#include <span>
#include <string_view>

#include "base/result.hpp"
#include "cli/options.hpp"

namespace gatehouse::cli {

struct CommandLine {
  Arguments arguments;
  bool wants_help = false;
};

// `words` behind the program's name and the verb. An error is a mistake in usage, as a sentence with a suggestion.
Result<CommandLine> parse(const VerbSpec& verb, std::span<const std::string_view> words);
// "unknown verb 'chekc'; did you mean 'check'?"
Error unknown_verb(std::string_view typed);

}  // namespace gatehouse::cli
