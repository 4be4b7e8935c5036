// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <fmt/format.h>
#include <optional>

#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "cli/rule_book.hpp"
#include "cli/rules_compiled.hpp"
#include "ips/compile/load.hpp"
#include "ips/explain/explain.hpp"
#include "proto/registry.hpp"

namespace gatehouse::cli {
namespace {

using Json = nlohmann::ordered_json;
using ips::select::Cause;
using ips::select::Decision;

constexpr std::size_t kMostMistakes = 50;  // shown; the rest is counted

void print(const Json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

void print_lines(std::string_view page) {
  while (!page.empty()) {
    const auto end = std::min(page.find('\n'), page.size());
    fmt::print("{}\n", printable(page.substr(0, end)));
    page.remove_prefix(std::min(end + 1, page.size()));
  }
}

// What cannot be read does not keep the rest from being shown.
void tell_mistakes(const RuleBook& book) {
  const auto mistakes = book.mistakes();
  for (const ips::text::Refusal& mistake : std::span{mistakes}.first(std::min(mistakes.size(), kMostMistakes)))
    fmt::print(stderr, "{}:{}:{}: {}{}{}\n", mistake.file, mistake.place.line, mistake.place.column, mistake.keyword,
               mistake.keyword.empty() ? "" : ": ", printable(mistake.reason));
  if (mistakes.size() > kMostMistakes)
    fmt::print(stderr, "gatehouse: and {} more lines cannot be read\n", mistakes.size() - kMostMistakes);
}

bool is_in(const Decision& decision, std::string_view only) {
  if (only == "enabled") return decision.enabled;
  if (only == "disabled") return !decision.enabled;
  if (only == "changed") return !decision.reasons.empty();
  if (only == "drops")
    return decision.enabled && decision.rule->action.text != "alert" && decision.rule->action.text != "pass" &&
           decision.rule->action.text != "config";
  return true;
}

Result<std::vector<const Decision*>> listed(const RuleBook& book, const Arguments& arguments) {
  std::optional<ips::select::Matcher> wanted;
  if (const auto what = arguments.value("WHAT")) {
    auto matcher = ips::select::Matcher::parse(*what);
    if (!matcher) return failure(matcher.error().reason);
    wanted = std::move(*matcher);
  }
  const std::string_view only = arguments.value_or("only", {});
  std::vector<const Decision*> rules;
  for (const Decision& decision : book.selection.decisions()) {
    if (!is_in(decision, only)) continue;
    if (wanted && !wanted->matches(ips::select::RuleFacts::of(*decision.rule, decision.file->name()))) continue;
    rules.push_back(&decision);
  }
  return rules;
}

int list(const RuleBook& book, const Arguments& arguments) {
  const auto rules = listed(book, arguments);
  if (!rules) return report(rules.error());
  if (arguments.has("json")) {
    Json array = Json::array();
    for (const Decision* decision : *rules) array.push_back(rule_summary(*decision));
    print(array);
    return kOk;
  }
  std::vector<std::vector<std::string>> rows{{"SID", "REV", "STATE", "ACTION", "PROTOCOL", "MESSAGE", "DECIDED BY"}};
  for (const Decision* decision : *rules)
    rows.push_back(
        {decision->gid == 1 ? fmt::format("{}", decision->sid) : fmt::format("{}:{}", decision->gid, decision->sid),
         fmt::format("{}", decision->rev), std::string(rule_state(*decision)), std::string(decision->rule->action.text),
         std::string(decision->rule->protocol.text), rule_message(*decision->rule),
         decision->reasons.empty() ? fmt::format("{}:{}", decision->file->name(), decision->shipped->place.line)
                                   : decision->reasons.back().text()});
  fmt::print("{}", format_listing(rows));
  return kOk;
}

int show(const RuleBook& book, const Decision& decision, bool json) {
  if (json)
    print(rule_details(book, decision));
  else
    fmt::print("{}", rule_page(book, decision));
  return kOk;
}

int explain(const config::Config& config, const Decision& decision, bool json) {
  std::vector<ips::text::Refusal> mistakes;
  ips::compile::DatasetStore datasets;
  auto around = ips::compile::surroundings_of(config.ips, proto::all(), datasets, {}, mistakes);
  if (!around) return report(around.error());
  around->folder = std::filesystem::path(decision.file->name()).parent_path();
  const auto described = ips::compile::describe(*decision.rule, *around);
  const auto told = ips::explain::explain(*decision.rule, {described.fast_pattern, described.group});
  if (json)
    print({{"gid", decision.gid},
           {"sid", decision.sid},
           {"enabled", decision.enabled},
           {"message", told.message},
           {"traffic", told.traffic},
           {"conditions", told.conditions},
           {"search", told.search},
           {"effects", told.effects},
           {"references", told.references}});
  else
    print_lines(ips::explain::as_text(told) + (decision.enabled ? "" : "\n\nThe rule is disabled.") +
                (described.refusal
                     ? "\n\nThe rule is refused: " + described.refusal->keyword + ": " + described.refusal->reason
                     : ""));
  return kOk;
}

}  // namespace

int cmd_rules(const Arguments& arguments) {
  const std::string_view action = arguments.value_or("ACTION", {});
  const auto what = arguments.value("WHAT");
  const auto capture = arguments.value("CAPTURE");
  const bool json = arguments.has("json");
  if (action == "test") {
    if (!what || !capture) {
      fmt::print(stderr, "gatehouse: rules test needs a file of rules and a capture\n");
      return kUsage;
    }
    auto config = config_of(arguments, *what);
    return config ? rules_test(*config, std::string(*capture), arguments.has("naive"), json) : report(config.error());
  }
  if ((action == "show" || action == "explain") && !what) {
    fmt::print(stderr, "gatehouse: rules {} needs the sid of a rule, such as 2019401 or 1:2019401\n", action);
    return kUsage;
  }
  const auto config = config_of(arguments);
  if (!config) return report(config.error());
  if (action == "failed") return rules_failed(*config, json);
  if (action == "stats") return rules_stats(*config, json);
  const auto book = RuleBook::open(*config);
  if (!book) return report(book.error());
  tell_mistakes(**book);
  if (action == "list") return list(**book, arguments);
  const auto decision = find_rule(**book, *what);
  if (!decision) return report(decision.error());
  return action == "show" ? show(**book, **decision, json) : explain(*config, **decision, json);
}

}  // namespace gatehouse::cli
