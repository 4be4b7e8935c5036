// SPDX-License-Identifier: GPL-3.0-or-later
// The verbs: one function and one file (cmd_<verb>.cpp) each. What it returns is the exit status.
#pragma once

#include "base/result.hpp"
#include "cli/options.hpp"

namespace gatehouse::cli {

// The manual page documents these; scripts depend on them.
enum ExitStatus : int {
  kOk = 0,
  kFailure = 1,
  kUsage = 2,
  kInvalidConfig = 3,
  kNotPermitted = 4,
  kNotRunning = 5,
};

int exit_status(const Error& error) noexcept;
// Says why on the standard error, as "gatehouse: …", and returns the exit status that fits.
int report(const Error& error);

int cmd_run(const Arguments&);
int cmd_replay(const Arguments&);
int cmd_check(const Arguments&);
int cmd_config(const Arguments&);
int cmd_policy(const Arguments&);
int cmd_status(const Arguments&);
int cmd_counters(const Arguments&);
int cmd_watch(const Arguments&);
int cmd_protocols(const Arguments&);
int cmd_fields(const Arguments&);
int cmd_devices(const Arguments&);
int cmd_rules(const Arguments&);
int cmd_completion(const Arguments&);
int cmd_man(const Arguments&);
int cmd_version(const Arguments&);
int cmd_help(const Arguments&);

}  // namespace gatehouse::cli
