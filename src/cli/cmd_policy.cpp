// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "policy/policy.hpp"

namespace gatehouse::cli {

int cmd_policy(const Arguments& arguments) {
  if (*arguments.value("ACTION") == "schema")
    fmt::print("{}", policy::Policy::json_schema());
  else
    fmt::print("{}", policy::Policy::default_text());
  return kOk;
}

}  // namespace gatehouse::cli
