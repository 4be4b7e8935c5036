// SPDX-License-Identifier: GPL-3.0-or-later
// Which of two overlapping segments a receiver keeps. Receivers differ, and a sender who knows can show one text to the
// receiver and another to the onlooker: Shankar and Paxson, "Active Mapping", 2003; Novak and Sturges, "Target-Based
// TCP Stream Reassembly", 2007.
#pragma once

#include "flow/sequence.hpp"
#include "flow/tcp.hpp"

namespace gatehouse::flow {

struct Extent {
  Seq begin = 0, end = 0;  // as the segment was sent
};

// Whether the later segment's bytes replace those of the earlier one where both have some.
bool later_wins(TcpOverlap policy, Extent earlier_segment, Extent later_segment) noexcept;

}  // namespace gatehouse::flow
