// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/rule_book.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "cli/listing.hpp"
#include "engine/settings.hpp"
#include "ips/select/rule_facts.hpp"
#include "ips/select/rule_files.hpp"

namespace gatehouse::cli {
namespace {

using Json = nlohmann::ordered_json;
using ips::select::Decision;
using ips::select::Reason;

constexpr std::string_view kDefaultConfig = "/etc/gatehouse/gatehouse.yaml";

Json as_json(const Reason& reason) {
  return {{"cause", ips::select::word_for(reason.cause)},
          {"file", reason.file},
          {"line", reason.line},
          {"text", reason.text()}};
}

std::string place_of(const Decision& decision) {
  return fmt::format("{}:{}", decision.file->name(), decision.shipped->place.line);
}

// The lines of threshold.config that concern the rule.
std::vector<std::string> threshold_places(const RuleBook& book, const Decision& decision) {
  std::vector<std::string> places;
  const auto add = [&](std::string_view what, const ips::select::ThresholdConfig::Of& row) {
    std::string text = fmt::format("{} by {}:{}", what, book.thresholds.name(), row.place.line);
    if (row.names(decision.gid, decision.sid) && (places.empty() || places.back() != text))
      places.push_back(std::move(text));
  };
  for (const auto& row : book.thresholds.thresholds()) add("limited", row);
  for (const auto& row : book.thresholds.suppressions()) add("suppressed", row);
  return places;
}

std::string value_of(const ips::text::Rule& rule, std::string_view option) {
  const auto* found = rule.find(option);
  return found == nullptr ? std::string{} : std::string(found->value.text);
}

}  // namespace

Result<config::Config> config_of(const Arguments& arguments, std::string_view rules) {
  config::Config config = config::defaults();
  const bool files_only =
      (arguments.has("rules") || !rules.empty()) && !arguments.has("config") && !arguments.has("set");
  if (!files_only) {
    const auto overrides = arguments.values("set");
    const std::string file{arguments.value_or("config", kDefaultConfig)};
    ASSIGN_OR_RETURN(config, config::load(file, overrides, engine::surroundings()), "rules");
  }
  if (arguments.has("rules")) {
    config.ips.rules.clear();
    for (const std::string& name : arguments.values("rules")) config.ips.rules.emplace_back(name);
  }
  if (!rules.empty()) config.ips.rules = {std::filesystem::path(std::string(rules))};
  if (config.ips.rules.empty())
    return failure("no rules are named: name them in ips.rules of the configuration, or with --rules FILE");
  return config;
}

Result<std::unique_ptr<RuleBook>> RuleBook::open(const config::Config& config) {
  const config::Config::Ips& ips = config.ips;
  auto book = std::make_unique<RuleBook>();
  ASSIGN_OR_RETURN(book->files, ips::select::read_rule_files(ips.rules), "rules");
  ASSIGN_OR_RETURN(
      book->lists,
      ips::select::Lists::read({.enable = ips.enable, .disable = ips.disable, .drop = ips.drop, .modify = ips.modify}),
      "rules");
  if (!ips.threshold.empty()) {
    const ips::select::AddressVariables variables{ips.variables.addresses.begin(), ips.variables.addresses.end()};
    ASSIGN_OR_RETURN(book->thresholds, ips::select::ThresholdConfig::read(ips.threshold, variables), "rules");
  }
  book->selection = ips::select::Selection::make(book->files, book->lists);
  return book;
}

std::vector<ips::text::Refusal> RuleBook::mistakes() const {
  std::vector<ips::text::Refusal> all = lists.mistakes();
  for (const auto& file : files) all.insert(all.end(), file.refusals().begin(), file.refusals().end());
  all.insert(all.end(), thresholds.mistakes().begin(), thresholds.mistakes().end());
  return all;
}

Result<const Decision*> find_rule(const RuleBook& book, std::string_view number) {
  const auto colon = number.find(':');
  const auto read = [&](std::string_view digits) {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() ? std::optional{value} : std::nullopt;
  };
  const auto gid = colon == number.npos ? std::optional{1u} : read(number.substr(0, colon));
  const auto sid = read(colon == number.npos ? number : number.substr(colon + 1));
  if (!gid || !sid) return failure(fmt::format("'{}' is no sid; write it as 2019401 or 1:2019401", number));
  const Decision* found = book.selection.find(*gid, *sid);
  if (found == nullptr)
    return failure(fmt::format("no rule with the sid {} is in the {} rules of {} files", number,
                               book.selection.decisions().size(), book.files.size()),
                   ErrorCode::not_found);
  return found;
}

std::string rule_message(const ips::text::Rule& rule) {
  const std::string value = value_of(rule, "msg");
  std::string text;
  const std::string_view inner = ips::text::without_quotes(value);
  for (std::size_t i = 0; i < inner.size(); ++i)
    text += inner[i] == '\\' && i + 1 < inner.size() ? inner[++i] : inner[i];
  return text;
}

std::string_view rule_state(const Decision& decision) noexcept {
  return decision.enabled ? "enabled" : "disabled";
}

Json rule_summary(const Decision& decision) {
  Json reasons = Json::array();
  for (const Reason& reason : decision.reasons) reasons.push_back(as_json(reason));
  return {{"gid", decision.gid},
          {"sid", decision.sid},
          {"rev", decision.rev},
          {"enabled", decision.enabled},
          {"action", decision.rule->action.text},
          {"protocol", decision.rule->protocol.text},
          {"message", rule_message(*decision.rule)},
          {"classtype", value_of(*decision.rule, "classtype")},
          {"file", decision.file->name()},
          {"line", decision.shipped->place.line},
          {"reasons", std::move(reasons)}};
}

Json rule_details(const RuleBook& book, const Decision& decision) {
  const auto facts = ips::select::RuleFacts::of(*decision.rule, decision.file->name());
  Json metadata = Json::array();
  for (const auto& [key, value] : facts.metadata) metadata.push_back({{"key", key}, {"value", value}});
  Json details = rule_summary(decision);
  details["shipped_enabled"] = decision.shipped->enabled;
  details["cves"] = facts.cves;
  details["metadata"] = std::move(metadata);
  details["thresholds"] = threshold_places(book, decision);
  details["rule"] = facts.text;
  if (decision.rule != decision.shipped) details["shipped_rule"] = decision.shipped->raw;
  return details;
}

std::string rule_page(const RuleBook& book, const Decision& decision) {
  std::string page;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) page += fmt::format("{:<10}  {}\n", name, printable(value));
  };
  const auto facts = ips::select::RuleFacts::of(*decision.rule, decision.file->name());
  add("sid", fmt::format("{}:{} revision {}", decision.gid, decision.sid, decision.rev));
  add("message", rule_message(*decision.rule));
  add("file", place_of(decision));
  add("state", rule_state(decision));
  if (decision.reasons.empty()) add("", "as the rule file has it");
  for (const Reason& reason : decision.reasons) add("", reason.text());
  add("action", decision.rule->action.text);
  add("classtype", value_of(*decision.rule, "classtype"));
  for (const std::string& cve : facts.cves) add("cve", "CVE-" + cve);
  for (const std::string& place : threshold_places(book, decision)) add("alerts", place);
  for (const auto& [key, value] : facts.metadata) add("metadata", fmt::format("{} {}", key, value));
  add("rule", facts.text);
  if (decision.rule != decision.shipped) add("as shipped", decision.shipped->raw);
  return page;
}

}  // namespace gatehouse::cli
