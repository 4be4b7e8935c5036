// SPDX-License-Identifier: GPL-3.0-or-later
// The recorder thread: drains the workers' rings into the log, and shows the records to those who watch.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>
#include <vector>

#include "base/ring.hpp"
#include "store/log_file.hpp"

namespace gatehouse::engine {

class Recorder {
 public:
  // A watcher sees each record as one line of JSON, on the recorder's thread; false ends it.
  using Watcher = std::function<bool(std::string_view line)>;

  Recorder(store::LogFile file, std::vector<RecordRing*> rings);
  ~Recorder();  // drains what is left, then stops
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void reopen() noexcept { reopen_wanted_.store(true, std::memory_order_relaxed); }
  void watch(Watcher watcher);
  // Writes a record of the control thread's own (statistics).
  void append(std::string line);

 private:
  void run();
  std::size_t drain();
  void write(std::string_view line);

  store::LogFile file_;
  std::vector<RecordRing*> rings_;
  std::mutex mutex_;  // of what other threads leave here
  std::vector<Watcher> new_watchers_;
  std::vector<std::string> new_lines_;
  std::vector<Watcher> watchers_;  // the recorder's own
  std::atomic<bool> reopen_wanted_{false}, stop_{false};
  std::thread thread_;
};

}  // namespace gatehouse::engine
