// SPDX-License-Identifier: GPL-3.0-or-later
#include <fmt/format.h>
#include <unistd.h>

#include "cli/commands.hpp"
#include "cli/live_view.hpp"
#include "engine/control.hpp"

namespace gatehouse::cli {

int cmd_watch(const Arguments& arguments) {
  const bool json = arguments.has("json");
  const LiveView view{::isatty(STDOUT_FILENO) == 1};
  if (!json) fmt::print("{}", LiveView::heading());
  const auto watched = engine::watch_records(std::string(arguments.value_or("socket", "/run/gatehouse/control.socket")),
                                             [&](std::string_view record) {
                                               if (json)
                                                 fmt::print("{}\n", record);
                                               else
                                                 fmt::print("{}", view.line(record));
                                               return std::fflush(stdout) == 0;
                                             });
  if (watched) return kOk;
  report(watched.error());
  return watched.error().code == ErrorCode::not_permitted ? kNotPermitted : kNotRunning;
}

}  // namespace gatehouse::cli
