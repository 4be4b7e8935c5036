// SPDX-License-Identifier: GPL-3.0-or-later
// What each receiver makes of overlapping segments: every relation of two segments, for every policy.
#include "flow/overlap.hpp"

#include <gtest/gtest.h>

#include "flow/tcp_script.hpp"

namespace gatehouse::flow::test {
namespace {

struct Receiver {
  const char* name;
  TcpOverlap policy;
  // What is read in each of the nine cases.
  std::array<const char*, 9> result;
};

// The first segment is four bytes "oooo" at 1005. The later one is of "n"; the hole in front is filled last.
struct Case {
  const char* name;
  unsigned begin, size;
};
constexpr std::array<Case, 9> kCases{{
    {"starts before, ends before", 1003, 4},
    {"starts before, ends together", 1003, 6},
    {"starts before, ends behind", 1003, 8},
    {"starts together, ends before", 1005, 2},
    {"starts together, ends together", 1005, 4},
    {"starts together, ends behind", 1005, 6},
    {"starts behind, ends before", 1006, 2},
    {"starts behind, ends together", 1006, 3},
    {"starts behind, ends behind", 1006, 5},
}};

constexpr std::array<const char*, 9> kFirst{"nnoooo", "nnoooo", "nnoooonn", "oooo",  "oooo",
                                            "oooonn", "oooo",   "oooo",     "oooonn"};
constexpr std::array<const char*, 9> kLast{"nnnnoo", "nnnnnn", "nnnnnnnn", "nnoo",  "nnnn",
                                           "nnnnnn", "onno",   "onnn",     "onnnnn"};
constexpr std::array<const char*, 9> kBsd{"nnnnoo", "nnnnnn", "nnnnnnnn", "oooo",  "oooo",
                                          "oooonn", "oooo",   "oooo",     "oooonn"};
constexpr std::array<const char*, 9> kBsdRight{"nnoooo", "nnoooo", "nnoooonn", "nnoo",  "nnnn",
                                               "nnnnnn", "onno",   "onnn",     "onnnnn"};
constexpr std::array<const char*, 9> kLinux{"nnnnoo", "nnnnnn", "nnnnnnnn", "oooo",  "oooo",
                                            "nnnnnn", "oooo",   "oooo",     "oooonn"};
constexpr std::array<const char*, 9> kOldLinux{"nnnnoo", "nnnnnn", "nnnnnnnn", "oooo",  "nnnn",
                                               "nnnnnn", "oooo",   "oooo",     "oooonn"};
constexpr std::array<const char*, 9> kSolaris{"nnoooo", "nnnnnn", "nnnnnnnn", "oooo",  "nnnn",
                                              "nnnnnn", "oooo",   "oooo",     "onnnnn"};

const std::array kReceivers{
    Receiver{"first", TcpOverlap::first, kFirst},
    Receiver{"vista", TcpOverlap::vista, kFirst},
    Receiver{"last", TcpOverlap::last, kLast},
    Receiver{"bsd", TcpOverlap::bsd, kBsd},
    Receiver{"hpux10", TcpOverlap::hpux10, kBsd},
    Receiver{"irix", TcpOverlap::irix, kBsd},
    Receiver{"macos", TcpOverlap::macos, kBsd},
    Receiver{"windows", TcpOverlap::windows, kBsd},
    Receiver{"windows2k3", TcpOverlap::windows2k3, kBsd},
    Receiver{"bsd_right", TcpOverlap::bsd_right, kBsdRight},
    Receiver{"linux", TcpOverlap::linux, kLinux},
    Receiver{"old_linux", TcpOverlap::old_linux, kOldLinux},
    Receiver{"solaris", TcpOverlap::solaris, kSolaris},
    Receiver{"hpux11", TcpOverlap::hpux11, kSolaris},
};

void open(TcpScript& t) {
  t.run(R"(
    C>S SYN seq 1000
    S>C SYN,ACK seq 5000 ack 1001
    C>S ACK seq 1001 ack 5001
  )");
}

Packet segment(unsigned seq, std::string_view payload) {
  Packet p;
  p.tcp.flags = tcp_flag::ack;
  p.tcp.seq = seq, p.tcp.ack = 5001, p.tcp.window = 65535;
  p.payload = as_bytes(payload);
  return p;
}

TEST(Overlap, EveryRelationForEveryPolicy) {
  for (const Receiver& receiver : kReceivers) {
    for (std::size_t i = 0; i < kCases.size(); ++i) {
      SCOPED_TRACE(std::string{receiver.name} + ": " + kCases[i].name);
      TcpScript t{{.mode = TcpMode::passive, .overlap = receiver.policy}};
      open(t);
      Packet earlier = segment(1005, "oooo");
      const std::string letters(kCases[i].size, 'n');
      Packet later = segment(kCases[i].begin, letters);
      EXPECT_EQ(t.segment(earlier, Direction::to_server), TcpOutcome::ok);
      EXPECT_EQ(t.segment(later, Direction::to_server), TcpOutcome::ok);
      EXPECT_TRUE(later.events.has(PacketEvent::stream_reassembly_overlap_different_data));
      const unsigned first = std::min(kCases[i].begin, 1005u);
      Packet front = segment(1001, std::string_view{"____"}.substr(0, first - 1001));
      t.segment(front, Direction::to_server);
      t.finish();
      EXPECT_EQ(t.to_server(), std::string(first - 1001, '_') + receiver.result[i] + '$');
    }
  }
}

// Shankar and Paxson's probe: six segments whose overlaps tell the policies apart in one stream.
TEST(Overlap, ManySegmentsUnderOne) {
  for (const auto& [policy, expected] : {std::pair{TcpOverlap::first, "__aa_bb_cc_"},
                                         {TcpOverlap::last, "___________"},
                                         {TcpOverlap::bsd, "___________"}}) {
    TcpScript t{{.mode = TcpMode::passive, .overlap = policy}};
    open(t);
    for (const auto& [seq, text] : {std::pair{1003u, "aa"}, {1006u, "bb"}, {1009u, "cc"}, {1001u, "___________"}}) {
      Packet p = segment(seq, text);
      EXPECT_EQ(t.segment(p, Direction::to_server), TcpOutcome::ok);
    }
    t.finish();
    EXPECT_EQ(t.to_server(), std::string{expected} + '$');
  }
}

TEST(Overlap, TheSameBytesAreNoConflict) {
  TcpScript t;
  open(t);
  Packet a = segment(1001, "abcdef"), b = segment(1003, "cdefgh");
  t.segment(a, Direction::to_server);
  t.segment(b, Direction::to_server);
  EXPECT_TRUE(b.events.empty());
  EXPECT_EQ(t.tracker().counters().overlaps, 1u);
  EXPECT_EQ(t.tracker().counters().overlaps_different, 0u);
  t.finish();
  EXPECT_EQ(t.to_server(), "abcdefgh$");
}

}  // namespace
}  // namespace gatehouse::flow::test
