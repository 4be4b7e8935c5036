// SPDX-License-Identifier: GPL-3.0-or-later
// Where packets come from and go back to. One Source serves one worker thread; a kind of capture with several queues
// opens several. Packets travel in batches: receive() lends one, release() gives it back with what becomes of each.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "model/packet.hpp"
#include "model/verdict.hpp"

namespace gatehouse::capture {

inline constexpr std::size_t kBatch = 64;

struct SourceCounters {
  std::uint64_t packets = 0, bytes = 0;
  std::uint64_t kernel_drops = 0;  // lost before we saw them
  std::uint64_t forwarded = 0, dropped = 0, injected = 0;
  std::uint64_t send_failures = 0;  // accepted, but the way out did not take them
  std::uint64_t truncated = 0;      // frames that did not fit our memory: seen as far as they are there, not forwarded
  std::uint64_t bypassed = 0;       // passed by the fail-open filter while the engine stood still; seen, not sent again
};

class Source {
 public:
  virtual ~Source() = default;

  // The next packets: at least one, at most kBatch, waiting up to `wait` for the first. Empty: none came, or ended().
  // The views live until release().
  virtual std::span<const RawPacket> receive(Duration wait) noexcept = 0;
  // One action for each packet of the lent batch, in order. `drop` and `reject` are both not forwarded; what is sent to
  // the ends of a rejected session goes through inject().
  virtual void release(std::span<const Action> actions) noexcept = 0;
  virtual bool ended() const noexcept { return false; }
  // Why it ended before its time, as a sentence: a damaged file, an interface that has gone. Empty: nothing went wrong.
  virtual std::string_view error() const noexcept { return {}; }
  // That it is no more than this: the file ends within a packet, as a recording does that was stopped.
  virtual bool cut_short() const noexcept { return false; }

  // Whether release() decides anything: false for files and taps.
  virtual bool is_inline() const noexcept { return false; }
  // Sends a frame that the engine made (TCP reset, ICMP unreachable), formatted for this source's link type, out of
  // interface `port`. For sources at layer 3 the frame is an IP packet and `port` is ignored.
  virtual void inject(std::uint8_t port, Bytes frame) noexcept { (void)port, (void)frame; }
  // The interface a packet that came by `port` leaves by.
  virtual std::uint8_t peer_of(std::uint8_t port) const noexcept { return (void)port, kNoPort; }
  virtual std::string_view port_name(std::uint8_t port) const noexcept {
    (void)port;
    return {};
  }

  virtual SourceCounters counters() const noexcept = 0;
};

using Sources = std::vector<std::unique_ptr<Source>>;

// How long a gate whose engine is gone holds its traffic.
enum class FailPolicy : std::uint8_t { open, closed };

}  // namespace gatehouse::capture
