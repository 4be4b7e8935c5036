// SPDX-License-Identifier: GPL-3.0-or-later
// What `gatehouse rules` says of compiled rules: those that are refused, figures, and a trial on a capture.
#pragma once

#include <string>

#include "config/config.hpp"

namespace gatehouse::cli {

int rules_failed(const config::Config& config, bool as_json);
int rules_stats(const config::Config& config, bool as_json);
// Which signatures of `config` alert on the capture, and how often. `naive`: each is asked of everything.
int rules_test(const config::Config& config, const std::string& capture, bool naive, bool as_json);

}  // namespace gatehouse::cli
