// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/load.hpp"

#include <fstream>
#include <malloc.h>
#include <sstream>

#include "ips/compile/classification.hpp"
#include "ips/compile/lists.hpp"
#include "ips/match/countries.hpp"
#include "ips/match/ip_reputation.hpp"
#include "ips/select/rule_files.hpp"
#include "ips/select/selection.hpp"

namespace gatehouse::ips::compile {
namespace {

Result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  if (!file) return system_failure("reading " + path.string());
  std::ostringstream text;
  text << file.rdbuf();
  return std::move(text).str();
}

void append(std::vector<text::Refusal>& all, std::vector<text::Refusal> more) {
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

Result<std::shared_ptr<const IpReputation>> read_reputation(const config::Config::Ips::Reputation& lists) {
  if (lists.files.empty()) return nullptr;
  auto reputation = std::make_shared<IpReputation>();
  const auto add = [&](const std::filesystem::path& path, auto&& take) -> Result<> {
    ASSIGN_OR_RETURN(const std::string text, read_text(path), "reputation");
    if (const auto taken = take(text); !taken)
      return failure(path.string() + ": " + taken.error(), ErrorCode::invalid_config);
    return {};
  };
  RETURN_IF_ERROR(add(lists.categories, [&](const std::string& t) { return reputation->add_categories(t); }),
                  "ips.reputation");
  for (const auto& path : select::files_named(lists.files))
    RETURN_IF_ERROR(add(path, [&](const std::string& t) { return reputation->add_list(t); }), "ips.reputation");
  reputation->finish();
  return reputation;
}

}  // namespace

Result<Surroundings> surroundings_of(const config::Config::Ips& ips, std::span<const ProtocolSpec* const> protocols,
                                     DatasetStore& datasets, const LoadSettings& settings,
                                     std::vector<text::Refusal>& mistakes) {
  Surroundings around{protocols};
  for (const auto& [name, value] : ips.variables.addresses) around.addresses[name] = value;
  for (const auto& [name, value] : ips.variables.ports) around.ports[name] = value;
  default_variables(around);
  default_classifications(around);
  if (!ips.classification.empty()) {
    ASSIGN_OR_RETURN(const std::string text, read_text(ips.classification), "ips.classification");
    append(mistakes, read_classifications(text, ips.classification.string(), around));
  }
  if (!ips.reference_config.empty()) {
    ASSIGN_OR_RETURN(const std::string text, read_text(ips.reference_config), "ips.reference-config");
    append(mistakes, read_references(text, ips.reference_config.string(), around));
  }
  around.datasets = &datasets;
  around.data_folder = settings.data_folder;
  around.inline_mode = settings.inline_mode;
  around.alert_only = ips.action == config::IpsAction::alert;
  if (!ips.geoip_database.empty()) {
    ASSIGN_OR_RETURN(around.countries, Countries::open(ips.geoip_database), "ips.geoip-database");
  }
  ASSIGN_OR_RETURN(around.reputation, read_reputation(ips.reputation), "reading lists");
  return around;
}

Result<Compiled> load(const config::Config::Ips& ips, std::span<const ProtocolSpec* const> protocols,
                      DatasetStore& datasets, const LoadSettings& settings) {
  if (!ips.enabled || ips.rules.empty()) return Compiled{};
  std::vector<text::Refusal> mistakes;
  ASSIGN_OR_RETURN(Surroundings around, surroundings_of(ips, protocols, datasets, settings, mistakes), "signatures");
  Compiled compiled;
  {
    ASSIGN_OR_RETURN(const auto files, select::read_rule_files(ips.rules), "signatures");
    ASSIGN_OR_RETURN(const auto lists, select::Lists::read({ips.enable, ips.disable, ips.drop, ips.modify}),
                     "signatures");
    select::ThresholdConfig thresholds;
    if (!ips.threshold.empty()) {
      ASSIGN_OR_RETURN(thresholds, select::ThresholdConfig::read(ips.threshold, around.addresses), "signatures");
    }
    for (const text::RuleFile& file : files) append(mistakes, file.refusals());
    append(mistakes, lists.mistakes());
    append(mistakes, thresholds.mistakes());
    const select::Selection selection = select::Selection::make(files, lists);
    std::vector<RuleEntry> rules;
    for (const select::Decision& decision : selection.decisions())
      if (decision.enabled) rules.push_back({decision.file, decision.rule});
    ASSIGN_OR_RETURN(compiled, compile(rules, &thresholds, around, {ips.cache, settings.threads, settings.naive}), "signatures");
  }
  compiled.refused.insert(compiled.refused.begin(), std::make_move_iterator(mistakes.begin()),
                          std::make_move_iterator(mistakes.end()));
  // What reading and understanding took is given back before traffic comes.
  ::malloc_trim(0);
  return compiled;
}

}  // namespace gatehouse::ips::compile
