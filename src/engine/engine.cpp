// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/engine.hpp"

#include <algorithm>
#include <chrono>

#include "proto/registry.hpp"

namespace gatehouse::engine {

Result<std::unique_ptr<Engine>> Engine::make(EngineSettings settings, capture::Sources sources,
                                             std::shared_ptr<const Generation> generation) {
  std::unique_ptr<Engine> self{new Engine(std::move(settings), std::move(generation))};
  std::vector<RecordRing*> rings;
  self->settings_.worker.expected = std::make_shared<ExpectedFlows>();
  for (auto& source : sources) {
    self->settings_.worker.flows.worker = static_cast<std::uint8_t>(self->workers_.size());
    ASSIGN_OR_RETURN(auto worker, Worker::make(self->settings_.worker, std::move(source), self->generation_),
                     "starting a worker");
    rings.push_back(&worker->ring());
    self->workers_.push_back(std::move(worker));
  }
  ASSIGN_OR_RETURN(auto file, store::LogFile::open(self->settings_.log, self->settings_.truncate_log),
                   "starting the log");
  self->recorder_ = std::make_unique<Recorder>(std::move(file), std::move(rings));
  self->next_stats_ = self->started_ + self->settings_.stats_interval;
  return self;
}

Engine::~Engine() {
  stop();
  for (std::thread& thread : threads_) thread.join();
  if (recorder_ != nullptr && !threads_.empty()) write_stats_record();
}

void Engine::start() {
  running_ = workers_.size();
  for (auto& worker : workers_)
    threads_.emplace_back([this, &worker = *worker] {
      worker.run();
      running_.fetch_sub(1, std::memory_order_release);
      running_.notify_all();
    });
}

void Engine::stop() noexcept {
  for (auto& worker : workers_) worker->stop();
}

bool Engine::wait(Duration most) {
  using namespace std::chrono;
  constexpr std::chrono::milliseconds kStep{2};
  const auto until = steady_clock::now() + microseconds{most.us};
  while (running_.load(std::memory_order_acquire) > 0) {
    if (steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(kStep);
  }
  return true;
}

WorkerCounters Engine::counters() const {
  WorkerCounters sum;
  for (const auto& worker : workers_) sum.add(worker->counters());
  return sum;
}

std::int64_t Engine::uptime_seconds() const noexcept {
  return (Timestamp::now() - started_).us / 1'000'000;
}

std::string Engine::stats_json() const {
  std::string buffer(store::kMaxRecord, '\0');
  JsonWriter json{buffer};
  const auto protocols = settings_.worker.protocols.empty()
                             ? proto::all()
                             : std::span<const ProtocolSpec* const>(settings_.worker.protocols);
  json.open_object();
  write_stats(json, counters(), protocols, uptime_seconds());
  json.close_object();
  return std::string(json.text());
}

void Engine::write_stats_record() {
  const auto& types = settings_.worker.log_types;
  if (!types.empty() && std::ranges::find(types, event_type::stats) == types.end()) return;
  std::string buffer(store::kMaxRecord, '\0');
  JsonWriter json{buffer};
  EventHead head;
  head.type = event_type::stats;
  head.time = Timestamp::now();
  json.open_object();
  store::write_head(json, head);
  const auto protocols = settings_.worker.protocols.empty()
                             ? proto::all()
                             : std::span<const ProtocolSpec* const>(settings_.worker.protocols);
  write_stats(json, counters(), protocols, uptime_seconds());
  json.close_object();
  json.newline();
  recorder_->append(std::string(json.text()));
}

void Engine::tick() {
  if (settings_.stats_interval.us == 0 || Timestamp::now() < next_stats_) return;
  next_stats_ = Timestamp::now() + settings_.stats_interval;
  write_stats_record();
}

}  // namespace gatehouse::engine
