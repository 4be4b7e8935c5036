// SPDX-License-Identifier: GPL-3.0-or-later
// The signatures that a configuration names and what its lists make of them, for `gatehouse rules`.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "cli/options.hpp"
#include "config/config.hpp"
#include "ips/select/selection.hpp"
#include "ips/select/threshold_config.hpp"

namespace gatehouse::cli {

struct RuleBook {
  std::vector<ips::text::RuleFile> files;
  ips::select::Lists lists;
  ips::select::ThresholdConfig thresholds;
  ips::select::Selection selection;

  // On the heap: the selection points into the files.
  static Result<std::unique_ptr<RuleBook>> open(const config::Config& config);

  // Lines of rule files and lists that could not be read.
  std::vector<ips::text::Refusal> mistakes() const;
};

// The configuration that the verb's options name: by --config and --set, or by --rules alone. `rules`, if any, takes
// the place of the files that it names.
Result<config::Config> config_of(const Arguments& arguments, std::string_view rules = {});

// "2019401" or "1:2019401".
Result<const ips::select::Decision*> find_rule(const RuleBook& book, std::string_view number);

std::string rule_message(const ips::text::Rule& rule);
// "enabled", "disabled"
std::string_view rule_state(const ips::select::Decision& decision) noexcept;
nlohmann::ordered_json rule_summary(const ips::select::Decision& decision);
nlohmann::ordered_json rule_details(const RuleBook& book, const ips::select::Decision& decision);
// The same for people: a name and a value a line.
std::string rule_page(const RuleBook& book, const ips::select::Decision& decision);

}  // namespace gatehouse::cli
