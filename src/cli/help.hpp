// SPDX-License-Identifier: GPL-3.0-or-later
// Help, manual page and completions, from the table.
#pragma once

#include <string>

#include "cli/options.hpp"

namespace gatehouse::cli {

std::string overall_help();
std::string verb_help(const VerbSpec& verb);
std::string manual_page();                              // roff, section 8
std::string completion_script(std::string_view shell);  // bash, zsh or fish

// "--config FILE", "-c, --config FILE", "--live-rate[=SPEED]"
std::string option_form(const OptionSpec& option, bool with_letter);
// "gatehouse replay [OPTIONS] CAPTURE"
std::string usage_line(const VerbSpec& verb);

struct ExitStatusRow {
  int status;
  std::string_view means;
};
std::span<const ExitStatusRow> exit_statuses() noexcept;

}  // namespace gatehouse::cli
