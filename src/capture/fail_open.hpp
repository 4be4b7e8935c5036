// SPDX-License-Identifier: GPL-3.0-or-later
// The open fail policy of a pair of interfaces: a small program in the kernel (tc, on what comes in by both interfaces)
// that outlives the engine. It reads a heartbeat which the engine stamps with each batch. Young: the frame is dropped,
// for the engine's packet socket has seen it already (taps come before tc) and nobody else should. Old: the frame goes
// straight to the peer interface as it is, VLAN tag and super-packet whole.
//
// The closed policy needs nothing: without the engine nobody forwards.
#pragma once

#include <atomic>
#include <memory>
#include <string_view>

#include "base/result.hpp"
#include "base/time.hpp"
#include "os/interface.hpp"
#include "os/mapping.hpp"

namespace gatehouse::capture {

// What the engine and the kernel's program share: the value of an array map of one entry.
struct Heartbeat {
  std::uint64_t stamp_ns;         // CLOCK_MONOTONIC
  std::uint64_t stale_ns;         // older than this: the engine is gone
  std::uint64_t set_promiscuous;  // bit 0, bit 1: we set the flag on the first, the second interface
  std::uint64_t made_hooks;       // likewise: the clsact qdisc is ours
};

class FailOpen {
 public:
  // Puts the program on both interfaces (in the place of one that is there), with a first stamp. Sets them promiscuous
  // by their own flag, for a socket's membership dies with the engine.
  static Result<std::shared_ptr<FailOpen>> install(const os::Interface& first, const os::Interface& second,
                                                   Duration stale_after);

  // "The engine is here." Any worker, each batch and each idle poll.
  void stamp() noexcept;
  // The clean stop: frames pass at once, not only when the stamp has grown old.
  void let_pass() noexcept;
  // Whether the program has sent a frame of this time on already, because no stamp was young then.
  bool has_passed(std::int64_t time_us) const noexcept {
    return time_us >= passed_from_.load(std::memory_order_relaxed) &&
           time_us <= passed_until_.load(std::memory_order_relaxed);
  }
  Duration stale_after() const noexcept { return {static_cast<std::int64_t>(heartbeat_->stale_ns / 1000)}; }

  FailOpen(os::Mapping shared) noexcept
      : shared_(std::move(shared)), heartbeat_(reinterpret_cast<Heartbeat*>(shared_.data())) {}

 private:
  os::Mapping shared_;
  Heartbeat* heartbeat_;
  // The last stretch in which no stamp was young, in wall-clock microseconds as the frames' own times are.
  std::atomic<std::int64_t> passed_from_{1}, passed_until_{0};
};

// Takes the program away from both interfaces, with all that install() had set. False: there was none.
Result<bool> remove_fail_open(std::string_view first, std::string_view second);

}  // namespace gatehouse::capture
