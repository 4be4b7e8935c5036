// SPDX-License-Identifier: GPL-3.0-or-later
// Capture with packet sockets (AF_PACKET): a tap that only looks, and an inline pair that is a transparent bridge with
// verdicts. Super-packets (GSO, GRO) pass whole with the checksums their kernels have not filled in yet, so nobody has
// to switch offloads off; a VLAN tag that the kernel took out stands in the frame again before anyone sees it.
#pragma once

#include <string>
#include <vector>

#include "capture/fanout.hpp"
#include "capture/source.hpp"

namespace gatehouse::capture {

inline constexpr unsigned kMaxWorkers = 64;
inline constexpr unsigned kMaxTapInterfaces = 16;

struct TapOptions {
  std::vector<std::string> interfaces;  // a packet's `port` is the index into these
  unsigned workers = 1;                 // Sources returned, each for a thread of its own
  Balance balance = Balance::hosts;
  bool promiscuous = true;
  bool outgoing = true;                 // see what the host itself sends, too
  std::size_t ring_bytes = 8u << 20;    // of each interface and worker
  std::size_t queue_bytes = 32u << 20;  // super-packets waiting in the kernel, of each interface and worker
};

struct PairOptions {
  std::string first, second;  // ports 0 and 1
  unsigned workers = 1;
  Balance balance = Balance::hosts;
  FailPolicy fail = FailPolicy::closed;
  Duration stale_after = milliseconds(100);  // with the open policy: how old the heartbeat may grow
  std::size_t ring_bytes = 8u << 20;
  std::size_t queue_bytes = 32u << 20;
  // Sends past the interface's queueing discipline: less work for each frame, but super-packets need a device that cuts
  // them itself, and a burst that the device cannot take is lost instead of queued.
  bool qdisc_bypass = false;
};

Result<Sources> open_tap(const TapOptions& options);
// With the open policy the fail-open program (fail_open.hpp) is installed and stays when the Sources are gone, until
// remove_fail_open(). With the closed one a program left by an earlier start is removed.
Result<Sources> open_pair(const PairOptions& options);

}  // namespace gatehouse::capture
