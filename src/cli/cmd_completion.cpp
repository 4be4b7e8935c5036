// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace gatehouse::cli {

int cmd_completion(const Arguments& arguments) {
  fmt::print("{}", completion_script(*arguments.value("SHELL")));
  return kOk;
}

}  // namespace gatehouse::cli
