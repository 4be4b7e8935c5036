// SPDX-License-Identifier: GPL-3.0-or-later
// Capture from netfilter queues: routed IP packets that a firewall rule hands to user space for a verdict.
// Super-packets come whole and go on as they are: a verdict names the packet, its bytes never travel back.
#pragma once

#include <cstdint>

#include "capture/source.hpp"

namespace gatehouse::capture {

inline constexpr unsigned kMaxQueues = 64;

struct NfqueueOptions {
  std::uint16_t first_queue = 0;  // number of the first queue
  unsigned queues = 1;            // as many from there on, each a Source for a thread of its own
  // open: a queue that is full passes packets on unseen, and so does a rule whose queue nobody reads. closed: dropped.
  FailPolicy fail = FailPolicy::closed;
  std::uint32_t max_waiting = 4096;        // packets that may wait for a verdict, of each queue
  std::size_t receive_buffer = 32u << 20;  // bytes of packets waiting to be read, of each queue
  std::uint32_t mark = 0x47480000;         // of packets we make ourselves: the queue rules let them by
};

// Needs CAP_NET_ADMIN, and keeps needing it: the kernel asks for it with every verdict. Ports are interfaces, numbered
// as they are first seen.
Result<Sources> open_nfqueue(const NfqueueOptions& options);

}  // namespace gatehouse::capture
