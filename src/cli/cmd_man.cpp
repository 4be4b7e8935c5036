// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/help.hpp"

namespace gatehouse::cli {

int cmd_man(const Arguments&) {
  fmt::print("{}", manual_page());
  return kOk;
}

}  // namespace gatehouse::cli
