// SPDX-License-Identifier: GPL-3.0-or-later
// The engine as a whole: a worker per source, the recorder, the statistics, and what the control socket may ask of
// them.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "engine/recorder.hpp"
#include "engine/worker.hpp"

namespace gatehouse::engine {

struct EngineSettings {
  WorkerSettings worker;
  std::filesystem::path log = "/var/log/gatehouse/eve.json";
  bool truncate_log = false;
  Duration stats_interval = seconds(60);  // 0: only at the end
};

class Engine {
 public:
  static Result<std::unique_ptr<Engine>> make(EngineSettings settings, capture::Sources sources,
                                              std::shared_ptr<const Generation> generation);
  ~Engine();  // stops and waits

  void start();
  void stop() noexcept;
  // True once every worker has ended; waits for that up to `most`.
  bool wait(Duration most);

  void reopen_logs() noexcept { recorder_->reopen(); }
  void swap_generation(std::shared_ptr<const Generation> next) { generation_.swap(std::move(next)); }
  std::shared_ptr<const Generation> generation() const { return generation_.get(); }
  Recorder& recorder() noexcept { return *recorder_; }
  std::vector<std::unique_ptr<Worker>>& workers() noexcept { return workers_; }

  WorkerCounters counters() const;  // the sum of all workers
  std::string stats_json() const;   // the "stats" object
  // Writes a stats record when its time has come. Call about once a second.
  void tick();
  std::int64_t uptime_seconds() const noexcept;
  // The last packet's time that any worker has seen, or now: what stats records of replays carry.
  void write_stats_record();

 private:
  Engine(EngineSettings settings, std::shared_ptr<const Generation> generation)
      : settings_(std::move(settings)), generation_(std::move(generation)), started_(Timestamp::now()) {}

  EngineSettings settings_;
  CurrentGeneration generation_;
  std::vector<std::unique_ptr<Worker>> workers_;
  std::unique_ptr<Recorder> recorder_;
  std::vector<std::thread> threads_;
  std::atomic<std::size_t> running_{0};
  Timestamp started_;
  Timestamp next_stats_;
};

}  // namespace gatehouse::engine
