// SPDX-License-Identifier: GPL-3.0-or-later
// The worker's end of the log: writes each record into its ring, where the recorder finds it.
#pragma once

#include <cstdint>
#include <thread>

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
  Log(RecordRing& ring, bool lossless) noexcept : ring_(ring), lossless_(lossless) {}

  // write(JsonWriter&) writes the record's own members behind the head.
  template <typename Write>
  void emit(const EventHead& head, Write&& write) noexcept {
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
  LogCounters counters_;
};

}  // namespace gatehouse::engine
