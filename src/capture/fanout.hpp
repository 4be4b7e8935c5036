// SPDX-License-Identifier: GPL-3.0-or-later
// Which worker a frame goes to, as a classic BPF program that the kernel runs for each frame of a fanout group. Both
// directions of a flow give the same number, on each interface that runs the same program.
#pragma once

#include <cstdint>
#include <linux/filter.h>
#include <vector>

namespace gatehouse::capture {

enum class Balance : std::uint8_t {
  // By the pair of addresses. Fragments meet their datagram and related flows (FTP's data, SIP's media) their parent,
  // so
  // nobody can slip past a worker by fragmenting. The default.
  hosts,
  // By addresses and ports: for few hosts that talk much. Fragmented packets go by their addresses alone and may meet
  // another worker than the rest of their flow.
  flows,
};

// The number is in 32 bits; the kernel takes it modulo the workers. `key` is random and odd, so that nobody outside can
// choose addresses that burden one worker. Looks behind two VLAN tags and PPPoE; what is not IP goes to worker 0.
std::vector<sock_filter> fanout_program(Balance balance, std::uint32_t key);

}  // namespace gatehouse::capture
