// SPDX-License-Identifier: GPL-3.0-or-later
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "capture/pcap_file.hpp"
#include "cli/commands.hpp"
#include "cli/live_view.hpp"
#include "cli/refused_rules.hpp"
#include "engine/settings.hpp"

namespace gatehouse::cli {
namespace {

constexpr Duration kForever = seconds(365 * 24 * 3600);

// What a capture is looked at by unless a configuration says otherwise: nothing is verified that a capture on the
// sending host could not have, no network is home, there is no firewall but the one that --policy names, and no folder of
// the system is written.
constexpr std::string_view kReplayDefaults =
    "version: 1\n"
    "decode: { verify-checksums: false }\n"
    "policy: { file: \"\" }\n"
    "ips: { variables: { addresses: { HOME_NET: any, EXTERNAL_NET: any } }, cache: \"\" }\n";

// As if standing in the way since before the capture began: a session without a beginning is not let through.
constexpr std::string_view kIpsDefaults = "stream: { midstream: false, async-oneside: false }\n";

Result<config::Config> load_config(const Arguments& arguments) {
  const auto overrides = arguments.values("set");
  if (const auto file = arguments.value("config")) return config::load(*file, overrides, engine::surroundings());
  std::string defaults{kReplayDefaults};
  if (arguments.has("ips")) defaults += kIpsDefaults;
  return config::load_text(defaults, "--set", overrides, engine::surroundings());
}

Result<double> speed_of(const Arguments& arguments) {
  if (!arguments.has("live-rate")) return 0.0;  // as fast as possible
  const auto text = arguments.value_or("live-rate", "1");
  double speed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), speed);
  if (error != std::errc{} || end != text.data() + text.size() || !(speed > 0))
    return failure(fmt::format("--live-rate={} is not a speed; 1 is the capture's own, 10 ten times that", text),
                   ErrorCode::invalid_config);
  return speed;
}

struct Replay {
  config::Config config;
  engine::EngineSettings settings;
  capture::Sources sources;
  ips::compile::DatasetStore datasets;
  ips::compile::Compiled signatures;
  std::shared_ptr<const engine::Generation> generation;
};

Result<std::unique_ptr<Replay>> prepare(const Arguments& arguments) {
  auto made = std::make_unique<Replay>();
  Replay& replay = *made;
  ASSIGN_OR_RETURN(replay.config, load_config(arguments), "replay");
  if (const auto policy = arguments.value("policy")) replay.config.policy.file = *policy;
  for (const std::string& rules : arguments.values("rules")) replay.config.ips.rules.emplace_back(rules);

  const std::filesystem::path out{arguments.value_or("out", ".")};
  std::error_code error;
  std::filesystem::create_directories(out, error);
  if (error) return failure(fmt::format("--out {}: {}", out.string(), error.message()));

  ASSIGN_OR_RETURN(replay.settings, engine::settings_of(replay.config, 1), "preparing the engine");
  engine::WorkerSettings& worker = replay.settings.worker;
  const bool ips = arguments.has("ips");
  worker.mode = ips ? engine::Mode::prevent : engine::Mode::detect;
  worker.tcp.mode = ips ? flow::TcpMode::in_line : flow::TcpMode::passive;
  worker.drop_log = engine::DropLog::every_packet;
  worker.lossless_log = true;
  worker.wall_clock = false;
  worker.log_packet_numbers = true;
  worker.log_port_names = false;
  replay.settings.log = out / "eve.json";
  replay.settings.truncate_log = true;
  replay.settings.stats_interval = seconds(0);

  ASSIGN_OR_RETURN(const double speed, speed_of(arguments), "reading options");
  ASSIGN_OR_RETURN(replay.sources, capture::open_pcap_file(std::string(*arguments.value("CAPTURE")), {.speed = speed}),
                   "replay");
  ASSIGN_OR_RETURN(replay.signatures, engine::load_signatures(replay.config, replay.datasets), "loading rules");
  ASSIGN_OR_RETURN(replay.generation, engine::generation_of(replay.config, 1, replay.signatures.ruleset), "loading the policy");
  return made;
}

void print_summary(const engine::WorkerCounters& c, double seconds, const std::filesystem::path& log, bool as_json) {
  const double rate = seconds > 0 ? static_cast<double>(c.decode.packets) / seconds : 0;
  if (as_json) {
    nlohmann::json summary{{"packets", c.decode.packets}, {"bytes", c.decode.bytes},
                           {"flows", c.flows.total},      {"records", c.log.records},
                           {"alerts", c.verdicts.alerts + c.alerts.alerts}, {"blocked", c.verdicts.blocked + c.verdicts.rejected},
                           {"seconds", seconds},          {"log", log.string()}};
    fmt::print("{}\n", summary.dump());
    return;
  }
  fmt::print("{} packets, {} flows, {} refused sessions, {} alerts, {} log records in {:.2f} s ({:.0f} packets/s): {}\n",
             c.decode.packets, c.flows.total, c.verdicts.alerts, c.alerts.alerts, c.log.records, seconds, rate, log.string());
}

}  // namespace

int cmd_replay(const Arguments& arguments) {
  auto prepared = prepare(arguments);
  if (!prepared) return report(prepared.error());
  tell_refused_rules((*prepared)->signatures);

  Replay& replay = **prepared;
  const std::filesystem::path log = replay.settings.log;
  auto made = engine::Engine::make(replay.settings, std::move(replay.sources), replay.generation);
  if (!made) return report(made.error());
  engine::Engine& engine = **made;
  if (arguments.has("show")) {
    fmt::print("{}", LiveView::heading());
    engine.recorder().watch([view = LiveView(::isatty(STDOUT_FILENO) == 1)](std::string_view record) {
      fmt::print("{}", view.line(record));
      return true;
    });
  }
  const auto begin = std::chrono::steady_clock::now();
  engine.start();
  engine.wait(kForever);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  const engine::WorkerCounters counters = engine.counters();
  const std::string trouble{engine.workers().front()->source().error()};
  const bool cut_short = engine.workers().front()->source().cut_short();
  made->reset();  // the log is whole when this returns
  if (const auto saved = replay.datasets.save(); !saved) return report(saved.error());
  if (!arguments.has("quiet")) print_summary(counters, took.count(), log, arguments.has("json"));
  if (cut_short)
    fmt::print(stderr, "gatehouse: {}; all before it was replayed\n", trouble);
  else if (!trouble.empty())
    return report({ErrorCode::failed, trouble});
  return kOk;
}

}  // namespace gatehouse::cli
