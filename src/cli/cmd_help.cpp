// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/arguments.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace gatehouse::cli {

int cmd_help(const Arguments& arguments) {
  const auto name = arguments.value("VERB");
  if (!name) {
    fmt::print("{}", overall_help());
    return kOk;
  }
  const VerbSpec* verb = find_verb(*name);
  if (verb == nullptr) {
    report(unknown_verb(*name));
    return kUsage;
  }
  fmt::print("{}", verb_help(*verb));
  return kOk;
}

}  // namespace gatehouse::cli
