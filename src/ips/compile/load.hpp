// SPDX-License-Identifier: GPL-3.0-or-later
// Signatures as the configuration names them: files, the operator's lists, variables, and what is beside them.
#pragma once

#include <span>
#include <vector>

#include "config/config.hpp"
#include "ips/compile/compile.hpp"
#include "ips/compile/dataset_store.hpp"

namespace gatehouse::ips::compile {

struct LoadSettings {
  bool inline_mode = false;
  std::filesystem::path data_folder;  // where rules may have their sets saved; empty: nowhere
  unsigned threads = 0;
  bool naive = false;  // see CompileSettings
};

// What the compiler knows outside of rules, from the configuration. Mistakes in its files are added to `mistakes`.
Result<Surroundings> surroundings_of(const config::Config::Ips& ips, std::span<const ProtocolSpec* const> protocols,
                                     DatasetStore& datasets, const LoadSettings& settings,
                                     std::vector<text::Refusal>& mistakes);

// Reads, selects and compiles. No rule files: a null ruleset. Rules that are refused, and lines that cannot be read,
// are in `refused` and stop nothing; a file that cannot be read is an error.
Result<Compiled> load(const config::Config::Ips& ips, std::span<const ProtocolSpec* const> protocols,
                      DatasetStore& datasets, const LoadSettings& settings);

}  // namespace gatehouse::ips::compile
