// SPDX-License-Identifier: GPL-3.0-or-later
#include <atomic>
#include <filesystem>
#include <fmt/format.h>
#include <mutex>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include "capture/fail_open.hpp"
#include "capture/nfqueue_rules.hpp"
#include "cli/commands.hpp"
#include "cli/live_view.hpp"
#include "cli/refused_rules.hpp"
#include "engine/control.hpp"
#include "engine/settings.hpp"
#include "os/landlock.hpp"
#include "os/privileges.hpp"
#include "os/seccomp.hpp"
#include "os/service.hpp"
#include "os/signals.hpp"

namespace gatehouse::cli {
namespace {

constexpr std::string_view kDefaultConfig = "/etc/gatehouse/gatehouse.yaml";
constexpr int kTickMilliseconds = 250;

// Everything that a running engine is made of, in the order in which it goes down again.
class Guard {
 public:
  static Result<std::unique_ptr<Guard>> raise(const Arguments& arguments, const config::Config& config);
  ~Guard();
  int watch_over(os::SignalFd& signals);

 private:
  Guard(const Arguments& arguments, const config::Config& config) : arguments_(arguments), config_(config) {}
  Result<> confine();
  Result<std::string> reload();
  std::string status() const;

  const Arguments& arguments_;
  config::Config config_;
  std::string queue_rules_;  // what hands packets to the queues; empty where nothing was installed
  std::vector<std::string> notes_;
  ips::compile::DatasetStore datasets_;  // outlives the engine, whose signatures ask it
  std::unique_ptr<engine::Engine> engine_;
  std::unique_ptr<engine::Control> control_;
  std::atomic<bool> stop_{false};
  std::mutex reloading_;  // signals and the control socket may ask at once
};

Result<config::Config> load_config(const Arguments& arguments) {
  return config::load(std::string(arguments.value_or("config", kDefaultConfig)), arguments.values("set"),
                      engine::surroundings());
}

Result<std::unique_ptr<Guard>> Guard::raise(const Arguments& arguments, const config::Config& config) {
  std::unique_ptr<Guard> self{new Guard(arguments, config)};
  RETURN_IF_ERROR(config::ready_to_capture(config), "configuration");
  std::error_code error;
  std::filesystem::create_directories(config.system.runtime_dir, error);
  if (error)
    return failure(fmt::format("system.runtime-dir {}: {}", config.system.runtime_dir.string(), error.message()),
                   error == std::errc::permission_denied ? ErrorCode::not_permitted : ErrorCode::failed);
  ASSIGN_OR_RETURN(auto signatures, engine::load_signatures(config, self->datasets_), "starting");
  tell_refused_rules(signatures);
  ASSIGN_OR_RETURN(auto generation, engine::generation_of(config, 1, signatures.ruleset), "starting");
  ASSIGN_OR_RETURN(auto sources, engine::open_capture(config), "starting");
  if (config.capture.mode == config::CaptureMode::nfqueue) {
    ASSIGN_OR_RETURN(self->queue_rules_, capture::install_queue_rules(engine::queue_options(config)), "starting");
  }
  ASSIGN_OR_RETURN(auto settings, engine::settings_of(config, sources.size()), "starting");
  ASSIGN_OR_RETURN(self->engine_, engine::Engine::make(std::move(settings), std::move(sources), generation),
                   "starting");
  if (generation->policy != nullptr)
    for (const std::string& name : generation->policy->missing_interfaces())
      self->notes_.push_back("the policy's zones name interface " + name + ", which is not captured from");

  Guard& guard = *self;
  engine::ControlActions actions{[&guard] { return guard.reload(); }, [&guard] { guard.stop_ = true; },
                                 [&guard] { return guard.status(); }};
  ASSIGN_OR_RETURN(self->control_, engine::Control::open(config.control.socket, *self->engine_, std::move(actions)),
                   "starting");
  return self;
}

Guard::~Guard() {
  os::notify_stopping();
  control_.reset();
  engine_.reset();
  if (!queue_rules_.empty()) (void)capture::remove_queue_rules();
}

// From here on the process reads hostile bytes: it keeps only what it needs for that.
Result<> Guard::confine() {
  const bool nfqueue = config_.capture.mode == config::CaptureMode::nfqueue;
  os::FileAccess access;
  access.read = {"/etc", "/usr", "/lib", "/proc", "/sys", config_.policy.file.parent_path().string()};
  for (const auto& path : {config_.ips.enable, config_.ips.disable, config_.ips.drop, config_.ips.modify,
                           config_.ips.threshold, config_.ips.classification, config_.ips.reference_config,
                           config_.ips.geoip_database, config_.ips.reputation.categories})
    if (!path.empty()) access.read.push_back(path.parent_path().string());
  for (const auto& files : {config_.ips.rules, config_.ips.reputation.files})
    for (const auto& path : files) access.read.push_back(path.parent_path().string());
  access.write = {config_.log.eve.parent_path().string(), config_.control.socket.parent_path().string(),
                  config_.system.runtime_dir.string()};
  if (!config_.ips.cache.empty()) access.write.push_back(config_.ips.cache.string());
  // Removing the queue rules at the end needs root's tools: with NFQUEUE the process stays who it is, but is confined.
  if (!nfqueue && ::geteuid() == 0 && ::getpwnam(config_.system.user.c_str()) != nullptr) {
    RETURN_IF_ERROR(os::drop_privileges(config_.system.user, {}), "giving privileges up");
  } else if (!nfqueue && ::geteuid() == 0) {
    notes_.push_back("there is no user '" + config_.system.user + "' to become: the engine goes on as root, confined");
  }
  if (!nfqueue) {
    if (const auto files = os::restrict_files(access); !files) notes_.push_back(files.error().text);
    RETURN_IF_ERROR(os::restrict_engine_calls(), "confining system calls");
  }
  return {};
}

Result<std::string> Guard::reload() {
  const std::scoped_lock one_at_a_time{reloading_};
  os::notify_reloading();
  const std::uint32_t next = engine_->generation()->number + 1;
  auto config = load_config(arguments_);
  if (!config) return os::notify_ready(), std::unexpected(config.error());
  auto signatures = engine::load_signatures(*config, datasets_);
  if (!signatures) return os::notify_ready(), std::unexpected(signatures.error());
  auto generation = engine::generation_of(*config, next, signatures->ruleset);
  os::notify_ready();
  if (!generation) return std::unexpected(generation.error());
  engine_->swap_generation(*generation);
  tell_refused_rules(*signatures);
  return fmt::format("generation {} is active: {} signatures, {} refused", next, signatures->statistics.loaded,
                     signatures->refused.size());
}

std::string Guard::status() const {
  const engine::WorkerCounters c = engine_->counters();
  const auto generation = engine_->generation();
  nlohmann::json status{{"version", GATEHOUSE_VERSION},
                        {"uptime_seconds", engine_->uptime_seconds()},
                        {"mode", config_.capture.mode == config::CaptureMode::af_packet ? "af-packet pair"
                                 : config_.capture.mode == config::CaptureMode::tap     ? "tap"
                                                                                        : "nfqueue"},
                        {"workers", engine_->workers().size()},
                        {"generation", generation->number},
                        {"policy", generation->policy != nullptr ? std::string(generation->policy->file_name())
                                                                 : "none: everything passes"},
                        {"rules", generation->policy != nullptr ? generation->policy->rules().size() : 0},
                        {"packets", c.source.packets},
                        {"bytes", c.source.bytes},
                        {"kernel_drops", c.source.kernel_drops},
                        {"sessions_active", c.flows.active},
                        {"sessions_total", c.flows.total},
                        {"blocked_packets", c.verdicts.blocked + c.verdicts.rejected},
                        {"refused_sessions", c.verdicts.alerts},
                        {"log_records", c.log.records},
                        {"log_records_lost", c.log.lost}};
  if (!queue_rules_.empty()) status["queue_rules"] = queue_rules_;
  if (!notes_.empty()) status["notes"] = notes_;
  return status.dump();
}

int Guard::watch_over(os::SignalFd& signals) {
  if (arguments_.has("show")) {
    fmt::print("{}", LiveView::heading());
    engine_->recorder().watch([view = LiveView(::isatty(STDOUT_FILENO) == 1)](std::string_view record) {
      fmt::print("{}", view.line(record));
      std::fflush(stdout);
      return true;
    });
  }
  if (const auto confined = confine(); !confined) return report(confined.error());
  for (const std::string& note : notes_) fmt::print(stderr, "gatehouse: note: {}\n", note);
  engine_->start();
  os::notify_ready();
  while (!stop_) {
    pollfd wait{signals.fd(), POLLIN, 0};
    (void)::poll(&wait, 1, kTickMilliseconds);
    while (const auto signal = signals.next()) {
      if (*signal == SIGHUP)
        engine_->reopen_logs();
      else if (*signal == SIGUSR2) {
        if (const auto done = reload(); !done) (void)report(done.error());
      } else
        stop_ = true;
    }
    os::notify_alive();
    engine_->tick();
    if (engine_->wait({0})) {
      for (const auto& worker : engine_->workers())
        if (!worker->source().error().empty())
          return report({ErrorCode::failed, std::string(worker->source().error())});
      break;
    }
  }
  return kOk;
}

}  // namespace

int cmd_run(const Arguments& arguments) {
  auto signals = os::SignalFd::block({SIGHUP, SIGINT, SIGTERM, SIGUSR2});
  if (!signals) return report(signals.error());
  const auto config = load_config(arguments);
  if (!config) return report(config.error());
  auto guard = Guard::raise(arguments, *config);
  if (!guard) return report(guard.error());
  return (*guard)->watch_over(*signals);
}

}  // namespace gatehouse::cli
