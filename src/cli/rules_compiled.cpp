// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/rules_compiled.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "capture/pcap_file.hpp"
#include "cli/commands.hpp"
#include "cli/listing.hpp"
#include "cli/refused_rules.hpp"
#include "engine/settings.hpp"

namespace gatehouse::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr Duration kForever = seconds(365 * 24 * 3600);

void print(const Json& json) {
  fmt::print("{}\n", json.dump(2, ' ', false, Json::error_handler_t::replace));
}

Json as_json(const ips::text::Refusal& refusal) {
  return {{"file", refusal.file},        {"line", refusal.place.line}, {"column", refusal.place.column},
          {"signature_id", refusal.sid}, {"keyword", refusal.keyword}, {"reason", refusal.reason}};
}

std::vector<std::string> as_row(const ips::text::Refusal& refusal, std::string_view state) {
  return {refusal.sid != 0 ? fmt::format("{}", refusal.sid) : "-", std::string(state),
          fmt::format("{}:{}:{}", refusal.file, refusal.place.line, refusal.place.column), printable(refusal.keyword),
          printable(refusal.reason)};
}

struct Alerted {
  std::string message;
  std::uint64_t count = 0;
};
using AlertsBySid = std::map<std::pair<std::uint64_t, std::uint64_t>, Alerted>;

void count_alert(AlertsBySid& alerts, std::string_view record) {
  if (record.find("\"event_type\":\"alert\"") == record.npos) return;
  const Json parsed = Json::parse(record, nullptr, false);
  const auto alert = parsed.find("alert");
  if (alert == parsed.end()) return;
  Alerted& entry = alerts[{alert->value("gid", 1u), alert->value("signature_id", 0u)}];
  entry.message = alert->value("signature", "");
  ++entry.count;
}

Result<AlertsBySid> try_on(config::Config config, std::shared_ptr<const ips::Ruleset> signatures,
                           const std::string& capture) {
  config.policy.file.clear();  // signatures alone are tried
  ASSIGN_OR_RETURN(auto settings, engine::settings_of(config, 1), "preparing the engine");
  settings.worker.mode = engine::Mode::detect;
  settings.worker.tcp.mode = flow::TcpMode::passive;
  settings.worker.lossless_log = true;
  settings.worker.wall_clock = false;
  settings.worker.log_port_names = false;
  settings.worker.log_types = {std::string(event_type::alert)};
  // Beside no other file: it is read back when all is written, and goes then.
  const std::filesystem::path log =
      std::filesystem::temp_directory_path() / fmt::format("gatehouse-rules-test-{}.json", ::getpid());
  settings.log = log;
  settings.truncate_log = true;
  settings.stats_interval = seconds(0);
  ASSIGN_OR_RETURN(auto sources, capture::open_pcap_file(capture, {}), "rules test");
  ASSIGN_OR_RETURN(auto generation, engine::generation_of(config, 1, std::move(signatures)), "rules test");
  ASSIGN_OR_RETURN(auto made, engine::Engine::make(std::move(settings), std::move(sources), generation), "rules test");
  made->start();
  made->wait(kForever);
  const std::string trouble{made->workers().front()->source().error()};
  const bool cut_short = made->workers().front()->source().cut_short();
  made.reset();
  AlertsBySid alerts;
  std::ifstream records{log};
  for (std::string record; std::getline(records, record);) count_alert(alerts, record);
  std::error_code error;
  std::filesystem::remove(log, error);
  if (!trouble.empty() && !cut_short) return failure(trouble);
  return alerts;
}

}  // namespace

int rules_failed(const config::Config& config, bool json) {
  ips::compile::DatasetStore datasets;
  const auto compiled = engine::load_signatures(config, datasets);
  if (!compiled) return report(compiled.error());
  if (json) {
    Json refused = Json::array(), skipped = Json::array();
    for (const auto& refusal : compiled->refused) refused.push_back(as_json(refusal));
    for (const auto& refusal : compiled->skipped) skipped.push_back(as_json(refusal));
    print({{"loaded", compiled->statistics.loaded}, {"refused", refused}, {"skipped", skipped}});
    return kOk;
  }
  std::vector<std::vector<std::string>> rows{{"SID", "STATE", "PLACE", "KEYWORD", "REASON"}};
  for (const auto& refusal : compiled->refused) rows.push_back(as_row(refusal, "refused"));
  for (const auto& refusal : compiled->skipped) rows.push_back(as_row(refusal, "skipped"));
  if (rows.size() > 1) fmt::print("{}", format_listing(rows));
  fmt::print("{} loaded, {} refused, {} skipped\n", compiled->statistics.loaded, compiled->refused.size(),
             compiled->skipped.size());
  return kOk;
}

int rules_stats(const config::Config& config, bool json) {
  ips::compile::DatasetStore datasets;
  const auto compiled = engine::load_signatures(config, datasets);
  if (!compiled) return report(compiled.error());
  const ips::compile::Statistics& s = compiled->statistics;
  const std::array<std::pair<std::string_view, Json>, 11> rows{{{"rules", s.rules},
                                                                {"loaded", s.loaded},
                                                                {"refused", s.refused},
                                                                {"skipped", s.skipped},
                                                                {"without a literal", s.without_literal},
                                                                {"literals", s.literals},
                                                                {"pattern sets", s.pattern_sets},
                                                                {"pattern sets from the cache", s.from_cache},
                                                                {"bytes of pattern sets", s.pattern_bytes},
                                                                {"seconds to understand", s.understand_seconds},
                                                                {"seconds for prefilters", s.prefilter_seconds}}};
  if (json) {
    Json object;
    for (auto [name, value] : rows) {
      std::string key{name};
      std::ranges::replace(key, ' ', '_');
      object[key] = value;
    }
    print(object);
    return kOk;
  }
  for (const auto& [name, value] : rows)
    fmt::print("{:<28} {}\n", name,
               value.is_number_float() ? fmt::format("{:.2f}", value.get<double>()) : value.dump());
  return kOk;
}

int rules_test(const config::Config& config, const std::string& capture, bool naive, bool json) {
  ips::compile::DatasetStore datasets;
  const auto compiled = engine::load_signatures(config, datasets, naive);
  if (!compiled) return report(compiled.error());
  tell_refused_rules(*compiled);
  const auto alerts = try_on(config, compiled->ruleset, capture);
  if (!alerts) return report(alerts.error());
  if (json) {
    Json array = Json::array();
    for (const auto& [id, alerted] : *alerts)
      array.push_back(
          {{"gid", id.first}, {"signature_id", id.second}, {"signature", alerted.message}, {"alerts", alerted.count}});
    print({{"loaded", compiled->statistics.loaded}, {"alerts", array}});
  } else {
    std::vector<std::vector<std::string>> rows{{"SID", "ALERTS", "MESSAGE"}};
    for (const auto& [id, alerted] : *alerts)
      rows.push_back({id.first == 1 ? fmt::format("{}", id.second) : fmt::format("{}:{}", id.first, id.second),
                      fmt::format("{}", alerted.count), printable(alerted.message)});
    if (rows.size() > 1) fmt::print("{}", format_listing(rows));
    fmt::print("{} of {} signatures alert\n", alerts->size(), compiled->statistics.loaded);
  }
  return kOk;
}

}  // namespace gatehouse::cli
