// SPDX-License-Identifier: GPL-3.0-or-later
// The worker's end of the log: writes each record into its ring, where the recorder finds it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "base/json_writer.hpp"
#include "base/ring.hpp"
#include "model/event.hpp"
#include "store/eve.hpp"

namespace gatehouse::engine {

struct LogCounters {
  std::uint64_t records = 0;
  std::uint64_t lost = 0;      // the recorder was too far behind
  std::uint64_t too_long = 0;  // longer than store::kMaxRecord
};

class Log {
 public:
  // `lossless`: wait for the recorder instead of losing records. Only for replay, where packets can wait.
  // `types`: the event types that are written; empty: all.
  Log(RecordRing& ring, bool lossless, std::vector<std::string> types = {})
      : ring_(ring), lossless_(lossless), types_(std::move(types)) {}

  // write(JsonWriter&) writes the record's own members behind the head.
  template <typename Write>
  void emit(const EventHead& head, Write&& write) noexcept {
    if (!types_.empty() && std::ranges::find(types_, head.type) == types_.end()) return;
    const std::span<char> room = reserve();
    if (room.empty()) {
      ++counters_.lost;
      return;
    }
    JsonWriter json{room};
    json.open_object();
    store::write_head(json, head);
    write(json);
    json.close_object();
    json.newline();
    if (json.overflowed()) {
      ++counters_.too_long;
      return;
    }
    ring_.commit(json.text().size());
    ++counters_.records;
  }

  const LogCounters& counters() const noexcept { return counters_; }

 private:
  std::span<char> reserve() noexcept {
    std::span<char> room = ring_.reserve(store::kMaxRecord);
    while (room.empty() && lossless_) {
      std::this_thread::yield();
      room = ring_.reserve(store::kMaxRecord);
    }
    return room;
  }

  RecordRing& ring_;
  bool lossless_;
  std::vector<std::string> types_;
  LogCounters counters_;
};

}  // namespace gatehouse::engine
