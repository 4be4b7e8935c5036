// SPDX-License-Identifier: GPL-3.0-or-later
#include "engine/recorder.hpp"

#include <chrono>

namespace gatehouse::engine {
namespace {

// How long an idle recorder sleeps: short enough for live views, long enough to leave a small CPU alone.
constexpr std::chrono::milliseconds kShortestSleep{1}, kLongestSleep{20};

}  // namespace

Recorder::Recorder(store::LogFile file, std::vector<RecordRing*> rings)
    : file_(std::move(file)), rings_(std::move(rings)), thread_([this] { run(); }) {}

Recorder::~Recorder() {
  stop_.store(true, std::memory_order_release);
  thread_.join();
}

void Recorder::watch(Watcher watcher) {
  const std::scoped_lock lock{mutex_};
  new_watchers_.push_back(std::move(watcher));
}

void Recorder::append(std::string line) {
  const std::scoped_lock lock{mutex_};
  new_lines_.push_back(std::move(line));
}

void Recorder::run() {
  auto sleep = kShortestSleep;
  while (true) {
    const bool stopping = stop_.load(std::memory_order_acquire);
    const std::size_t records = drain();
    if (reopen_wanted_.exchange(false)) (void)file_.reopen();  // on failure the old file goes on being written
    if (records > 0) {
      sleep = kShortestSleep;
      continue;
    }
    file_.flush();
    if (stopping) return;
    std::this_thread::sleep_for(sleep);
    sleep = std::min(sleep * 2, kLongestSleep);
  }
}

std::size_t Recorder::drain() {
  std::vector<std::string> lines;
  {
    const std::scoped_lock lock{mutex_};
    for (Watcher& watcher : new_watchers_) watchers_.push_back(std::move(watcher));
    new_watchers_.clear();
    lines.swap(new_lines_);
  }
  std::size_t records = 0;
  for (RecordRing* ring : rings_)
    records += ring->drain([this](std::span<const char> line) { write({line.data(), line.size()}); });
  for (const std::string& line : lines) write(line);
  return records + lines.size();
}

void Recorder::write(std::string_view line) {
  file_.append(line);
  std::erase_if(watchers_, [&](const Watcher& watcher) { return !watcher(line); });
}

}  // namespace gatehouse::engine
