// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "config/describe.hpp"

namespace gatehouse::cli {

int cmd_config(const Arguments& arguments) {
  const std::string_view action = *arguments.value("ACTION");
  if (arguments.has("KEY") && action != "explain") {
    fmt::print(stderr, "gatehouse: config {} takes no KEY\n", action);
    return kUsage;
  }
  if (action == "default")
    fmt::print("{}", config::default_file());
  else if (action == "schema")
    fmt::print("{}", config::json_schema());
  else if (action == "markdown")
    fmt::print("{}", config::markdown());
  else {
    const auto text = config::explain(arguments.value_or("KEY", ""));
    if (!text) return report(text.error());
    fmt::print("{}", *text);
  }
  return kOk;
}

}  // namespace gatehouse::cli
